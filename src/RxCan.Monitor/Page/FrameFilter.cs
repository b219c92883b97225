using System.Globalization;
using System.Text.RegularExpressions;
using RxCan.Dbc;

namespace RxCan.Monitor;

/// <summary>
/// The filter of a page: a <see cref="CanFilter"/>, with names and values of a database. Items are separated by commas or spaces; <c>~</c>
/// before an item takes it away; <c>&amp;</c> joins what must hold together; <c>bus=can0</c> is a bus.
/// </summary>
internal sealed partial class FrameFilter
{
    private readonly FrameTest _test;

    private FrameFilter(FrameTest test) => _test = test;

    /// <summary>Passes every frame.</summary>
    public static FrameFilter All { get; } = new(static (in _) => true);

    public bool Matches(in CanFrame frame) => _test(frame);

    /// <summary>The same, for the frames of one bus; for all if null.</summary>
    public FrameFilter On(string? bus) => string.IsNullOrEmpty(bus) ? this : new((in frame) => frame.Interface == bus && _test(frame));

    /// <summary>Reads a filter such as <c>100-1FF,~180</c>, <c>Engine*</c> or <c>EngineSpeed>3000 &amp; ~7DF</c>.</summary>
    /// <exception cref="FormatException">The text is not a filter; the message says what is.</exception>
    public static FrameFilter Parse(string text, Databases? database)
    {
        if (DecimalComma().Match(text) is { Success: true, Value: var number })
            throw new FormatException($"Is {number.TrimStart('<', '>', '=', ' ')} a number or two items? Write a decimal point, or a space after the comma.");
        var items = Spaces().Replace(text.Trim(), ",");
        return items == "" ? All : new(List(items, database, 0));
    }

    private static FrameTest List(string text, Databases? database, int depth)
    {
        if (depth > 16)
            throw new FormatException("The filter is nested too deeply.");
        var (included, excluded) = (new List<FrameTest>(), new List<FrameTest>());
        foreach (var item in Split(text, ','))
        {
            var terms = Split(item, '&').Select(term => term.Trim()).ToArray();
            FrameTest[] tests = [.. terms.Select(term => Term(term, database, depth))];
            FrameTest all = tests is [var only] ? only : (in frame) =>
            {
                foreach (var test in tests)
                {
                    if (!test(frame))
                        return false;
                }

                return true;
            };
            (Array.TrueForAll(terms, term => term.StartsWith('~')) ? excluded : included).Add(all);
        }

        return (in frame) =>
        {
            foreach (var test in excluded)
            {
                if (!test(frame))
                    return false;
            }

            foreach (var test in included)
            {
                if (test(frame))
                    return true;
            }

            return included.Count == 0;
        };
    }

    private static FrameTest Term(string term, Databases? database, int depth)
    {
        if (term.StartsWith('~'))
        {
            var inner = Term(term[1..].Trim(), database, depth + 1);
            return (in frame) => !inner(frame);
        }

        if (term is ['(', .. var group, ')'])
            return List(group, database, depth + 1);
        if (Condition().Match(term) is { Success: true } condition)
            return ByValue(condition.Groups["message"].Value, condition.Groups["signal"].Value, condition.Groups["is"].Value, condition.Groups["value"].Value.Trim(), database);
        if (CanFilter.TryParse(term, CultureInfo.InvariantCulture, out var filter))
            return (in frame) => filter.Matches(frame);
        return database is not null && Name().IsMatch(term) ? ByName(term, database) : throw Refusal(term);
    }

    /// <summary>The messages of a name, which may have <c>*</c>, and those with a signal of that name.</summary>
    private static FrameTest ByName(string name, Databases database)
    {
        var pattern = new Regex($"^{Regex.Escape(name).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        var messages = database.Messages.Where(m => pattern.IsMatch(m.Name) || m.Signals.Any(s => pattern.IsMatch(s.Name))).ToHashSet();
        return messages.Count > 0
            ? (in frame) => !frame.IsError && database.MessageOf(frame) is { } message && messages.Contains(message)
            : throw new FormatException($"The database has no message or signal {name}.");
    }

    private static FrameTest ByValue(string message, string signal, string comparison, string text, Databases? database)
    {
        if ((message, signal) == ("", "bus") && comparison is "=" or "==" or "!=")
            return (in frame) => frame.Interface.Equals(text, StringComparison.OrdinalIgnoreCase) == (comparison != "!=");
        if (database is null)
            throw new FormatException($"{signal}{comparison}{text} takes a database: start rxcan-monitor with --dbc.");
        var signals = database.Messages.Where(m => message == "" || m.Name == message).SelectMany(m => m.Signals).Where(s => s.Name == signal).ToArray();
        if (signals.Length == 0)
            throw new FormatException($"The database has no signal {(message == "" ? signal : $"{message}.{signal}")}; names are case-sensitive here.");
        var byMessage = signals.ToDictionary(s => s.Message, s => (Signal: s, Value: ValueOf(s, text)));
        return (in frame) => !frame.IsError && database.MessageOf(frame) is { } found && byMessage.TryGetValue(found, out var asked) &&
            asked.Signal.Decode(frame) is { } value && comparison switch
            {
                ">" => value > asked.Value,
                ">=" => value >= asked.Value,
                "<" => value < asked.Value,
                "<=" => value <= asked.Value,
                "!=" => value != asked.Value,
                _ => value == asked.Value,
            };
    }

    /// <summary>A number, or the name of a value.</summary>
    private static double ValueOf(DbcSignal signal, string text) => signal.Values is { } values && values.TryGetValue(text, out var raw)
        ? (raw * signal.Factor) + signal.Offset
        : Numbers.Real(text, $"value of {signal.Name}");

    /// <summary>Splits outside of parentheses.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] != separator || depth != 0)
                continue;
            yield return text[start..i];
            start = i + 1;
        }

        yield return text[start..];
    }

    /// <summary>What <see cref="CanFilter.Parse"/> says.</summary>
    private static FormatException Refusal(string term)
    {
        try
        {
            CanFilter.Parse(term);
            return new($"'{term}' is not a filter.");
        }
        catch (FormatException e)
        {
            return e;
        }
    }

    [GeneratedRegex(@"[<>=]\s*-?\d+,\d+")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"(?<=[\w*#)])\s+(?=[\w*#(~])(?![Rr]\b)")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^((?<message>[A-Za-z_]\w*)\.)?(?<signal>[A-Za-z_]\w*)\s*(?<is>>=|<=|!=|==|=|>|<)(?<value>[^<>=!]+)$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"^[A-Za-z_*][\w*]*$")]
    private static partial Regex Name();
}
