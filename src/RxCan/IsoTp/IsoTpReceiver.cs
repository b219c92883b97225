using System.Buffers.Binary;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>
/// The receiving half of ISO 15765-2 as a state machine without a clock or bus: frames and the time go in; flow control, the next deadline
/// and payloads come out. Its caller takes a flow control frame, sends it, and calls <see cref="Sent"/>.
/// </summary>
internal sealed class IsoTpReceiver(IsoTpFormat format, IsoTpOptions options)
{
    // Well below what a receive buffer of the default size in CanBusOptions holds; a message of 4095 bytes has fewer frames.
    private const int MaxFramesInOneBlock = 1024;

    private byte[]? _payload;
    private int _index;
    private int _sequence;
    private int _blockSize;
    private int _blockLeft;
    private int _frameLength;
    private FlowStatus _pending = FlowStatus.None;
    private int _waitsLeft;
    private bool _inFlight;
    private TimeSpan _due;
    private TimeSpan _deadline;

    private enum FlowStatus
    {
        Continue,
        Wait,
        Overflow,
        None,
    }

    public bool IsActive => _payload is not null || _pending != FlowStatus.None;

    public int Done => _index;

    public int Total => _payload?.Length ?? 0;

    /// <summary>When <see cref="OnTime"/> or <see cref="TryTake"/> has something to do; never while it waits for something else.</summary>
    public TimeSpan Deadline => _inFlight ? DueTime.Never : _pending != FlowStatus.None ? _due : _payload is not null ? _deadline : DueTime.Never;

    /// <summary>Handles the content of a single, first or consecutive frame.</summary>
    public IsoTpReception OnFrame(ReadOnlySpan<byte> content, TimeSpan now) => (content[0] & 0xF0) switch
    {
        IsoTpFormat.SingleFrame => OnSingle(content),
        IsoTpFormat.FirstFrame when !format.Address.IsRxFunctional => OnFirst(content, now),
        IsoTpFormat.ConsecutiveFrame => OnConsecutive(content, now),
        _ => default,
    };

    /// <summary>The flow control frame to send now, if there is one. Call <see cref="Sent"/> afterwards.</summary>
    public bool TryTake(TimeSpan now, out CanFrame frame)
    {
        frame = default;
        if (_inFlight || _pending == FlowStatus.None || now < _due)
            return false;
        Span<byte> buffer = stackalloc byte[CanFrame.MaxFdLength];
        var start = format.TxStart;
        SeparationTime.TryEncode(options.STmin, out var separation);
        buffer[start] = (byte)(IsoTpFormat.FlowControl | (int)_pending);
        buffer[start + 1] = (byte)_blockSize;
        buffer[start + 2] = separation;
        frame = format.Make(buffer, start + IsoTpFormat.FlowControlLength);
        if (_pending == FlowStatus.Wait)
        {
            if (--_waitsLeft == 0)
                _pending = FlowStatus.Continue;
        }
        else
        {
            _pending = FlowStatus.None;
        }

        return _inFlight = true;
    }

    /// <summary>The flow control frame that was taken has been sent.</summary>
    public void Sent(TimeSpan now)
    {
        _inFlight = false;
        _due = DueTime.After(now, options.NBr);
        _deadline = DueTime.After(now, options.NCr);
    }

    /// <summary>Gives up the reception under way. If a flow control frame was taken, <see cref="Sent"/> must still follow.</summary>
    public void Abort()
    {
        _payload = null;
        _pending = FlowStatus.None;
    }

    /// <summary><see cref="Deadline"/> has passed; any result except <see cref="IsoTpResult.N_OK"/> ends the reception.</summary>
    public IsoTpResult OnTime(TimeSpan now)
    {
        if (_inFlight || _pending != FlowStatus.None || _payload is null || now < _deadline)
            return IsoTpResult.N_OK;
        Abort();
        return IsoTpResult.N_TIMEOUT_CR;
    }

