using RxCan.Dbc;

namespace RxCan.Monitor;

/// <summary>A frame to send, as it is typed: <c>123#DEADBEEF</c>, or a message of the database with its signals: <c>EngineData EngineSpeed=2400</c>.</summary>
internal static class FrameInput
{
    /// <exception cref="FormatException">The text is not a frame; the message says what is.</exception>
    public static CanFrame Parse(string text, CanDatabase? database)
    {
        text = text.Trim();
        if (text.Contains('#') || database is null || text == "")
            return CanFrame.Parse(text);
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (!database.TryGet(words[0], out var message))
            throw new FormatException($"'{words[0]}' is neither a frame such as 123#DEADBEEF nor a message of the database.");
        try
        {
            return message.Encode([.. words[1..].Select(Signal)]);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException(e.Message.Split(" (Parameter")[0], e);
        }
    }

    private static (string, SignalValue) Signal(string word)
    {
        if (word.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } value])
            throw new FormatException($"'{word}' is not a signal: write EngineSpeed=2400.");
        return (name, char.IsAsciiLetter(value[0]) ? value : Numbers.Real(value, $"value of {name}"));
    }
}
