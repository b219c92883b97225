namespace RxCan.Monitor;

/// <summary>What is searched in a trace: an identifier, bytes anywhere in the data, text in the data, or a part of a message's name.</summary>
internal static class TraceSearch
{
    /// <summary>The test for a text; null for an empty one.</summary>
    public static FrameTest? Parse(string text, Databases? database)
    {
        text = text.Trim();
        if (text == "")
            return null;
        var digits = string.Concat((text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text).Where(c => !char.IsWhiteSpace(c)));
        var isHex = digits != "" && digits.All(char.IsAsciiHexDigit);
        CanId? id = isHex && CanId.TryParse(digits, null, out var parsed) ? parsed : null;
        var bytes = isHex && digits.Length % 2 == 0 ? Convert.FromHexString(digits) : null;
        var characters = System.Text.Encoding.Latin1.GetBytes(text);
        var messages = database?.Messages.Where(m => m.Name.Contains(text, StringComparison.OrdinalIgnoreCase)).ToHashSet() ?? [];
        return (in frame) =>
            (id is { } asked && frame.Id == asked) ||
            (bytes is not null && frame.Data.IndexOf(bytes) >= 0) ||
            frame.Data.IndexOf(characters) >= 0 ||
            (messages.Count > 0 && !frame.IsError && database!.MessageOf(frame) is { } message && messages.Contains(message));
    }
}
