using System.Text;

namespace RxCan.Cli;

/// <summary>Text that grows line by line until it is written.</summary>
internal sealed class LineBuffer
{
    private byte[] _bytes = new byte[1 << 16];

    /// <summary>Its length in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The room behind the text. See <see cref="Advance"/>.</summary>
    public Span<byte> Rest => _bytes.AsSpan(Length);

    /// <summary>Makes room for a line; what is added to it makes none.</summary>
    /// <param name="maxLength">How many bytes it takes at most.</param>
    public void Begin(int maxLength)
    {
        if (_bytes.Length - Length < maxLength)
            Array.Resize(ref _bytes, Math.Max(Length + maxLength, 2 * _bytes.Length));
    }

    /// <summary>Takes what was written to the beginning of <see cref="Rest"/>.</summary>
    public void Advance(int length) => Length += length;

    public void Add(byte c) => _bytes[Length++] = c;

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        Length += text.Length;
    }

    /// <summary>Adds text; a character takes up to three bytes.</summary>
    public void Add(string text) => Length += Encoding.UTF8.GetBytes(text, Rest);

    public void Pad(int count)
    {
        if (count <= 0)
            return;
        Rest[..count].Fill((byte)' ');
        Length += count;
    }

    /// <summary>Makes room for whole lines, and adds them.</summary>
    public void AddLines(ReadOnlySpan<byte> lines)
    {
        Begin(lines.Length);
        Add(lines);
    }

    /// <summary>Writes the text, and begins anew.</summary>
    public void MoveTo(Stream stream)
    {
        stream.Write(_bytes, 0, Length);
        stream.Flush();
        Length = 0;
    }
}
