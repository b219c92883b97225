using System.Buffers.Binary;
using System.IO.Compression;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>
/// The bytes that a data link leads to: one block (DT, SD, DV), a compressed one (DZ), or a list of either (DL, LD, HL). A compressed block of up
/// to 4 MiB, and a transposed one of up to 16, is held in memory, checked; of a larger one, each part is delivered as it comes.
/// </summary>
internal sealed class Mdf4Data : InputStream
{
    private const int MaxWhole = 4 << 20;
    private const int MaxTransposed = 16 << 20;
    private const int MaxRepeated = 1 << 30; // bytes that may be decompressed again because references go back

    private readonly Mdf4File _file;
    private readonly List<long> _blocks = []; // offsets of the blocks
    private readonly List<long> _starts = [0]; // and where their content begins, as far as known
    private int _block = -1;
    private long _position;
    private long _at; // in the file, of a plain block
    private long _left;
    private byte[] _whole = [];
    private int _wholeAt;
    private int _wholeEnd;
    private ZLibStream? _inflater;
    private long _repeated;

    public Mdf4Data(Mdf4File file, long link)
    {
        _file = file;
        var seen = new HashSet<long>();
        while (link != 0)
        {
            if (!seen.Add(link))
                throw Mdf4File.Damaged(link, "a list of data blocks leads back to itself");
            var type = file.Header(link, mayBeCut: true).Type;
            if (type == "HL")
            {
                link = file.Block(link, "HL").Link(0);
            }
            else if (type is "DL" or "LD")
            {
                var list = file.Block(link, type);
                var count = BinaryPrimitives.ReadUInt32LittleEndian(list.DataOf(8)[4..]);
                for (var i = 1; i < list.Links && i <= count; i++)
                {
                    if (list.Link(i) != 0)
                        _blocks.Add(list.Link(i));
                }

                link = list.Link(0);
            }
            else
            {
                _blocks.Add(link);
                break;
            }
        }
    }

    public override bool CanSeek => true;

    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = ReadBlock(buffer);
            if (read > 0)
            {
                _position += read;
                return read;
            }

