using RxCan.Bus;
using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>
/// One incoming message of many frames, sent in any of the ways. A state machine: frames and time in; frames, a deadline and a result out.
/// Packets that are missing or came out of order are requested again once the last packet cleared to send has arrived.
/// </summary>
internal sealed class TransportReceiver
{
    private readonly J1939Options _options;
    private readonly byte _own; // the source of replies; the global address for a message to all
    private readonly int _priority;
    private readonly int _total;
    private readonly int _maxPackets;
    private readonly ulong[] _arrived = new ulong[4]; // a bit for each packet cleared to send
    private State _state;
    private TimeSpan _deadline;
    private bool _isOut;
    private int _first = 1; // the first packet cleared to send, or to clear next
    private int _last;
    private int _repeats;
    private int _holds;
    private J1939AbortReason _abort;

    /// <param name="id">The identifier of its announcement.</param>
    /// <param name="announcement">The announcement's data, already validated.</param>
    /// <param name="length">The length it announces.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">The node's options.</param>
    public TransportReceiver(in J1939Id id, ReadOnlySpan<byte> announcement, int length, TimeSpan now, J1939Options options)
    {
        _options = options;
        IsExtended = announcement[0] == ExtendedRts;
        _own = id.Destination;
        _priority = id.Priority;
        Peer = id.Source;
        Pgn = J1939Pgn.Read(announcement[5..]);
        Payload = new byte[length];
        _total = Packets(length);
        _holds = options.Holds;
        _maxPackets = IsExtended || announcement[4] == 0 ? MaxPackets : announcement[4];
        if (IsBroadcast)
            (_state, _last, _deadline) = (State.Receiving, _total, now + T1);
        else
            _deadline = now;
    }

    private enum State
    {
        Clearing,
        AwaitingOffset,
        Receiving,
        Ending,
        Aborting,
        Over,
    }

    public byte Peer { get; }

    public J1939Pgn Pgn { get; }

    public byte[] Payload { get; }

    public int Priority => _priority;

    public bool IsBroadcast => _own == J1939Address.Global;

    public bool IsExtended { get; }

    /// <summary>Whether its end was reported.</summary>
    public bool IsDelivered { get; set; }

    public bool IsOver => _state == State.Over;

    /// <summary>Whether the message is neither complete nor aborted.</summary>
    public bool IsReceiving => _state < State.Ending;

    public TimeSpan Deadline => _isOut || _state == State.Over ? DueTime.Never : _deadline;

    /// <summary>Takes the next frame to send, if one is due. Call <see cref="Sent"/> before taking the next.</summary>
    public bool TryTake(TimeSpan now, out CanFrame frame)
    {
        frame = default;
        if (_isOut || _deadline > now)
            return false;
        switch (_state)
        {
            case State.Clearing when _holds > 0:
                _holds--;
                frame = Clear(0, 0xFF_FFFF);
                _deadline = now + Th;
                break;
            case State.Clearing:
                if (_last < _first)
                    _last = Math.Min(_total, _first + Math.Min(_maxPackets, _options.CtsPackets) - 1);
                frame = Clear(_last - _first + 1, _first);
                Array.Clear(_arrived);
                _state = IsExtended ? State.AwaitingOffset : State.Receiving;
                _deadline = now + T2;
                break;
            case State.Ending:
                var length = Payload.Length;
                frame = IsExtended
                    ? Control(Id, Pgn, ExtendedEndOfMessage, (byte)length, (byte)(length >> 8), (byte)(length >> 16), (byte)(length >> 24))
                    : Control(Id, Pgn, EndOfMessage, (byte)length, (byte)(length >> 8), (byte)_total);
                _state = State.Over;
                break;
            case State.Aborting:
                frame = AbortFrame(IsExtended, _own, Peer, _priority, Pgn, _abort);
                _state = State.Over;
                break;
            default:
                return false;
        }

        _isOut = true;
        return true;
    }

    public void Sent(TimeSpan now)
    {
        _isOut = false;
        if (_state is State.AwaitingOffset or State.Receiving)
            _deadline = now + T2;
        else if (_state == State.Clearing && _deadline > now)
            _deadline = now + Th;
    }

