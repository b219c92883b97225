using System.Buffers.Binary;
using System.IO.Compression;

namespace RxCan.Mqtt.Batches;

/// <summary>Packs frames into a buffer of its own, without an allocation; <see cref="Take"/> makes a payload of them.</summary>
internal sealed class BatchEncoder
{
    private const int Slots = 2 * BatchFormat.MaxIds; // of a hash table with open addressing

    private readonly int _maxEntries;
    private readonly int _maxBody;
    private readonly byte[] _heads; // the columns
    private readonly byte[] _times;
    private readonly byte[] _data;
    private readonly byte[]? _previous; // each identifier's latest data, when compressing
    private readonly (uint Key, int Generation, short Index)[] _ids = new (uint, int, short)[Slots];
    private int _generation = 1;
    private int _idCount;
    private int _headLength;
    private int _timeLength;
    private int _dataLength;
    private long _baseTime;
    private long _lastTime;

    /// <summary>Makes an empty one.</summary>
    /// <param name="maxEntries">How many entries fit into a batch.</param>
    /// <param name="maxBody">How many bytes they can take, before compression.</param>
    /// <param name="compression">How the payload is compressed.</param>
    public BatchEncoder(int maxEntries, int maxBody, MqttCompression compression)
    {
        _maxEntries = maxEntries;
        _maxBody = Math.Max(maxBody, BatchFormat.MaxEntryLength);
        _heads = new byte[Math.Min(maxEntries * BatchFormat.MaxHeadLength, _maxBody)];
        _times = new byte[Math.Min(maxEntries * BatchFormat.MaxTimeLength, _maxBody)];
        _data = new byte[Math.Min(maxEntries * CanFrame.MaxFdLength, _maxBody)];
        _previous = compression == MqttCompression.Deflate ? new byte[BatchFormat.MaxIds * CanFrame.MaxFdLength] : null;
    }

    public int Count { get; private set; }

