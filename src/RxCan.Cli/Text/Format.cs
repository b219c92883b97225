using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RxCan.Cli.Text;

/// <summary>How values look in the output.</summary>
internal static class Format
{
    /// <summary>Seconds since 1970 with nine decimals.</summary>
    public static string Time(in CanFrame frame) => Time(frame.UnixTimeNanoseconds);

    public static string Time(DateTimeOffset time) => Time((time - DateTimeOffset.UnixEpoch).Ticks * 100);

    public static string Time(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}.{rest:D9}");
    }

    /// <summary>A date and a time for people: UTC, with milliseconds, and it says so.</summary>
    public static string Date(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An identifier in candump's digits.</summary>
    public static string Id(in CanFrame frame) => frame.IsError ? (0x2000_0000u | frame.Id.Value).ToString("X8", CultureInfo.InvariantCulture) : frame.Id.ToString();

    /// <summary>Bytes with a space between.</summary>
    public static string Spaced(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(3 * data.Length);
        foreach (var b in data)
            text.Append(text.Length > 0 ? " " : "").Append(b.ToString("X2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>A duration with a fitting unit.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time:ss} min"),
        { TotalSeconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms"),
    };

    /// <summary>A bit rate in kbit/s or Mbit/s.</summary>
    public static string BitRate(int rate) => rate >= 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:0.###} Mbit/s")
        : string.Create(CultureInfo.InvariantCulture, $"{rate / 1e3:0.###} kbit/s");

    /// <summary>A number as JSON has it; null for what JSON has no number for.</summary>
    public static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    /// <summary>A field of CSV.</summary>
    public static string Csv(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
