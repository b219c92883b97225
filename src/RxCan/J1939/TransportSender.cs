using RxCan.Bus;
using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>
/// One outgoing message of many frames: to all (BAM), or over a connection to one node (TP, or ETP above 1785 bytes). A state machine:
/// frames and time in; frames, a deadline and a result out.
/// </summary>
internal sealed class TransportSender(J1939Transfer transfer, byte source, J1939Options options)
{
    private readonly bool _isExtended = transfer.IsExtended;
    private readonly bool _isBroadcast = transfer.Destination == J1939Address.Global;
    private readonly int _total = Packets(transfer.Data.Length);
    private State _state = State.Announcing;
    private TimeSpan _deadline; // when a frame is due, or the time is over
    private bool _isOut; // a frame was taken, but is not sent yet
    private bool _isHeld;
    private int _next = 1; // the next packet to send
    private int _last; // the last one cleared to send
    private int _offset; // ETP: the packets before the first one cleared to send
    private int _sent; // the highest packet sent so far
    private int _repeats;
    private J1939AbortReason _abort;

    private enum State
    {
        Announcing,
        Waiting,
        Offsetting,
        Sending,
        Aborting,
        Over,
    }

    public J1939Transfer Transfer => transfer;

    /// <summary>Whether there is nothing left to do.</summary>
    public bool IsOver => _state == State.Over;

    /// <summary>Whether its result is known.</summary>
    public bool IsDecided => _state >= State.Aborting;

    /// <summary>When to call <see cref="TryTake"/> or <see cref="OnTime"/>.</summary>
    public TimeSpan Deadline => _isOut || _state == State.Over ? DueTime.Never : _deadline;

    /// <summary>Takes the next frame to send, if one is due. Call <see cref="Sent"/> before taking the next.</summary>
    public bool TryTake(TimeSpan now, out CanFrame frame)
    {
        frame = default;
        if (_isOut || _deadline > now)
            return false;
        switch (_state)
        {
            case State.Announcing:
                frame = Announce();
                (_state, _next, _last, _deadline) = (_isBroadcast ? State.Sending : State.Waiting, 1, _isBroadcast ? _total : 0, now + T3);
                break;
            case State.Offsetting:
                frame = Control(Id, transfer.Pgn, DataPacketOffset, (byte)(_last - _offset), (byte)_offset, (byte)(_offset >> 8), (byte)(_offset >> 16));
                _state = State.Sending;
                break;
            case State.Sending:
                var content = transfer.Data.AsSpan((_next - 1) * PacketLength);
                frame = Data(
                    _isExtended, source, transfer.Destination, transfer.Priority, _next - _offset, content[..Math.Min(PacketLength, content.Length)]);
                _sent = Math.Max(_sent, _next);
                if (_next++ == _last)
                    (_state, _isHeld, _deadline) = (State.Waiting, false, now + T3);
                break;
            case State.Aborting:
                frame = AbortFrame(_isExtended, source, transfer.Destination, transfer.Priority, transfer.Pgn, _abort);
                _state = State.Over;
                break;
            default:
                return false;
        }

        _isOut = true;
        return true;
    }

    /// <summary>The frame that was taken has been sent. True if it was the last one of a message to all.</summary>
    public bool Sent(TimeSpan now)
    {
        _isOut = false;
        if (_isBroadcast && _state == State.Waiting)
        {
            _state = State.Over;
            return true;
        }

        if (_isBroadcast)
            _deadline = now + options.BamSpacing;
        else if (_state == State.Waiting)
            _deadline = now + (_isHeld ? T4 : T3);
        return false;
    }

    /// <summary>Handles a clear to send of its parameter group.</summary>
    public J1939AbortReason? OnCts(int count, int next, TimeSpan now)
    {
        switch (_state)
        {
            case State.Offsetting or State.Sending when !_isBroadcast:
                return Abort(J1939AbortReason.CtsWhileSending, now);
            case State.Waiting:
                break;
            default:
                return null;
        }

        if (count == 0)
        {
            _isHeld = true;
            _deadline = now + T4;
            return null;
        }

        if (_sent == 0 && next > 1)
            return null; // it belongs to the previous connection: the first one of a connection requests packet 1
        if (next < 1 || next > _total)
            return Abort(J1939AbortReason.Other, now);
        if (_isExtended && next + count - 1 > _total)
            return Abort(J1939AbortReason.CtsBeyondMessage, now);
        _repeats = next <= _sent ? _repeats + 1 : 0;
        if (_repeats > MaxRetransmits)
            return Abort(J1939AbortReason.RetransmitLimit, now);
        _next = next;
        _last = Math.Min(_total, next + count - 1);
        _offset = _isExtended ? next - 1 : 0;
        _state = _isExtended ? State.Offsetting : State.Sending;
        _deadline = now;
        return null;
    }

    /// <summary>Handles the end of message acknowledgement of its parameter group; true if that completes the message.</summary>
    public bool OnEnd(int length)
    {
        if (_state != State.Waiting || _sent < _total || length != transfer.Data.Length)
            return false;
        _state = State.Over;
        return true;
    }

    /// <summary>The time-out that has expired, if one has.</summary>
    public J1939AbortReason? OnTime(TimeSpan now) =>
        _state == State.Waiting && !_isBroadcast && !_isOut && _deadline <= now ? Abort(J1939AbortReason.Timeout, now) : null;

    /// <summary>The receiver closed the connection: nothing more is sent.</summary>
    public void Close() => _state = State.Over;

    private J1939Id Id => ControlId(_isExtended, source, transfer.Destination, transfer.Priority);

    private CanFrame Announce()
    {
        var length = transfer.Data.Length;
        return _isExtended
            ? Control(Id, transfer.Pgn, ExtendedRts, (byte)length, (byte)(length >> 8), (byte)(length >> 16), (byte)(length >> 24))
            : _isBroadcast
                ? Control(Id, transfer.Pgn, Bam, (byte)length, (byte)(length >> 8), (byte)_total)
                : Control(Id, transfer.Pgn, Rts, (byte)length, (byte)(length >> 8), (byte)_total, (byte)_total);
    }

    private J1939AbortReason Abort(J1939AbortReason reason, TimeSpan now)
    {
        (_state, _abort, _deadline) = (State.Aborting, reason, now);
        return reason;
    }
}
