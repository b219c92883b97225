using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace RxCan.Mqtt.Batches;

/// <summary>
/// Unpacks batches into buffers that it reuses. It trusts no number in a batch: its buffers grow with what was really there, up to
/// <see cref="BatchFormat.MaxBody"/> and <see cref="BatchFormat.MaxEntries"/>, 0.6 MB together.
/// </summary>
internal sealed class BatchDecoder
{
    private readonly uint[] _ids = new uint[BatchFormat.MaxIds];
    private byte[]? _previous;
    private byte[] _inflated = [];
    private BatchEntry[] _entries = [];
    private int _count;

    public ulong Stream { get; private set; }

    public ulong Sequence { get; private set; }

    /// <summary>The entries of the latest batch.</summary>
    public ReadOnlySpan<BatchEntry> Entries => _entries.AsSpan(0, _count);

    /// <summary>Unpacks a batch.</summary>
    /// <exception cref="MqttBatchException">It is malformed; there are no entries then.</exception>
    public void Decode(ReadOnlySpan<byte> payload)
    {
        _count = 0;
        if (payload.Length < BatchFormat.HeaderLength || payload[0] != BatchFormat.Magic0 || payload[1] != BatchFormat.Magic1)
            throw new MqttBatchException("The payload is not a batch of frames: it does not begin with RX and a header of 38 bytes.");
        if (payload[2] != BatchFormat.Version || (payload[3] & ~BatchFormat.Deflated) != 0)
            throw new MqttBatchException($"The batch has version {payload[2]} and flags {payload[3]:X2}; this library reads version 1. Update RxCan.Mqtt here.");
        Stream = BinaryPrimitives.ReadUInt64LittleEndian(payload[4..]);
        Sequence = BinaryPrimitives.ReadUInt64LittleEndian(payload[12..]);
        var time = BinaryPrimitives.ReadInt64LittleEndian(payload[20..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(payload[28..]);
        if (count > BatchFormat.MaxEntries || Sequence > long.MaxValue)
            throw new MqttBatchException($"The batch announces {count} entries from number {Sequence}.");
        var heads = BinaryPrimitives.ReadUInt32LittleEndian(payload[30..]);
        var times = BinaryPrimitives.ReadUInt32LittleEndian(payload[34..]);
        var isDeflated = payload[3] != 0;
        var body = payload[BatchFormat.HeaderLength..];
        if (isDeflated)
            body = Inflate(body);
        else if (body.Length > BatchFormat.MaxBody)
            throw new MqttBatchException($"The batch has {body.Length} bytes; the maximum is {BatchFormat.MaxBody}.");
        if (heads > body.Length || times > body.Length - heads || count > Math.Min(heads, times))
            throw new MqttBatchException($"The batch announces {count} entries and columns of {heads} and {times} bytes, but has {body.Length} bytes.");
        if (_entries.Length < count)
            _entries = new BatchEntry[count];
        var reader = new Reader(body, (int)heads, (int)times, time, isDeflated ? _previous ??= new byte[BatchFormat.MaxIds * CanFrame.MaxFdLength] : null, _ids);
        for (var i = 0; i < count; i++)
            _entries[i] = reader.Next();
        reader.End();
        _count = count;
    }

    private ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> body)
    {
        var length = 0;
        try
        {
            using var source = new MemoryStream(body.ToArray(), writable: false);
            using var inflate = new DeflateStream(source, CompressionMode.Decompress);
            while (true)
            {
                if (length == _inflated.Length)
                    Array.Resize(ref _inflated, Math.Clamp(2 * length, 4096, BatchFormat.MaxBody + 1));
                var read = inflate.Read(_inflated, length, _inflated.Length - length);
                if (read == 0)
                    return _inflated.AsSpan(0, length);
                length += read;
                if (length > BatchFormat.MaxBody)
                    throw new MqttBatchException($"The batch inflates to more than {BatchFormat.MaxBody} bytes.");
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new MqttBatchException("The compressed part of the batch is damaged.", e);
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> body, int headLength, int timeLength, long time, byte[]? previous, uint[] ids)
    {
        private const uint ExtendedFlag = 0x8000_0000;

        private ReadOnlySpan<byte> _heads = body[..headLength];
        private ReadOnlySpan<byte> _times = body.Slice(headLength, timeLength);
        private ReadOnlySpan<byte> _data = body[(headLength + timeLength)..];
        private long _time = time;
        private int _idCount;

        public BatchEntry Next()
        {
            var head = Take(ref _heads, 1)[0];
            if ((head & BatchFormat.Control) != 0)
            {
                var kind = (EntryKind)(head & 0x7F);
                if (kind is not (EntryKind.LinkUp or EntryKind.LinkDown))
                    throw new MqttBatchException($"The batch has an event of unknown kind {head & 0x7F}. Update RxCan.Mqtt here.");
                Step(isEarlier: false);
                return new(kind, default(CanFrame).WithUnixTimeNanoseconds(_time));
            }

            var flags = (head & BatchFormat.HasFlags) != 0 ? Take(ref _heads, 1)[0] : (byte)0;
            var (id, index) = Id(head);
            Step((flags & BatchFormat.Earlier) != 0);
            var frame = Frame(head & 0x0F, flags, id, index).WithUnixTimeNanoseconds(_time);
            return new(EntryKind.Frame, (flags & (BatchFormat.Local | BatchFormat.Own)) == 0
                ? frame
                : frame.WithOrigin(isLocal: true, (flags & BatchFormat.Own) != 0));
        }

        public readonly void End()
        {
            if (_heads.Length + _times.Length + _data.Length is > 0 and var left)
                throw new MqttBatchException($"{left} bytes follow the last entry of the batch.");
        }

        private (uint Id, int Index) Id(byte head)
        {
            if ((head & BatchFormat.NewId) == 0)
            {
                var index = Number(ref _heads);
                return index < (ulong)_idCount
                    ? (ids[index], (int)index)
                    : throw new MqttBatchException($"The batch refers to identifier {index} of {_idCount}.");
            }

            var isExtended = (head & BatchFormat.ExtendedId) != 0;
            var id = isExtended ? BinaryPrimitives.ReadUInt32LittleEndian(Take(ref _heads, 4)) : BinaryPrimitives.ReadUInt16LittleEndian(Take(ref _heads, 2));
            if (id > (isExtended ? CanId.MaxExtended : CanId.MaxStandard))
                throw new MqttBatchException($"The batch has the identifier {id:X}, which has too many bits.");
            id |= isExtended ? ExtendedFlag : 0;
            if (_idCount == BatchFormat.MaxIds)
                return (id, -1);
            ids[_idCount] = id;
            previous?.AsSpan(_idCount * CanFrame.MaxFdLength, CanFrame.MaxFdLength).Clear();
            return (id, _idCount++);
        }

        private CanFrame Frame(int dlc, byte flags, uint rawId, int index)
        {
            var value = rawId & CanId.MaxExtended;
            var id = (rawId & ExtendedFlag) != 0 ? CanId.Extended(value) : CanId.Standard(value);
            if ((flags & BatchFormat.Remote) != 0)
                return dlc > 8 ? CanFrame.Remote(id, 8).WithDlc(dlc) : CanFrame.Remote(id, dlc);
            var isFd = (flags & BatchFormat.Fd) != 0;
            Span<byte> data = stackalloc byte[CanFrame.MaxFdLength];
            data = data[..(isFd ? CanFrame.FdLengths[dlc] : Math.Min(dlc, CanFrame.MaxLength))];
            Take(ref _data, data.Length).CopyTo(data);
            if (previous is not null && index >= 0)
            {
                var before = previous.AsSpan(index * CanFrame.MaxFdLength, CanFrame.MaxFdLength);
                for (var i = 0; i < data.Length; i++)
                    data[i] ^= before[i];
                data.CopyTo(before);
            }

            if ((flags & BatchFormat.Error) != 0)
                return ErrorFrame(value, data);
            if (isFd)
                return CanFrame.Fd(id, data, (flags & BatchFormat.BitRateSwitch) != 0, (flags & BatchFormat.ErrorStateIndicator) != 0);
            var frame = new CanFrame(id, data);
            return dlc > 8 ? frame.WithDlc(dlc) : frame;
        }

        private static CanFrame ErrorFrame(uint classes, ReadOnlySpan<byte> data)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{classes | 0x2000_0000:X8}#{Convert.ToHexString(data)}");
            return CanFrame.TryParse(text, null, out var frame) && frame.IsError
                ? frame
                : throw new MqttBatchException($"The batch has an error frame that cannot be one: {text}.");
        }

        private void Step(bool isEarlier)
        {
            var step = unchecked((long)Number(ref _times));
            _time = unchecked(isEarlier ? _time - step : _time + step);
        }

        private static ulong Number(ref ReadOnlySpan<byte> column)
        {
            var value = 0UL;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var next = Take(ref column, 1)[0];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return value;
            }

            throw new MqttBatchException("The batch has a number of more than ten bytes.");
        }

        private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> column, int length)
        {
            if (column.Length < length)
                throw new MqttBatchException("The batch ends within an entry.");
            var taken = column[..length];
            column = column[length..];
            return taken;
        }
    }
}