    /// <summary>Adds a frame; false if it does not fit, and then nothing changes.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">Its time, in nanoseconds since 1970.</param>
    public bool TryAdd(in CanFrame frame, long time)
    {
        if (!HasRoom)
            return false;
        var (delta, isEarlier) = Step(time);
        var flags = (byte)((frame.IsFd ? BatchFormat.Fd : 0) | (frame.BitRateSwitch ? BatchFormat.BitRateSwitch : 0) |
            (frame.ErrorStateIndicator ? BatchFormat.ErrorStateIndicator : 0) | (frame.IsRemote ? BatchFormat.Remote : 0) |
            (frame.IsError ? BatchFormat.Error : 0) | (frame.IsLocal ? BatchFormat.Local : 0) | (frame.IsOwn ? BatchFormat.Own : 0) |
            (isEarlier ? BatchFormat.Earlier : 0));
        var isExtended = frame.Id.IsExtended || frame.IsError;
        var id = frame.Id.Value;
        var isNew = !TryFind(id | (isExtended ? 0x8000_0000 : 0), out var index);
        _heads[_headLength++] = (byte)(frame.Dlc | (flags != 0 ? BatchFormat.HasFlags : 0) | (isNew ? BatchFormat.NewId : 0) | (isNew && isExtended ? BatchFormat.ExtendedId : 0));
        if (flags != 0)
            _heads[_headLength++] = flags;
        if (!isNew)
        {
            Put(_heads, ref _headLength, (ulong)index);
        }
        else if (isExtended)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_heads.AsSpan(_headLength), id);
            _headLength += sizeof(uint);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_heads.AsSpan(_headLength), (ushort)id);
            _headLength += sizeof(ushort);
        }

        Put(_times, ref _timeLength, delta);
        PutData(frame.Data, index);
        Count++;
        return true;
    }

    /// <summary>Adds an event; false if it does not fit.</summary>
    public bool TryAdd(EntryKind happened, long time)
    {
        if (!HasRoom)
            return false;
        _heads[_headLength++] = (byte)(BatchFormat.Control | (byte)happened);
        Put(_times, ref _timeLength, Step(Count == 0 ? time : Math.Max(time, _lastTime)).Delta);
        Count++;
        return true;
    }

    /// <summary>The payload of what was added, and an empty encoder.</summary>
    /// <param name="stream">The run of the uplink.</param>
    /// <param name="sequence">The number of the first entry.</param>
    public byte[] Take(ulong stream, ulong sequence)
    {
        byte[] payload;
        if (_previous is null)
        {
            payload = new byte[BatchFormat.HeaderLength + Length];
            var rest = payload.AsSpan(BatchFormat.HeaderLength);
            foreach (var column in (ReadOnlySpan<Memory<byte>>)[_heads.AsMemory(0, _headLength), _times.AsMemory(0, _timeLength), _data.AsMemory(0, _dataLength)])
            {
                column.Span.CopyTo(rest);
                rest = rest[column.Length..];
            }
        }
        else
        {
            using var compressed = new MemoryStream(BatchFormat.HeaderLength + Length);
            compressed.SetLength(BatchFormat.HeaderLength);
            compressed.Position = BatchFormat.HeaderLength;
            using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            {
                deflate.Write(_heads.AsSpan(0, _headLength));
                deflate.Write(_times.AsSpan(0, _timeLength));
                deflate.Write(_data.AsSpan(0, _dataLength));
            }

            payload = compressed.ToArray();
        }

        payload[0] = BatchFormat.Magic0;
        payload[1] = BatchFormat.Magic1;
        payload[2] = BatchFormat.Version;
        payload[3] = _previous is null ? (byte)0 : BatchFormat.Deflated;
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(4), stream);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(12), sequence);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(20), _baseTime);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(28), (ushort)Count);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(30), _headLength);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(34), _timeLength);
        (Count, _headLength, _timeLength, _dataLength, _idCount) = (0, 0, 0, 0, 0);
        _generation++;
        return payload;
    }

    private bool HasRoom => Count < _maxEntries && Length + BatchFormat.MaxEntryLength <= _maxBody;

    private int Length => _headLength + _timeLength + _dataLength;

    private (ulong Delta, bool IsEarlier) Step(long time)
    {
        if (Count == 0)
            _baseTime = _lastTime = time;
        var difference = unchecked(time - _lastTime);
        _lastTime = time;
        return (unchecked((ulong)(difference < 0 ? -difference : difference)), difference < 0);
    }

    private static void Put(byte[] column, ref int length, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            column[length++] = (byte)(value | 0x80);
        column[length++] = (byte)value;
    }

    private void PutData(ReadOnlySpan<byte> data, int index)
    {
        var target = _data.AsSpan(_dataLength, data.Length);
        _dataLength += data.Length;
        data.CopyTo(target);
        if (_previous is null || index < 0)
            return;
        var previous = _previous.AsSpan(index * CanFrame.MaxFdLength, CanFrame.MaxFdLength);
        for (var i = 0; i < target.Length; i++)
            target[i] ^= previous[i];
        data.CopyTo(previous);
    }

    /// <summary>Finds an identifier in the table, or adds it; -1 if the table is full.</summary>
    private bool TryFind(uint key, out int index)
    {
        for (var slot = (int)((key * 2654435761u) >> 22) % Slots; ; slot = (slot + 1) % Slots)
        {
            ref var entry = ref _ids[slot];
            if (entry.Generation != _generation)
            {
                index = -1;
                if (_idCount == BatchFormat.MaxIds)
                    return false;
                index = _idCount++;
                entry = (key, _generation, (short)index);
                _previous?.AsSpan(index * CanFrame.MaxFdLength, CanFrame.MaxFdLength).Clear();
                return false;
            }

            if (entry.Key == key)
            {
                index = entry.Index;
                return true;
            }
        }
    }
}
