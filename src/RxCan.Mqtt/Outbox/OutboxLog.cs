using System.Buffers.Binary;
using System.Numerics;

namespace RxCan.Mqtt.Outbox;

/// <summary>A message of the outbox.</summary>
/// <param name="Segment">The number of its segment.</param>
/// <param name="End">The offset behind it.</param>
/// <param name="Payload">What is sent.</param>
/// <param name="Frames">How many frames it has.</param>
internal readonly record struct OutboxRecord(long Segment, long End, byte[] Payload, int Frames);

/// <summary>
/// A queue of messages in append-only segments. What was read stays until it is acknowledged. Each record has a checksum: a torn tail is cut
/// off, and damage costs the rest of its segment only. Not thread-safe; no clock, no thread.
/// </summary>
/// <remarks>
/// A segment is the bytes <c>RXOB</c>, the version (1, 4 bytes), and records: kind (1 byte), length, frames, and CRC-32C of these three and of the
/// payload (4 bytes each, little endian), payload. Kind 1 is a message. Kind 2 says that everything before a segment's number and an offset in it
/// (8 bytes each) was acknowledged. It is written when the outbox is flushed, so messages may be sent again after a crash.
/// </remarks>
internal sealed class OutboxLog : IDisposable
{
    public const int MaxPayload = 1024 * 1024;
    public const int RecordHeader = 13;
    public const int SegmentHeader = 8;

    private const byte Message = 1;
    private const byte Acknowledged = 2;
    private const int MinSegment = 64 * 1024;
    private const int MaxSegment = 8 * 1024 * 1024;

    private readonly IOutboxFiles _files;
    private readonly long _maxSize;
    private readonly MqttOverflow _whenFull;
    private readonly long _segmentSize;
    private readonly List<Segment> _segments = []; // those with something in them, ascending
    private byte[] _scratch = new byte[4096];
    private (long Segment, long Offset) _next; // to read
    private (long Segment, long Offset) _acknowledged; // everything before it
    private (long Segment, long Offset) _noted; // what the segments say of it
    private long _lastNumber;
    private bool _isDirty;

    /// <summary>Opens the segments that are there.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public OutboxLog(IOutboxFiles files, long maxSize, MqttOverflow whenFull)
    {
        (_files, _maxSize, _whenFull) = (files, maxSize, whenFull);
        _segmentSize = Math.Clamp(maxSize / 128, MinSegment, MaxSegment); // small: the disk may be smaller than the outbox may become
        var isOlder = false;
        foreach (var number in files.List().Reverse())
        {
            _lastNumber = Math.Max(_lastNumber, number);
            if (!isOlder || number >= _noted.Segment)
                Recover(number);
            isOlder = _noted.Segment > 0;
        }

        _segments.Reverse();
        _acknowledged = _noted;
        foreach (var segment in _segments.ToArray())
        {
            segment.Frames = FramesAfter(segment, segment.Number == _acknowledged.Segment ? _acknowledged.Offset : SegmentHeader);
            if (segment.Number < _acknowledged.Segment || segment.Frames == 0)
                Remove(segment);
        }

        foreach (var number in files.List())
        {
            if (!_segments.Exists(s => s.Number == number))
                files.Delete(number);
        }

        Rewind();
    }

    /// <summary>The size of the segments, in bytes.</summary>
    public long Bytes => _segments.Sum(s => s.Length);

    /// <summary>The number of frames that wait for their acknowledgement.</summary>
    public long Waiting => _segments.Sum(s => s.Frames);

    /// <summary>The number of frames that did not fit, or that the medium refused.</summary>
    public long Lost { get; private set; }

    /// <summary>The number of places where a segment was damaged, a torn tail included.</summary>
    public int Damaged { get; private set; }

    /// <summary>Adds a message; false if it was lost.</summary>
    public bool Append(ReadOnlySpan<byte> payload, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
        var isStored = TryAppend(Message, payload, frames);
        if (!isStored)
            Lost += frames;
        return isStored;
    }

    /// <summary>Reads the next message, which stays in the outbox.</summary>
    public bool TryRead(out OutboxRecord record)
    {
        while (_segments.Find(s => s.Number >= _next.Segment) is { } segment)
        {
            var offset = segment.Number == _next.Segment ? Math.Max(_next.Offset, SegmentHeader) : SegmentHeader;
            if (offset >= segment.Length)
            {
                if (segment == _segments[^1])
                    break;
                _next = (segment.Number + 1, SegmentHeader);
                continue;
            }

            if (!TryReadAt(segment, offset, out var kind, out var length, out var frames))
            {
                Damaged++;
                Lost += Math.Max(FramesLeft(segment, offset), 0);
                Cut(segment, offset);
                continue;
            }

            _next = (segment.Number, offset + RecordHeader + length);
            if (kind != Message)
                continue;
            record = new(segment.Number, _next.Offset, _scratch.AsSpan(RecordHeader, length).ToArray(), frames);
            return true;
        }

        record = default;
        return false;
    }

