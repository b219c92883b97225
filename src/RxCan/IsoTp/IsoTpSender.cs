using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>
/// The sending half of ISO 15765-2 as a state machine without a clock or bus: flow control and the time go in; frames, the next deadline
/// and the result come out. Its caller takes a frame, sends it, and calls <see cref="Sent"/>.
/// </summary>
internal sealed class IsoTpSender(IsoTpFormat format, IsoTpOptions options)
{
    private ReadOnlyMemory<byte> _payload;
    private State _state;
    private bool _inFlight;
    private bool _gapFollows;
    private bool _hasParameters;
    private int _index;
    private int _sequence;
    private int _blockSize;
    private int _blockLeft;
    private int _waits;
    private TimeSpan _gap;
    private TimeSpan _due;
    private TimeSpan _deadline;

    private enum State
    {
        Idle,
        Ready,
        AwaitingFlowControl,
        LastFrame,
    }

    public bool IsActive => _state != State.Idle;

    /// <summary>Whether the message's last frame was taken: none of it can be held back any more.</summary>
    public bool IsLastTaken => _state == State.LastFrame;

    /// <summary>How many frames follow those that were taken until something is timed.</summary>
    public int UntilTimed
    {
        get
        {
            if (_state != State.Ready || _gap > TimeSpan.Zero)
                return 0;
            var size = format.TxDataLength - format.TxStart - 1;
            var left = (_payload.Length - _index + size - 1) / size;
            return _blockSize > 0 ? Math.Min(_blockLeft, left) : left;
        }
    }

    public int Done => _index;

    public int Total => _payload.Length;

    /// <summary>When <see cref="OnTime"/> or <see cref="TryTake"/> has something to do; <see cref="DueTime.Never"/> while it waits for something else.</summary>
    public TimeSpan Deadline => _inFlight ? DueTime.Never : _state switch
    {
        State.Ready => _due,
        State.AwaitingFlowControl => _deadline,
        _ => DueTime.Never,
    };

    /// <summary>Begins a message of at least one byte. Do not call it while one is under way.</summary>
    public void Start(ReadOnlyMemory<byte> payload)
    {
        _payload = payload;
        _state = State.Ready;
        _gapFollows = _hasParameters = false;
        _index = 0;
        _sequence = 1;
        _waits = 0;
        _gap = TimeSpan.Zero;
        _due = TimeSpan.MinValue;
    }

    /// <summary>Gives up the message under way, if there is one. If a frame was taken, <see cref="Sent"/> must still follow.</summary>
    public void Abort()
    {
        _state = State.Idle;
        _payload = default;
    }

    /// <summary>The next frame, if one is due. Call <see cref="Sent"/>, or <see cref="Abort"/> and <see cref="Sent"/>, afterwards.</summary>
    public bool TryTake(TimeSpan now, out CanFrame frame)
    {
        frame = default;
        if (_inFlight || _state != State.Ready || now < _due)
            return false;
        Span<byte> buffer = stackalloc byte[CanFrame.MaxFdLength];
        frame = _index > 0 ? NextConsecutive(buffer) : _payload.Length <= format.MaxInSingleFrame ? Single(buffer) : First(buffer);
        return _inFlight = true;
    }

    /// <summary>The next frame that may be sent together with the one that was taken. One <see cref="Sent"/> covers all of them.</summary>
    public bool TryTakeAlong(out CanFrame frame)
    {
        frame = default;
        if (!_inFlight || _state != State.Ready || !_gapFollows || _gap > TimeSpan.Zero)
            return false;
        Span<byte> buffer = stackalloc byte[CanFrame.MaxFdLength];
        frame = NextConsecutive(buffer);
        return true;
    }

    /// <summary>The frame that was taken has been sent. Returns whether the message is complete.</summary>
    public bool Sent(TimeSpan now)
    {
        _inFlight = false;
        switch (_state)
        {
            case State.LastFrame:
                Abort();
                return true;
            case State.AwaitingFlowControl:
                _deadline = DueTime.After(now, options.NBs);
                break;
            case State.Ready when _gapFollows: // otherwise flow control came in the meantime and set the time
                _due = DueTime.After(now, _gap);
                break;
        }

        return false;
    }

