namespace RxCan.Logs.Formats.Text;

/// <summary>Reads lines, which end with LF or CR LF, from a buffer that is used again.</summary>
internal sealed class LineReader(Stream stream, CanLogFormat format) : IDisposable
{
    /// <summary>The longest line that is read, in bytes; a longer one is damage.</summary>
    public const int MaxLength = 65_536;

    private readonly byte[] _buffer = new byte[4 * MaxLength];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>The number of the last line that was read, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether the last line that was read had an end.</summary>
    public bool IsTerminated { get; private set; }

    private ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads a line without its end; false if there is none. It is valid until the next call.</summary>
    /// <exception cref="CanLogException">It is too long, or what compresses it is damaged. The next call reads what follows.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        line = Rest;
        int length;
        while ((length = line.IndexOf((byte)'\n')) < 0 && line.Length <= MaxLength && Fill())
            line = Rest;
        if (line.IsEmpty)
            return false;
        Line++;
        IsTerminated = length >= 0;
        if (length > MaxLength || (length < 0 && line.Length > MaxLength))
        {
            SkipLine();
            throw Damage($"a line of more than {MaxLength} characters");
        }

        if (IsTerminated)
            line = line[..length];
        _start += line.Length + (IsTerminated ? 1 : 0);
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        if (Line == 1 && line.StartsWith("\uFEFF"u8))
            line = line[3..];
        return true;
    }

    /// <summary>Damage in the line that was read last.</summary>
    public CanLogException Damage(string reason) => new(format, $"line {Line}", reason);

    public void Dispose() => stream.Dispose();

    private void SkipLine()
    {
        int length;
        while ((length = Rest.IndexOf((byte)'\n')) < 0)
        {
            _start = _end;
            if (!Fill())
                return;
        }

        _start += length + 1;
    }

    /// <summary>Moves what is left to the front and reads more; false at the end.</summary>
    private bool Fill()
    {
        if (_ended)
            return false;
        Rest.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var count = 0;
        try
        {
            count = stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (Exception e) when (Inflation.IsDamage(e))
        {
            throw new CanLogException(format, $"line {Line + 1}", $"the compressed file is damaged or cut off ({e.Message})");
        }
        finally
        {
            _end += count;
            _ended = count == 0;
        }

        return !_ended;
    }
}