    /// <summary>A message arrived, and so did all before it.</summary>
    public void Acknowledge(in OutboxRecord record)
    {
        if ((record.Segment, record.End).CompareTo(_acknowledged) <= 0)
            return;
        _acknowledged = (record.Segment, record.End);
        while (_segments is [var first, _, ..] && first.Number < record.Segment)
            Remove(first);
        var number = record.Segment;
        if (_segments.Find(s => s.Number == number) is { } segment)
        {
            segment.Frames -= record.Frames;
            if (segment.Frames <= 0 && segment != _segments[^1])
                Remove(segment);
        }
    }

    /// <summary>Reads again from the first message that was not acknowledged.</summary>
    public void Rewind() => _next = _acknowledged;

    /// <summary>Has the medium keep what was appended and acknowledged.</summary>
    public void Flush()
    {
        if (_segments.Count == 0)
            return;
        if (_noted != _acknowledged && Bytes + RecordHeader + 16 <= _maxSize)
        {
            Span<byte> position = stackalloc byte[16];
            BinaryPrimitives.WriteInt64LittleEndian(position, _acknowledged.Segment);
            BinaryPrimitives.WriteInt64LittleEndian(position[8..], _acknowledged.Offset);
            if (TryWrite(_segments[^1], Acknowledged, position, 0))
                _noted = _acknowledged;
        }

        if (!_isDirty)
            return;
        try
        {
            _segments[^1].File.Flush();
            _isDirty = false;
        }
        catch (IOException)
        {
            // Tried again with the next flush.
        }
    }

    public void Dispose()
    {
        Flush();
        foreach (var segment in _segments.ToArray())
        {
            if (segment.Frames <= 0)
                Remove(segment);
            else
                segment.File.Dispose();
        }

        _files.Dispose();
    }

    private bool TryAppend(byte kind, ReadOnlySpan<byte> payload, int frames)
    {
        var size = RecordHeader + payload.Length;
        while (true)
        {
            while (_segments is [{ Frames: <= 0 } first, ..] && (_segments.Count > 1 || first.Length >= _segmentSize || Bytes + size > _maxSize))
                Remove(first);
            if (Bytes + size + SegmentHeader > _maxSize)
            {
                if (!MakeRoom())
                    return false;
                continue;
            }

            if (_segments.Count == 0 || _segments[^1].IsClosed || _segments[^1].Length >= _segmentSize)
            {
                if (!TryBegin())
                {
                    if (!MakeRoom())
                        return false;
                    continue;
                }
            }

            if (TryWrite(_segments[^1], kind, payload, frames))
                return true;
            if (!MakeRoom())
                return false;
        }
    }

    /// <summary>Gives up the oldest segment, if that is the policy and there is one.</summary>
    private bool MakeRoom()
    {
        if (_segments is [] or [{ Length: SegmentHeader }])
            return false; // even an empty outbox has no room
        if (_segments is [{ Frames: <= 0 } idle, ..])
        {
            Remove(idle);
            return true;
        }

        if (_whenFull == MqttOverflow.DropNewest)
            return false;
        Lost += _segments[0].Frames;
        Remove(_segments[0]);
        return true;
    }

    private bool TryBegin()
    {
        IOutboxFile? file = null;
        try
        {
            file = _files.Open(++_lastNumber);
            file.Truncate(0);
            file.Append("RXOB\x01\0\0\0"u8);
            _segments.Add(new(_lastNumber, file) { Length = SegmentHeader });
            return true;
        }
        catch (IOException)
        {
            file?.Dispose();
            Quietly(() => _files.Delete(_lastNumber));
            return false;
        }
    }