    /// <summary>Handles a flow control frame's content; any result except <see cref="IsoTpResult.N_OK"/> ends the message.</summary>
    public IsoTpResult OnFlowControl(ReadOnlySpan<byte> content, TimeSpan now)
    {
        if (_state != State.AwaitingFlowControl)
            return IsoTpResult.N_OK; // the sender is not waiting for it: the standard says to ignore it
        if (content.Length < IsoTpFormat.FlowControlLength)
            return Fail(IsoTpResult.N_ERROR);
        switch (content[0] & 0x0F)
        {
            case 0:
                Continue(content[1], content[2], now);
                return IsoTpResult.N_OK;
            case 1 when _waits < options.WaitLimit:
                _waits++;
                _deadline = DueTime.After(now, options.NBs);
                return IsoTpResult.N_OK;
            case 1:
                return Fail(IsoTpResult.N_WFT_OVRN);
            case 2:
                return Fail(IsoTpResult.N_BUFFER_OVFLW);
            default:
                return Fail(IsoTpResult.N_INVALID_FS);
        }
    }

    /// <summary><see cref="Deadline"/> has passed; any result except <see cref="IsoTpResult.N_OK"/> ends the message.</summary>
    public IsoTpResult OnTime(TimeSpan now) => !_inFlight && _state == State.AwaitingFlowControl && now >= _deadline
        ? Fail(IsoTpResult.N_TIMEOUT_BS)
        : IsoTpResult.N_OK;

    private void Continue(byte blockSize, byte separation, TimeSpan now)
    {
        if (!_hasParameters || options.DynamicFlowControl)
        {
            _hasParameters = true;
            _blockSize = blockSize;
            var demanded = SeparationTime.Decode(separation);
            _gap = demanded > options.NCs ? demanded : options.NCs;
        }

        _blockLeft = _blockSize;
        _waits = 0;
        _state = State.Ready;
        _gapFollows = false;
        _due = DueTime.After(now, options.NCs);
    }

    private IsoTpResult Fail(IsoTpResult result)
    {
        Abort();
        return result;
    }

    private CanFrame Single(Span<byte> buffer)
    {
        var start = format.TxStart;
        var length = _payload.Length;
        if (length <= IsoTpFormat.MaxInSingle(CanFrame.MaxLength, start))
        {
            buffer[start++] = (byte)(IsoTpFormat.SingleFrame | length);
        }
        else
        {
            buffer[start++] = IsoTpFormat.SingleFrame;
            buffer[start++] = (byte)length;
        }

        _state = State.LastFrame;
        return Fill(buffer, start, length);
    }

    private CanFrame First(Span<byte> buffer)
    {
        var start = format.TxStart;
        var length = _payload.Length;
        if (length <= IsoTpFormat.MaxShortLength)
        {
            buffer[start++] = (byte)(IsoTpFormat.FirstFrame | (length >> 8));
            buffer[start++] = (byte)length;
        }
        else
        {
            buffer[start++] = IsoTpFormat.FirstFrame;
            buffer[start++] = 0;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(buffer[start..], length);
            start += sizeof(int);
        }

        _state = State.AwaitingFlowControl;
        return Fill(buffer, start, format.TxDataLength - start);
    }

    private CanFrame NextConsecutive(Span<byte> buffer)
    {
        var start = format.TxStart;
        buffer[start++] = (byte)(IsoTpFormat.ConsecutiveFrame | _sequence);
        _sequence = (_sequence + 1) & 0x0F;
        var frame = Fill(buffer, start, Math.Min(format.TxDataLength - start, _payload.Length - _index));
        _gapFollows = true;
        if (_index == _payload.Length)
            _state = State.LastFrame;
        else if (_blockSize > 0 && --_blockLeft == 0)
            _state = State.AwaitingFlowControl;
        return frame;
    }

    private CanFrame Fill(Span<byte> buffer, int start, int count)
    {
        _payload.Span.Slice(_index, count).CopyTo(buffer[start..]);
        _index += count;
        return format.Make(buffer, start + count);
    }
}
