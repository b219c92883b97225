using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RxCan;

/// <summary>
/// A <see cref="CanFilter"/> in JSON is its text: <c>"7E8:7FF,100-1FF"</c>; see <see cref="CanFilter.Parse"/>. <c>System.Text.Json</c> uses it
/// without being told.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CanFilterJsonConverter : JsonConverter<CanFilter>
{
    /// <inheritdoc/>
    public override CanFilter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return CanFilter.Parse(reader.GetString()!, null);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CanFilter value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }
}