    private IsoTpReception OnSingle(ReadOnlySpan<byte> content)
    {
        // Here and below, a length that does not fit the frame means it is not protocol data, and it is ignored (9.6.2.2, 9.6.3.2).
        int length = content[0];
        var frameLength = content.Length + format.RxStart;
        content = content[1..];
        if (frameLength > CanFrame.MaxLength)
        {
            if (length != 0)
                return default;
            length = content[0];
            content = content[1..];
            if (length <= IsoTpFormat.MaxInSingle(CanFrame.MaxLength, format.RxStart) || !IsFull(frameLength, frameLength - content.Length + length))
                return default; // a shorter frame would hold it
        }

        if (length == 0 || length > content.Length)
            return default;
        var interrupted = Interrupted();
        return new(interrupted, Message: content[..length].ToArray());
    }

    private IsoTpReception OnFirst(ReadOnlySpan<byte> content, TimeSpan now)
    {
        var frameLength = content.Length + format.RxStart;
        if (frameLength < CanFrame.MaxLength || !IsFull(frameLength, frameLength))
            return default; // a first frame fills its frame
        uint length = BinaryPrimitives.ReadUInt16BigEndian(content) & (uint)IsoTpFormat.MaxShortLength;
        content = content[2..];
        if (length == 0)
        {
            length = BinaryPrimitives.ReadUInt32BigEndian(content);
            content = content[4..];
            if (length <= IsoTpFormat.MaxShortLength)
                return default;
        }

        if (length <= IsoTpFormat.MaxInSingle(frameLength, format.RxStart))
            return default; // it would have fitted into a single frame
        var interrupted = Interrupted();
        if (length > options.MaxLength)
        {
            _blockSize = options.BlockSize ?? 0;
            Ask(FlowStatus.Overflow, now);
            return new(interrupted, IsRefused: true);
        }

        _payload = GC.AllocateUninitializedArray<byte>((int)length);
        content.CopyTo(_payload);
        _index = content.Length;
        _sequence = 1;
        _frameLength = frameLength;
        var frames = (_payload.Length - _index) / (frameLength - format.RxStart - 1);
        _blockSize = options.BlockSize ?? (frames > MaxFramesInOneBlock ? byte.MaxValue : 0);
        AskToContinue(now);
        return new(interrupted, Started: true);
    }

    private IsoTpReception OnConsecutive(ReadOnlySpan<byte> content, TimeSpan now)
    {
        if (_payload is null)
            return default;
        var left = _payload.Length - _index;
        var frameLength = content.Length + format.RxStart;
        var sequence = content[0] & 0x0F;
        content = content[1..];
        if (sequence != _sequence)
        {
            Abort();
            return new(IsoTpResult.N_WRONG_SN);
        }

        if (frameLength > _frameLength || content.Length < Math.Min(left, _frameLength - format.RxStart - 1))
            return default; // longer than the first frame, or too short for its data
        _sequence = (_sequence + 1) & 0x0F;
        if (content.Length >= left)
        {
            content[..left].CopyTo(_payload.AsSpan(_index));
            var message = _payload;
            Abort();
            return new(IsoTpResult.N_OK, Message: message);
        }

        content.CopyTo(_payload.AsSpan(_index));
        _index += content.Length;
        _deadline = DueTime.After(now, options.ListenOnly ? options.NBs + options.NCr : options.NCr);
        if (_blockSize > 0 && !options.ListenOnly && --_blockLeft == 0)
            AskToContinue(now);
        return default;
    }

    /// <summary>Whether a frame is the shortest one that holds some bytes.</summary>
    private static bool IsFull(int frameLength, int length) => length <= frameLength && CanFrame.FdLength(length) == frameLength;

    private void AskToContinue(TimeSpan now)
    {
        _blockLeft = _blockSize;
        if (options.ListenOnly)
        {
            // Another node answers: this end sees neither its flow control nor how long that takes.
            _deadline = DueTime.After(now, options.NBs + options.NCr);
            return;
        }

        _waitsLeft = options.WaitFrames;
        Ask(_waitsLeft > 0 ? FlowStatus.Wait : FlowStatus.Continue, now);
    }

    private void Ask(FlowStatus status, TimeSpan now)
    {
        if (options.ListenOnly)
            return;
        _pending = status;
        _due = DueTime.After(now, options.NBr);
    }

    private IsoTpResult Interrupted()
    {
        if (_payload is null)
            return IsoTpResult.N_OK;
        Abort();
        return IsoTpResult.N_UNEXP_PDU;
    }
}
