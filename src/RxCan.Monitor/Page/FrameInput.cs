using System.Globalization;
using RxCan.Dbc;

namespace RxCan.Monitor;

/// <summary>
/// What is sent, as it is typed: <c>123#DEADBEEF</c>, or a message of a database with its signals: <c>EngineData EngineSpeed=2400</c>. A
/// counter has the value <c>++</c>; <c>e2e1=</c> and <c>e2e5=</c> with a data id in hexadecimal protect by a profile of AUTOSAR.
/// </summary>
internal static class FrameInput
{
    private const string Counting = "++";

    /// <summary>The frame, or the sequence of all counts.</summary>
    /// <exception cref="FormatException">The text is not a frame; the message says what is.</exception>
    public static CanFrame[] Parse(string text, Databases? databases, string bus = "")
    {
        text = text.Trim();
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return [CanFrame.Parse(text)];
        try
        {
            DbcMessage? message = null;
            if (!words[0].Contains('#') && databases is not null && !databases.TryGet(words[0], bus, out message))
                throw new FormatException($"'{words[0]}' is neither a frame such as 123#DEADBEEF nor a message of the database.");
            var protections = new List<MessageProtection>();
            var values = new List<(string, SignalValue)>();
            foreach (var word in words.Skip(1))
            {
                var (name, value) = word.Split('=') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right)
                    : throw new FormatException($"'{word}' is not a signal: write EngineSpeed=2400.");
                var signal = message is not null && message.TryGet(name, out var known) ? known : null;
                if (signal is null && name is "e2e1" or "e2e5")
                    protections.Add(name == "e2e1" ? MessageProtection.AutosarProfile1(DataId(value)) : MessageProtection.AutosarProfile5(DataId(value)));
                else if (signal is not null && value == Counting)
                    protections.Add(MessageProtection.Counter(signal));
                else if (message is not null)
                    values.Add((name, char.IsAsciiLetter(value[0]) ? value : Numbers.Real(value, $"value of {name}")));
                else
                    throw new FormatException($"'{word}': a frame has no signals. Write e2e1= or e2e5= and a data id to protect it, or the name of a message.");
            }

            var frame = message is null ? CanFrame.Parse(words[0]) : message.Encode([.. values]);
            return protections switch
            {
                [] => [frame],
                [var only] => [.. Enumerable.Range(0, only.Counts).Select(count => only.Protect(frame, count))],
                _ => throw new FormatException("A frame has one counter only: the profiles of AUTOSAR have their own."),
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException(e.Message.Split(" (Parameter")[0], e);
        }
    }

    private static ushort DataId(string text) => ushort.TryParse(
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new FormatException($"The data id must be 1 to 4 hexadecimal digits, not '{text}'.");
}
