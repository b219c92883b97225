using System.Globalization;
using System.Text;

namespace RxCan.Logs.Formats.Text;

/// <summary>
/// Dates of ASC headers, such as <c>Sat Sep 30 10:06:13.191 pm 2017</c>: with 12 or 24 hours, and the names of months that Windows writes in English,
/// German, French, Italian or Spanish. They name no time zone, and are taken as UTC.
/// </summary>
internal static class AscDate
{
    private static readonly string[][] Months =
    [
        ["jan", "gen", "ene"], ["feb", "fév", "fev"], ["mar", "mär", "mrz", "mae"], ["apr", "avr", "abr"], ["may", "mai", "mag"], ["jun", "juin", "giu"],
        ["jul", "juil", "lug"], ["aug", "aoû", "aou", "ago"], ["sep", "set"], ["oct", "okt", "ott"], ["nov"], ["dec", "déc", "dez", "dic"],
    ];

    private static readonly string[] Names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>Reads a date as nanoseconds since 1970; null if it has another form.</summary>
    public static long? TryParse(ReadOnlySpan<byte> line)
    {
        if (line.Length > 200)
            return null;
        Span<char> buffer = stackalloc char[256];
        if (!Encoding.UTF8.TryGetChars(line, buffer, out var length) || buffer[..length].Contains('\uFFFD'))
            length = Encoding.Latin1.GetChars(line, buffer);
        var words = buffer[..length].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var time = Array.FindIndex(words, word => word.Contains(':', StringComparison.Ordinal));
        if (time < 2 || time + 1 >= words.Length ||
            !int.TryParse(words[time - 1].TrimEnd('.'), NumberStyles.None, CultureInfo.InvariantCulture, out var day) ||
            Month(words[time - 2]) is not { } month ||
            !int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1970 or > 2200 ||
            day < 1 || day > DateTime.DaysInMonth(year, month) ||
            !TimeSpan.TryParseExact(
                words[time].Replace(',', '.'), [@"h\:m\:s\.FFFFFFF", @"h\:m\:s"], CultureInfo.InvariantCulture, TimeSpanStyles.None, out var clock))
        {
            return null;
        }

        var half = words[time + 1];
        if (half.Equals("pm", StringComparison.OrdinalIgnoreCase) && clock.Hours < 12)
            clock += TimeSpan.FromHours(12);
        else if (half.Equals("am", StringComparison.OrdinalIgnoreCase) && clock.Hours == 12)
            clock -= TimeSpan.FromHours(12);
        return (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) + clock - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>A time in English with 12 hours, which Vector's tools, python-can and asc2log read in every locale: <c>Tue Nov 14 10:13:20.000 pm 2023</c>.</summary>
    /// <param name="milliseconds">Since 1970.</param>
    public static string Format(long milliseconds)
    {
        var time = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
        var month = Names[time.Month - 1];
        return string.Create(
            CultureInfo.InvariantCulture, $"{time.DayOfWeek.ToString()[..3]} {month} {time:dd hh:mm:ss.fff} {(time.Hour < 12 ? "am" : "pm")} {time:yyyy}");
    }

    private static int? Month(string word)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            if (Array.Exists(Months[i], name => word.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
                return i + 1;
        }

        return null;
    }
}
