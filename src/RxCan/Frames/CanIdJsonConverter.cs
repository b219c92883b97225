using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RxCan;

/// <summary>
/// A <see cref="CanId"/> in JSON is its text, three or eight hexadecimal digits: <c>"7E8"</c>, <c>"18DAF110"</c>; also as a property's name. It
/// reads a number, too: <c>2024</c> is <c>7E8</c>. <c>System.Text.Json</c> uses it without being told.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CanIdJsonConverter : JsonConverter<CanId>
{
    /// <inheritdoc/>
    public override CanId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            return Parse(reader.GetString());
        return reader.TryGetUInt32(out var value) && value <= CanId.MaxExtended
            ? new(value)
            : throw new JsonException($"An identifier is at most {CanId.MaxExtended}.");
    }

    /// <inheritdoc/>
    public override CanId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CanId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, CanId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.ToString());
    }

    private static CanId Parse(string? text) =>
        CanId.TryParse(text, null, out var id)
            ? id
            : throw new JsonException($"'{text}' is not a CAN identifier: write 1 to 3 hexadecimal digits (standard) or exactly 8 (extended).");
}
