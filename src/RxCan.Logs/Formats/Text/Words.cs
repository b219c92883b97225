namespace RxCan.Logs.Formats.Text;

/// <summary>The words of a line, separated by spaces and tabs.</summary>
internal ref struct Words(ReadOnlySpan<byte> line)
{
    /// <summary>What follows the last word.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = line;

    /// <summary>The next word; empty if there is none.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var rest = Rest;
        var start = 0;
        while (start < rest.Length && IsSpace(rest[start]))
            start++;
        var end = start;
        while (end < rest.Length && !IsSpace(rest[end]))
            end++;
        Rest = rest[end..];
        return rest[start..end];
    }

    /// <summary>Reads bytes of two hexadecimal digits, each after one space or more.</summary>
    /// <returns>How many were there before a word of another form, or the end of <paramref name="bytes"/>.</returns>
    public int ReadHexBytes(scoped Span<byte> bytes)
    {
        var rest = Rest;
        var count = 0;
        var at = 0;
        while (count < bytes.Length)
        {
            var start = at;
            while (start < rest.Length && IsSpace(rest[start]))
                start++;
            if (start == at || rest.Length - start < 2 || (rest.Length - start > 2 && !IsSpace(rest[start + 2])))
                break;
            var high = Hex.ValueOf(rest[start]);
            var low = Hex.ValueOf(rest[start + 1]);
            if ((high | low) > 0xF)
                break;
            bytes[count++] = (byte)((high << 4) | low);
            at = start + 2;
        }

        Rest = rest[at..];
        return count;
    }

    public static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t';
}