    private bool TryWrite(Segment segment, byte kind, ReadOnlySpan<byte> payload, int frames)
    {
        if (segment.IsClosed)
            return false;
        var size = RecordHeader + payload.Length;
        if (_scratch.Length < size)
            _scratch = new byte[size];
        var record = _scratch.AsSpan(0, size);
        record[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(record[1..], payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[5..], frames);
        payload.CopyTo(record[RecordHeader..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[9..], Checksum(record));
        try
        {
            segment.File.Append(record);
            segment.Length += size;
            segment.Frames += frames;
            _isDirty = true;
            return true;
        }
        catch (IOException)
        {
            segment.IsClosed = !Quietly(() => segment.File.Truncate(segment.Length)); // a full disk: a part may have been written
            return false;
        }
    }

    /// <summary>Reads a segment that is there as far as it is sound; what it says of acknowledgements counts if no newer one said so.</summary>
    private void Recover(long number)
    {
        var segment = new Segment(number, _files.Open(number)) { IsClosed = true };
        _segments.Add(segment);
        segment.Length = segment.File.Length;
        var noted = (Segment: 0L, Offset: 0L);
        Span<byte> header = stackalloc byte[SegmentHeader];
        if (segment.File.Read(0, header) < SegmentHeader || !header.SequenceEqual("RXOB\x01\0\0\0"u8))
        {
            Damaged++;
            segment.Length = SegmentHeader;
            return;
        }

        for (long offset = SegmentHeader; offset < segment.Length;)
        {
            if (!TryReadAt(segment, offset, out var kind, out var length, out _))
            {
                Damaged++;
                Cut(segment, offset);
                break;
            }

            if (kind == Acknowledged)
            {
                var position = _scratch.AsSpan(RecordHeader, length);
                noted = (BinaryPrimitives.ReadInt64LittleEndian(position), BinaryPrimitives.ReadInt64LittleEndian(position[8..]));
            }

            offset += RecordHeader + length;
        }

        if (_noted == default && noted.Segment <= number)
            _noted = noted;
    }

    private int FramesAfter(Segment segment, long offset)
    {
        var sum = 0L;
        for (var at = (long)SegmentHeader; at < segment.Length && TryReadAt(segment, at, out _, out var length, out var frames);)
        {
            at += RecordHeader + length;
            sum += at > offset ? frames : 0;
        }

        return (int)Math.Min(sum, int.MaxValue);
    }

    /// <summary>The frames of a segment that were not yet read before a damaged place; those before it may still be under way.</summary>
    private int FramesLeft(Segment segment, long offset)
    {
        var (before, at) = (0, segment.Number == _acknowledged.Segment ? Math.Max(_acknowledged.Offset, SegmentHeader) : SegmentHeader);
        while (at < offset && TryReadAt(segment, at, out _, out var length, out var frames))
        {
            before += frames;
            at += RecordHeader + length;
        }

        return segment.Frames - before;
    }

    private void Cut(Segment segment, long length)
    {
        segment.Frames = Math.Max(0, segment.Frames - Math.Max(FramesLeft(segment, length), 0));
        segment.Length = length;
        segment.IsClosed = true;
        Quietly(() => segment.File.Truncate(length));
    }

    /// <summary>Reads a record into the scratch buffer, which is never larger than what the segment has.</summary>
    private bool TryReadAt(Segment segment, long offset, out byte kind, out int length, out int frames)
    {
        (kind, length, frames) = (0, 0, 0);
        try
        {
            if (segment.File.Read(offset, _scratch.AsSpan(0, RecordHeader)) < RecordHeader)
                return false;
            kind = _scratch[0];
            length = BinaryPrimitives.ReadInt32LittleEndian(_scratch.AsSpan(1));
            frames = BinaryPrimitives.ReadInt32LittleEndian(_scratch.AsSpan(5));
            if (length is < 0 or > MaxPayload || length > segment.Length - offset - RecordHeader || frames < 0 ||
                (kind != Message && (kind != Acknowledged || length != 16)))
            {
                return false;
            }

            if (_scratch.Length < RecordHeader + length)
                Array.Resize(ref _scratch, RecordHeader + length);
            return segment.File.Read(offset + RecordHeader, _scratch.AsSpan(RecordHeader, length)) == length &&
                Checksum(_scratch.AsSpan(0, RecordHeader + length)) == BinaryPrimitives.ReadUInt32LittleEndian(_scratch.AsSpan(9));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Remove(Segment segment)
    {
        _segments.Remove(segment);
        segment.File.Dispose();
        Quietly(() => _files.Delete(segment.Number));
        if (_next.Segment == segment.Number)
            _next = (segment.Number + 1, SegmentHeader);
    }

    private static bool Quietly(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        var crc = uint.MaxValue;
        foreach (var head in record[..(RecordHeader - sizeof(uint))])
            crc = BitOperations.Crc32C(crc, head);
        var payload = record[RecordHeader..];
        for (; payload.Length >= sizeof(ulong); payload = payload[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        foreach (var rest in payload)
            crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }

    private sealed class Segment(long number, IOutboxFile file)
    {
        public long Number { get; } = number;

        public IOutboxFile File { get; } = file;

        public long Length { get; set; }

        public int Frames { get; set; } // not acknowledged

        public bool IsClosed { get; set; } // nothing is appended
    }
}
