using System.Buffers.Binary;
using System.IO.Compression;
using static RxCan.Logs.Formats.BlfFormat;

namespace RxCan.Logs.Formats;

/// <summary>
/// Writes a BLF with the objects 1, 100 and 73 in containers of up to 128 KiB that hold whole objects. The file counts from the whole second of
/// the first frame; an earlier frame gets that time. A flush closes the container, and completes the file's header if the stream can seek;
/// otherwise the header has the start and no sizes, as after a crash. Takes the stream over.
/// </summary>
internal sealed class BlfWriter(Stream stream, CompressionLevel compression = CompressionLevel.Fastest) : ILogWriter
{
    private const int ContainerSize = 1 << 17;
    private const int MaxObject = ObjectHeaderSize + 84;
    private const uint HeaderAndVersion = ObjectHeaderSize | (1 << 16);

    private readonly byte[] _objects = new byte[ContainerSize];
    private readonly MemoryStream _container = new(ContainerSize / 2);
    private readonly LogChannels _channels = new();
    private int _end;
    private long _length;
    private long _uncompressed = FileHeaderSize;
    private uint _count;
    private long _start; // nanoseconds since 1970, a whole second
    private long _last;
    private bool _hasStart;
    private bool _isDisposed;

    public long Length => Math.Max(_length, FileHeaderSize) + _end;

    public void Write(in CanFrame frame)
    {
        if (_end > ContainerSize - MaxObject)
            WriteContainer();
        var time = Math.Max(frame.UnixTimeNanoseconds, 0);
        if (!_hasStart)
            (_start, _hasStart) = (time - (time % 1_000_000_000), true);
        _last = Math.Max(_last, time);
        var data = frame.Data;
        var target = _objects.AsSpan(_end);
        var body = target[ObjectHeaderSize..];
        var id = frame.RawId & (CanId.EffFlag | CanId.MaxExtended);
        uint size;
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)_channels.Of(frame.Interface));
        if (frame.IsError)
        {
            size = Begin(target, CanErrorExt, 32, time);
            body[2..32].Clear();
            body[10] = (byte)frame.Length;
            BinaryPrimitives.WriteUInt32LittleEndian(body[16..], id & CanId.MaxExtended);
            data.CopyTo(body[24..]);
        }
        else
        {
            var isFd = frame.IsFd;
            size = Begin(target, isFd ? CanFdMessage : CanMessage, isFd ? 84 : 16, time);
            body[2] = (byte)((frame.IsLocal ? Sent : 0) | (frame.IsRemote ? Rtr : 0));
            body[3] = (byte)frame.Dlc;
            BinaryPrimitives.WriteUInt32LittleEndian(body[4..], id);
            body = body[8..];
            if (isFd)
            {
                body[..12].Clear();
                body[5] = (byte)(Edl | (frame.BitRateSwitch ? Brs : 0) | (frame.ErrorStateIndicator ? Esi : 0));
                body[6] = (byte)data.Length;
                body = body[12..];
            }

            data.CopyTo(body);
            body[data.Length..(isFd ? CanFrame.MaxFdLength : CanFrame.MaxLength)].Clear();
        }

        _end += (int)size;
        _count++;
    }

    public void Flush()
    {
        if (_end > 0)
            WriteContainer();
        if (_length == 0 || stream.CanSeek)
            WriteFileHeader();
        stream.Flush();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            Flush();
        }
        finally
        {
            stream.Dispose();
        }
    }

    private uint Begin(Span<byte> target, uint type, int bodySize, long time)
    {
        var size = (uint)(ObjectHeaderSize + bodySize);
        ObjectSignature.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], HeaderAndVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], type);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Nanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], (ulong)Math.Max(time - _start, 0));
        return size;
    }

    private void WriteContainer()
    {
        if (_length == 0)
            WriteFileHeader();
        _container.SetLength(ContainerHeaderSize);
        _container.Position = ContainerHeaderSize;
        if (compression == CompressionLevel.NoCompression)
        {
            _container.Write(_objects, 0, _end);
        }
        else
        {
            using var deflater = new ZLibStream(_container, compression, leaveOpen: true);
            deflater.Write(_objects, 0, _end);
        }

        var size = (int)_container.Length;
        for (var padding = size % 4; padding > 0; padding--)
            _container.WriteByte(0);
        var header = _container.GetBuffer().AsSpan(0, ContainerHeaderSize);
        header.Clear();
        ObjectSignature.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], BaseHeaderSize | (1 << 16));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Container);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], (ushort)(compression == CompressionLevel.NoCompression ? Stored : Deflated));
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)_end);
        stream.Write(_container.GetBuffer(), 0, (int)_container.Length);
        _length += _container.Length;
        _uncompressed += ContainerHeaderSize + _end;
        _end = 0;
    }

    private void WriteFileHeader()
    {
        var header = new byte[FileHeaderSize];
        FileSignature.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), FileHeaderSize);
        header[8] = 5; // an application that has no number of its own
        (header[12], header[13], header[14], header[15]) = (2, 6, 8, 1); // the version of the format
        if (_start > 0)
            WriteSystemTime(header.AsSpan(StartOffset), _start);
        if (_length == 0)
        {
            stream.Write(header);
            _length = FileHeaderSize;
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), (ulong)_length);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), (ulong)_uncompressed);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(32), _count);
        if (_start > 0)
            WriteSystemTime(header.AsSpan(EndOffset), _last);
        stream.Seek(-_length, SeekOrigin.Current);
        stream.Write(header);
        stream.Seek(_length - FileHeaderSize, SeekOrigin.Current);
    }

    private static void WriteSystemTime(Span<byte> target, long nanoseconds)
    {
        var time = DateTime.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        ReadOnlySpan<int> parts =
            [time.Year, time.Month, (int)time.DayOfWeek, time.Day, time.Hour, time.Minute, time.Second, time.Millisecond];
        for (var i = 0; i < parts.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], (ushort)parts[i]);
    }
}