    /// <summary>Handles a data packet offset of its parameter group.</summary>
    public J1939AbortReason? OnOffset(int count, int offset, TimeSpan now)
    {
        if (_state == State.Receiving && offset == _first - 1)
            return null; // a duplicate
        if (_state != State.AwaitingOffset)
            return _state == State.Receiving ? Abort(J1939AbortReason.TooLong, now) : null;
        if (offset != _first - 1)
            return Abort(J1939AbortReason.BadOffset, now);
        if (count == 0 || offset + count > _last)
            return Abort(J1939AbortReason.OffsetBeyondCts, now);
        _last = offset + count;
        (_state, _deadline) = (State.Receiving, now + T1);
        return null;
    }

    /// <summary>Handles a data packet. If that completes the message, <see cref="IsReceiving"/> becomes false without a reason.</summary>
    public J1939AbortReason? OnData(ReadOnlySpan<byte> data, TimeSpan now)
    {
        if (_state != State.Receiving || data.Length < CanFrame.MaxLength)
            return null; // not expected, or nothing to compare it with
        var packet = data[0] + (IsExtended ? _first - 1 : 0);
        if (data[0] == 0 || packet > _last)
            return Abort(J1939AbortReason.BadSequence, now);
        if (IsBroadcast)
            return OnBroadcast(packet, data, now);
        if (packet < _first)
            return null; // a duplicate of a packet cleared earlier
        Store(packet, data);
        var bit = packet - _first;
        _arrived[bit >> 6] |= 1UL << bit;
        _deadline = now + T1;
        return packet == _last ? OnLast(now) : null;
    }

    public J1939AbortReason? OnTime(TimeSpan now) =>
        _state is State.AwaitingOffset or State.Receiving && !_isOut && _deadline <= now ? Abort(J1939AbortReason.Timeout, now) : null;

    /// <summary>The sender closed the connection: nothing more is sent.</summary>
    public void Close() => _state = State.Over;

    private J1939Id Id => ControlId(IsExtended, _own, Peer, _priority);

    private CanFrame Clear(int count, int next) => IsExtended
        ? Control(Id, Pgn, ExtendedCts, (byte)count, (byte)next, (byte)(next >> 8), (byte)(next >> 16))
        : Control(Id, Pgn, Cts, (byte)count, (byte)next);

    private J1939AbortReason? OnBroadcast(int packet, ReadOnlySpan<byte> data, TimeSpan now)
    {
        if (packet == _first - 1 && Content(packet).SequenceEqual(data.Slice(1, Content(packet).Length)))
            return null; // a duplicate
        if (packet != _first)
            return Abort(J1939AbortReason.BadSequence, now);
        Store(packet, data);
        _first++;
        _deadline = now + T1;
        if (packet == _total)
            _state = State.Over;
        return null;
    }

    private J1939AbortReason? OnLast(TimeSpan now)
    {
        var missing = Missing();
        if (missing > _last)
        {
            _repeats = 0;
            _first = missing;
        }
        else if (++_repeats > MaxRetransmits)
        {
            return Abort(J1939AbortReason.RetransmitLimit, now);
        }
        else
        {
            _first = missing;
        }

        _holds = _options.Holds;
        (_state, _deadline) = (missing > _total ? State.Ending : State.Clearing, now);
        return null;
    }

    /// <summary>The first packet cleared to send that has not arrived.</summary>
    private int Missing()
    {
        for (var packet = _first; packet <= _last; packet++)
        {
            var bit = packet - _first;
            if ((_arrived[bit >> 6] & 1UL << bit) == 0)
                return packet;
        }

        return _last + 1;
    }

    private Span<byte> Content(int packet)
    {
        var at = (packet - 1) * PacketLength;
        return Payload.AsSpan(at, Math.Min(PacketLength, Payload.Length - at));
    }

    private void Store(int packet, ReadOnlySpan<byte> data)
    {
        var content = Content(packet);
        data.Slice(1, content.Length).CopyTo(content);
    }

    private J1939AbortReason Abort(J1939AbortReason reason, TimeSpan now)
    {
        (_state, _abort, _deadline) = (IsBroadcast ? State.Over : State.Aborting, reason, now);
        return reason;
    }
}
