using System.Text;

namespace RxCan.Uds;

/// <summary>The content of an Intel HEX or Motorola S-record file, for <see cref="UdsServices.Download(IUdsClient, IReadOnlyList{UdsSegment}, UdsTransferOptions?)"/>.</summary>
/// <param name="Segments">The data, sorted by address; what lies end to end is one segment.</param>
/// <remarks>Sources: Intel, Hexadecimal Object File Format Specification, revision A; Motorola, M68000 Family Programmer's Reference Manual, appendix C.</remarks>
public sealed record UdsImage(IReadOnlyList<UdsSegment> Segments)
{
    /// <summary>Where the program starts; null if the file does not say.</summary>
    public ulong? StartAddress { get; init; }

    /// <summary>The bytes of the header (S0), often a name in ASCII; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Header { get; init; }

    /// <summary>The number of bytes of all segments.</summary>
    public long Length => Segments.Sum(segment => (long)segment.Data.Length);

    /// <summary>Reads a file; its first character tells the format.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="FormatException">The file is not in either format, damaged, or not complete. The message has the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static UdsImage Load(string path)
    {
        using var reader = new StreamReader(path, Encoding.ASCII);
        return Read(reader);
    }

    /// <summary>Reads Intel HEX or Motorola S-records; the first character tells the format.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not in either format, damaged, or not complete. The message has the line.</exception>
    public static UdsImage Read(TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = new RecordReader(text);
        return lines.Next() switch
        {
            ':' => IntelHex.Read(lines),
            'S' => SRecord.Read(lines),
            _ => throw lines.Error("begins with neither ':' (Intel HEX) nor 'S' (Motorola S-record)"),
        };
    }

    /// <summary>Writes Intel HEX, with 32-bit addresses where they are needed.</summary>
    /// <param name="text">Where it is written to.</param>
    /// <exception cref="InvalidOperationException">An address has more than 32 bits.</exception>
    public void WriteIntelHex(TextWriter text)
    {
        ArgumentNullException.ThrowIfNull(text);
        IntelHex.Write(this, text);
    }

    /// <summary>Writes Motorola S-records, with addresses as long as the highest one needs.</summary>
    /// <param name="text">Where it is written to.</param>
    /// <exception cref="InvalidOperationException">An address has more than 32 bits.</exception>
    public void WriteSRecords(TextWriter text)
    {
        ArgumentNullException.ThrowIfNull(text);
        SRecord.Write(this, text);
    }

    internal ulong LastAddress => Segments.Count == 0 ? 0 : Segments.Max(segment => segment.Address + (ulong)Math.Max(segment.Data.Length - 1, 0));

    internal void Check32Bits()
    {
        if (LastAddress > uint.MaxValue)
            throw new InvalidOperationException($"The format has addresses up to FFFFFFFF, but the image goes to {LastAddress:X}.");
    }
}
