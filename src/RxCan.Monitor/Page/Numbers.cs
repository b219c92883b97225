using System.Globalization;

namespace RxCan.Monitor;

/// <summary>Numbers that people type. A decimal comma is refused: taken for a thousands separator, <c>0,25</c> would be 25.</summary>
internal static class Numbers
{
    /// <exception cref="FormatException">The text is not a number; the message says what to write.</exception>
    public static double Real(string text, string what) =>
        double.TryParse(text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number
        : throw new FormatException(text.Contains(',')
            ? $"The {what} must have a decimal point, such as 0.25, not '{text}'."
            : $"The {what} must be a number such as 0.25, not '{text}'.");

    /// <exception cref="FormatException">The text is not a whole number.</exception>
    public static int Whole(string text, string what) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"The {what} must be a whole number, not '{text}'.");

    /// <summary>A time in a log: seconds, minutes and seconds, or hours, minutes and seconds: <c>90.5</c>, <c>1:30.5</c>, <c>1:00:00</c>.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static TimeSpan Time(string text)
    {
        var parts = text.Split(':');
        var seconds = Real(parts[^1], "time");
        foreach (var (part, unit) in parts.SkipLast(1).Reverse().Zip([60, 3600]))
            seconds += Whole(part, "time") * (double)unit;
        return parts.Length <= 3 && seconds is >= 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : throw new FormatException($"The time must be such as 90.5, 1:30 or 1:00:00, not '{text}'.");
    }

    /// <summary>A period in ms. Frames sent more often than the shortest one would fill a bus of 500 kbit/s.</summary>
    /// <exception cref="FormatException">The text is not a period.</exception>
    public static TimeSpan Period(string text)
    {
        var period = Real(text, "period in ms");
        return period is >= 0.5 and < 1e9 ? TimeSpan.FromMilliseconds(period) : throw new FormatException(period < 0.5
            ? $"The period must be at least 0.5 ms, not {text.Trim()} ms: one frame more often would fill the bus."
            : $"The period must be a number of ms such as 100 or 2.5, not '{text}'.");
    }
}