            if (_block + 1 >= _blocks.Count)
                return 0;
            if (_block >= 0 && _starts.Count == _block + 1)
                _starts.Add(_position);
            Open(_block + 1);
        }

        return 0;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = offset + (origin == SeekOrigin.Current ? _position : 0);
        if (target < _position)
        {
            var block = _starts.BinarySearch(target);
            block = Math.Min(block < 0 ? ~block - 1 : block, _blocks.Count - 1);
            if (block == _block && _wholeEnd > 0)
            {
                _wholeAt = (int)(target - _starts[block]);
                return _position = target;
            }

            _position = _starts[block];
            Open(block);
            _repeated += target - _position;
            if (_inflater is not null || _whole.Length > 0)
                _repeated += _wholeEnd;
            if (_repeated > MaxRepeated)
                throw Mdf4File.Damaged(_blocks[block], "references to variable-length data go back too often");
        }

        Span<byte> skipped = stackalloc byte[1_024];
        while (_position < target)
        {
            if (Read(skipped[..(int)Math.Min(skipped.Length, target - _position)]) == 0)
                break;
        }

        return _position;
    }

    protected override void Dispose(bool disposing)
    {
        _inflater?.Dispose();
        base.Dispose(disposing);
    }

    private int ReadBlock(Span<byte> buffer)
    {
        if (_block < 0)
            return 0;
        if (_inflater is not null)
        {
            try
            {
                return _inflater.Read(buffer);
            }
            catch (Exception exception) when (Inflation.IsDamage(exception))
            {
                throw Mdf4File.Damaged(_blocks[_block], $"the content of a compressed block is damaged: {exception.Message}");
            }
        }

        if (_wholeAt < _wholeEnd)
        {
            var count = Math.Min(buffer.Length, _wholeEnd - _wholeAt);
            _whole.AsSpan(_wholeAt, count).CopyTo(buffer);
            _wholeAt += count;
            return count;
        }

        if (_left == 0)
            return 0;
        var read = _file.Read(_at, buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (read == 0)
            throw Mdf4File.Damaged(_blocks[_block], "the file ends in a data block");
        _at += read;
        _left -= read;
        return read;
    }

    private void Open(int block)
    {
        _inflater?.Dispose();
        _inflater = null;
        (_left, _wholeAt, _wholeEnd) = (0, 0, 0);
        _block = block;
        var offset = _blocks[block];
        var isLast = block == _blocks.Count - 1;
        var (type, length) = _file.Header(offset, mayBeCut: true);
        switch (type)
        {
            case "DT" or "SD" or "RD" or "DV":
                _at = offset + Mdf4File.HeaderLength;
                _left = _file.IsUnfinished && isLast && (length == Mdf4File.HeaderLength || length > _file.Length - offset)
                    ? _file.Length - _at
                    : length - Mdf4File.HeaderLength;
                break;
            case "DZ":
                OpenCompressed(offset, length);
                break;
            default:
                throw Mdf4File.Damaged(offset, $"a block of type {type} is where data should be");
        }
    }

    private void OpenCompressed(long offset, long blockLength)
    {
        const int headerLength = Mdf4File.HeaderLength + 24;
        Span<byte> header = stackalloc byte[headerLength];
        if (_file.Read(offset, header) < headerLength || blockLength < headerLength)
            throw Mdf4File.Damaged(offset, "a compressed block has no header");
        header = header[Mdf4File.HeaderLength..];
        int method = header[2];
        var rowLength = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        var compressed = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        if (method > 1)
            throw Mdf4File.Damaged(offset, $"compression method {method} is not known");
        if (compressed > (ulong)(blockLength - headerLength))
            throw Mdf4File.Damaged(offset, $"a block of {blockLength} bytes has {compressed} compressed bytes");
        if (method == 1 && (rowLength == 0 || length > MaxTransposed))
            throw Mdf4File.Damaged(offset, $"a transposed block of {length} bytes in rows of {rowLength}");
        var inflater = new ZLibStream(new Part(_file, offset + headerLength, (long)compressed), CompressionMode.Decompress);
        if (length > MaxWhole && method == 0)
        {
            _inflater = inflater;
            return;
        }

        using (inflater)
        {
            try
            {
                _wholeEnd = ReadWhole(inflater, offset, (int)length);
            }
            catch (Exception exception) when (Inflation.IsDamage(exception))
            {
                throw Mdf4File.Damaged(offset, $"the content of a compressed block is damaged: {exception.Message}");
            }
        }

        if (_wholeEnd < (int)length)
            throw Mdf4File.Damaged(offset, $"a compressed block holds only {_wholeEnd} of {length} bytes");
        if (method == 1)
            _whole = Transposed(_whole.AsSpan(0, _wholeEnd), (int)Math.Min(rowLength, (uint)_wholeEnd + 1));
    }

    /// <summary>Reads a block into memory, which grows with what comes, not with what is announced.</summary>
    private int ReadWhole(ZLibStream inflater, long offset, int length)
    {
        var end = 0;
        while (end < length)
        {
            if (end == _whole.Length)
            {
                var grown = Math.Min(length, Math.Max(1 << 16, 2 * end));
                _file.Reserve(offset, grown - _whole.Length);
                Array.Resize(ref _whole, grown);
            }

            var read = inflater.Read(_whole, end, Math.Min(_whole.Length, length) - end);
            if (read == 0)
                return end;
            end += read;
        }

        // The checksum comes after the last byte.
        return inflater.ReadByte() < 0 ? end : throw Mdf4File.Damaged(offset, $"a compressed block holds more than {length} bytes");
    }

    /// <summary>The rows of what was stored by column; bytes that fill no row stay where they are.</summary>
    private static byte[] Transposed(ReadOnlySpan<byte> stored, int rowLength)
    {
        var rows = stored.Length / rowLength;
        var result = new byte[stored.Length];
        for (var column = 0; column < rowLength && rows > 0; column++)
        {
            var from = stored.Slice(column * rows, rows);
            for (var row = 0; row < from.Length; row++)
                result[(row * rowLength) + column] = from[row];
        }

        var whole = rows * rowLength;
        stored[whole..].CopyTo(result.AsSpan(whole));
        return result;
    }

    /// <summary>A part of the file, forwards.</summary>
    private sealed class Part(Mdf4File file, long at, long length) : InputStream
    {
        private readonly long _end = at + length;
        private long _at = at;

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(_at, buffer[..(int)Math.Min(buffer.Length, _end - _at)]);
            _at += read;
            return read;
        }
    }
}
