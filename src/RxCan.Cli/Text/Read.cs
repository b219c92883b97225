using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RxCan.Cli.Text;

/// <summary>The texts on a command line, and options and arguments with them. Each reader throws <see cref="FormatException"/> with what to write.</summary>
internal static class Read
{
    /// <summary>An option with one value; the default value of <typeparamref name="T"/> if it is not given.</summary>
    public static Option<T> Option<T>(string name, string help, string value, Func<string, T> read, params string[] aliases) => new(name, aliases)
    {
        Description = help,
        HelpName = value,
        CustomParser = result => Value(result, read),
    };

    /// <summary>An option that may be given several times.</summary>
    public static Option<T[]> Options<T>(string name, string help, string value, Func<string, T> read, params string[] aliases) => new(name, aliases)
    {
        Description = help,
        HelpName = value,
        CustomParser = result => Values(result, read),
    };

    /// <summary>A switch.</summary>
    public static Option<bool> Switch(string name, string help, params string[] aliases) => new(name, aliases) { Description = help };

    /// <summary>An option that takes one of several words.</summary>
    public static Option<string?> Word(string name, string help, string[] words, params string[] aliases)
    {
        var option = Option<string?>(name, help, string.Join('|', words), text => Array.IndexOf(words, text) >= 0
            ? text
            : throw new FormatException($"{name} does not take '{text}': write {string.Join(", ", words[..^1])} or {words[^1]}."), aliases);
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>An argument.</summary>
    public static Argument<T> Argument<T>(string name, string help, Func<string, T> read) => new(name)
    {
        Description = help,
        CustomParser = result => Value(result, text => read(Argument(text))),
    };

    /// <summary>An argument of several words.</summary>
    public static Argument<T[]> Arguments<T>(string name, string help, Func<string, T> read, bool isOptional = false) => new(name)
    {
        Description = help,
        CustomParser = result => Values(result, text => read(Argument(text))),
        Arity = isOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    /// <summary>The text itself.</summary>
    public static string Text(string text) => text;

    /// <summary>A number of at least 1.</summary>
    public static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
        ? count
        : throw new FormatException($"'{text}' is not a number: write 1 or more.");

    /// <summary>A number with decimals.</summary>
    public static double? Number(string text) =>
        TryNumber(text, out var number) ? number : throw new FormatException($"'{text}' is not a number: write 1.5, with a point.");

    /// <summary>Whether a text is a number with decimals.</summary>
    public static bool TryNumber(string text, out double number) => double.TryParse(
        text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);

    /// <summary>A time such as <c>10ms</c>; without a unit, milliseconds.</summary>
    public static TimeSpan? Duration(string text)
    {
        var (number, unit) = Split(text);
        double? ticks = unit switch
        {
            "us" => TimeSpan.TicksPerMicrosecond,
            "ms" or "" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" or "min" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            _ => null,
        };
        return number is { } value && ticks is { } per && value * per is >= 0 and < long.MaxValue
            ? TimeSpan.FromTicks((long)Math.Round(value * per))
            : throw new FormatException($"'{text}' is not a time: write 10ms, 0.5s, 250us, 2min or 1h.");
    }

    /// <summary>A time of more than zero.</summary>
    public static TimeSpan? Period(string text) => Duration(text) is { Ticks: > 0 } period
        ? period
        : throw new FormatException($"'{text}' is too short: write 10ms, 0.5s or 250us.");

    /// <summary>A bit rate such as <c>500k</c>.</summary>
    public static int? BitRate(string text)
    {
        var (number, unit) = Split(text);
        double? factor = unit switch { "" => 1, "k" or "kbit" => 1e3, "m" or "mbit" => 1e6, _ => null };
        return number is { } value && factor is { } f && value * f is >= 1 and <= int.MaxValue
            ? (int)Math.Round(value * f)
            : throw new FormatException($"'{text}' is not a bit rate: write 500k, 1M or 83333.");
    }

    /// <summary>A number of bytes such as <c>100M</c>.</summary>
    public static long? Size(string text)
    {
        var (number, unit) = Split(text);
        long? factor = unit switch { "" or "b" => 1, "k" => 1L << 10, "m" => 1L << 20, "g" => 1L << 30, _ => null };
        return number is { } value && factor is { } f && value * f is >= 1 and < long.MaxValue
            ? (long)(value * f)
            : throw new FormatException($"'{text}' is not a size: write 64k, 100M or 2G.");
    }

    /// <summary>An identifier, with or without 0x.</summary>
    public static CanId? Id(string text) => CanId.TryParse(WithoutPrefix(text), null, out var id)
        ? id
        : throw new FormatException($"'{text}' is not an identifier: write 7E0 (standard, up to 7FF) or 18DA10F1 (8 digits: extended).");

    /// <summary>Bytes such as <c>22F190</c>, <c>"22 F1 90"</c>, <c>22.F1.90</c> or <c>0x22F190</c>.</summary>
    public static byte[] Bytes(string text)
    {
        var digits = string.Concat(text.Split([' ', '.', ':', '-', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(WithoutPrefix));
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new FormatException($"'{text}' is not bytes in hexadecimal: write two digits for each, such as 22F190 or \"22 F1 90\".");
    }

    /// <summary>A hexadecimal number of up to a number of bits, with or without 0x.</summary>
    public static ulong Hex(string text, int bits) =>
        ulong.TryParse(WithoutPrefix(text), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && (bits == 64 || number >> bits == 0)
            ? number
            : throw new FormatException($"'{text}' is not a hexadecimal number of up to {bits} bits.");

    /// <summary>A filter.</summary>
    public static CanFilter Filter(string text) => CanFilter.Parse(text);

    /// <summary>A pair such as <c>1=can0</c>.</summary>
    public static (string From, string To) Pair(string text) => text.Split('=') is [{ Length: > 0 } from, { Length: > 0 } to]
        ? (from, to)
        : throw new FormatException($"'{text}' is not a pair: write FROM=TO, such as 1=can0.");

    /// <summary>A moment: seconds since 1970, or a date and a time in UTC.</summary>
    public static DateTimeOffset Moment(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 253402300800
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw new FormatException($"'{text}' is not a time: write +10s (from the beginning), 2026-03-02T07:30:00 (UTC) or seconds since 1970.");

    // The parser takes an option that it does not know for an argument.
    private static string Argument(string text) =>
        text is ['-', var next, ..] && !char.IsAsciiDigit(next) ? throw new FormatException($"There is no option {text}.") : text;

    private static T? Value<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return result.Tokens is [var only] ? read(only.Value) : default;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            result.AddError(e.Message);
            return default;
        }
    }

    private static T[] Values<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return [.. result.Tokens.Select(token => read(token.Value))];
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            result.AddError(e.Message);
            return [];
        }
    }

    private static (double? Number, string Unit) Split(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        return (
            double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
            text[digits..].Trim().ToLowerInvariant());
    }

    private static string WithoutPrefix(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
}
