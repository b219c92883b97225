using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace RxCan.Mqtt.Uplink;

/// <summary>The topics below an uplink's, and the JSON in them.</summary>
internal static class UplinkTopics
{
    public const int MaxJson = 32 * 1024;

    public static string Frames(string topic) => topic + "/frames"; // batches, from the uplink

    public static string State(string topic) => topic + "/state"; // presence, retained, from the uplink or the broker

    public static string Want(string topic) => topic + "/want"; // filters, from remote buses

    public static string Send(string topic) => topic + "/send"; // batches, from remote buses
}

/// <summary>The message in <see cref="UplinkTopics.State"/>.</summary>
internal readonly record struct Presence(bool IsOnline, bool IsOnDemand, CanFilter? AllowSend, bool IsLinkUp = true)
{
    public byte[] ToJson()
    {
        var (isOnline, isOnDemand, allow, isLinkUp) = this;
        return Json.Write(writer =>
        {
            writer.WriteNumber("version", 1);
            writer.WriteBoolean("online", isOnline);
            if (isOnDemand)
                writer.WriteBoolean("onDemand", true);
            if (!isLinkUp)
                writer.WriteBoolean("linkDown", true);
            if (allow is not null)
                writer.WriteString("send", allow.ToString());
        });
    }

    public static Presence? Parse(ReadOnlyMemory<byte> json) => Json.Read<Presence?>(json, root =>
        root.TryGetProperty("online", out var online) && online.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new Presence(
                online.GetBoolean(),
                root.TryGetProperty("onDemand", out var onDemand) && onDemand.ValueKind == JsonValueKind.True,
                Json.Filter(root, "send"),
                !root.TryGetProperty("linkDown", out var linkDown) || linkDown.ValueKind != JsonValueKind.True)
            : null);
}

/// <summary>The message in <see cref="UplinkTopics.Want"/>: what a remote bus wants to receive, and for how long unless it asks again.</summary>
internal readonly record struct Want(string Client, CanFilter Filter, TimeSpan Time)
{
    public byte[] ToJson()
    {
        var (client, filter, time) = this;
        return Json.Write(writer =>
        {
            writer.WriteNumber("version", 1);
            writer.WriteString("client", client);
            writer.WriteString("filter", filter.ToString());
            writer.WriteNumber("seconds", Math.Ceiling(time.TotalSeconds));
        });
    }

    public static Want? Parse(ReadOnlyMemory<byte> json) => Json.Read<Want?>(json, root =>
        root.TryGetProperty("client", out var client) && client.ValueKind == JsonValueKind.String && client.GetString() is { Length: > 0 and <= 200 } name &&
        Json.Filter(root, "filter") is { } filter && root.TryGetProperty("seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number &&
        seconds.TryGetDouble(out var time) && time is >= 0 and <= 3600
            ? new Want(name, filter, TimeSpan.FromSeconds(time))
            : null);
}

internal static class Json
{
    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an object; null if it is not one.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
    {
        if (json.Length > UplinkTopics.MaxJson)
            return default;
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default; // an InvalidOperationException: a string with half a surrogate
        }
    }

    public static CanFilter? Filter(JsonElement root, string name) =>
        root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && CanFilter.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var filter)
            ? filter
            : null;
}
