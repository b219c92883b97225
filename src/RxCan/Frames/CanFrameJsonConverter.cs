using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RxCan;

/// <summary>
/// A <see cref="CanFrame"/> in JSON is its text: <c>"123#DEADBEEF"</c>, or with a time stamp a line of <c>candump -L</c> with nine decimals,
/// <c>"(1735270588.936508000) can0 123#DEADBEEF"</c>. It reads both. <c>System.Text.Json</c> uses it without being told.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CanFrameJsonConverter : JsonConverter<CanFrame>
{
    /// <inheritdoc/>
    public override CanFrame Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CanFrame.TryParse(reader.GetString(), null, out var frame)
            ? frame
            : throw new JsonException($"'{reader.GetString()}' is not a CAN frame: write 123#DEADBEEF, or a line of candump -L.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CanFrame value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString(value.Timestamp >= DateTimeOffset.UnixEpoch ? "N" : "G", null));
    }
}
