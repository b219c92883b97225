namespace RxCan.Uds;

/// <summary>Reads the records of a hexadecimal file, one a line. It keeps no more than a record of text, however long the lines are.</summary>
internal sealed class RecordReader(TextReader text)
{
    private const int MaxRecord = 256 + 4; // bytes; both formats count them in one

    private readonly byte[] _record = new byte[MaxRecord];
    private int _line;
    private int _length;
    private int _peeked = -1;

    /// <summary>The bytes of the record that is read, without its mark; its type is the first one for S-records.</summary>
    public ReadOnlySpan<byte> Record => _record.AsSpan(0, _length);

    /// <summary>Goes to the next line that is not blank; gives its first character, or -1 at the end.</summary>
    public int Next()
    {
        if (_peeked >= 0)
            return _peeked;
        _line++;
        while (text.Peek() is '\r' or '\n' or ' ' or '\t')
        {
            if (text.Read() == '\n')
                _line++;
        }

        return _peeked = text.Read();
    }

    /// <summary>Reads the rest of the line: pairs of hexadecimal digits, after one digit that is a byte of its own if the format has a type there.</summary>
    public void Read(bool hasType)
    {
        _peeked = -1;
        _length = 0;
        if (hasType)
            _record[_length++] = (byte)Digit(text.Read());
        while (true)
        {
            var high = text.Read();
            if (high is -1 or '\r' or '\n' or ' ' or '\t')
                break;
            if (_length == MaxRecord)
                throw Error("is too long");
            _record[_length++] = (byte)((Digit(high) << 4) | Digit(text.Read()));
        }
    }

    public FormatException Error(string what) => new($"Line {_line} {what}.");

    private int Digit(int character) => character >= 0 && char.IsAsciiHexDigit((char)character)
        ? Convert.ToInt32(((char)character).ToString(), 16)
        : throw Error(character < 0 ? "ends in the middle of a byte" : "has a character that is not a hexadecimal digit");
}
