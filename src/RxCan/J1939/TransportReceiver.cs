using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>
/// The receiving end of a message of many frames, sent in any of the ways. Packets that are missing or came out of order are requested again
/// once the last packet cleared to send has arrived. Its memory grows with the packets received.
/// </summary>
internal sealed class TransportReceiver : TransportConnection
{
    private readonly J1939Options _options;
    private readonly int _maxPackets;
    private readonly ulong[] _arrived = new ulong[4]; // a bit for each packet cleared to send
    private byte[] _payload = [];
    private int _first = 1; // the first packet cleared to send, or to clear next
    private int _last;
    private int _repeats;
    private int _holds;

    /// <param name="id">The identifier of its announcement.</param>
    /// <param name="announcement">The announcement's data, already validated.</param>
    /// <param name="length">The length it announces, which decides how many packets there are.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">The node's options.</param>
    public TransportReceiver(in J1939Id id, ReadOnlySpan<byte> announcement, int length, TimeSpan now, J1939Options options)
        : base(
            J1939Pgn.Read(announcement[5..]), id.Destination, id.Source, announcement[0] == ExtendedRts, options.TransportPriority ?? id.Priority, length)
    {
        _options = options;
        _holds = options.Holds;
        Priority = id.Priority;
        _maxPackets = IsExtended || announcement[4] == 0 ? MaxPackets : announcement[4];
        (State, _last, Due) = IsBroadcast ? (Phase.Receiving, Total, now + T1) : (Phase.Clearing, 0, now);
    }

    /// <summary>The message, once it is complete.</summary>
    public byte[] Payload => _payload;

    /// <summary>The priority of the announcement.</summary>
    public int Priority { get; }

    /// <summary>Whether its end was reported.</summary>
    public bool IsDelivered { get; set; }

    protected override bool IsWaiting => State is Phase.AwaitingOffset or Phase.Receiving;

    /// <summary>Handles a data packet offset of its parameter group.</summary>
    public J1939AbortReason? OnOffset(int count, int offset, TimeSpan now)
    {
        if (State == Phase.Receiving && offset == _first - 1)
            return null; // a duplicate
        if (State != Phase.AwaitingOffset)
            return State == Phase.Receiving ? Abort(J1939AbortReason.TooLong, now) : null;
        if (offset != _first - 1)
            return Abort(J1939AbortReason.BadOffset, now);
        if (count == 0 || offset + count > _last)
            return Abort(J1939AbortReason.OffsetBeyondCts, now);
        (State, _last, Due) = (Phase.Receiving, offset + count, now + T1);
        return null;
    }

    /// <summary>Handles a data packet. If that completes the message, <see cref="TransportConnection.IsDecided"/> becomes true without a reason.</summary>
    public J1939AbortReason? OnData(ReadOnlySpan<byte> data, TimeSpan now)
    {
        if (State != Phase.Receiving || data.Length < CanFrame.MaxLength)
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
        Due = now + T1;
        return packet == _last ? OnLast(now) : null;
    }

    protected override bool Take(TimeSpan now, out CanFrame frame)
    {
        switch (State)
        {
            case Phase.Clearing when _holds > 0:
                _holds--;
                frame = Clear(0, 0xFF_FFFF);
                Due = now + Th;
                return true;
            case Phase.Clearing:
                if (_last < _first)
                    _last = Math.Min(Total, _first + Math.Min(_maxPackets, _options.CtsPackets) - 1);
                frame = Clear(_last - _first + 1, _first);
                Array.Clear(_arrived);
                (State, Due) = (IsExtended ? Phase.AwaitingOffset : Phase.Receiving, now + T2);
                return true;
            case Phase.Ending:
                frame = Control(EndOfMessage, ExtendedEndOfMessage);
                State = Phase.Over;
                return true;
            default:
                frame = default;
                return false;
        }
    }

    protected override void OnSent(TimeSpan now)
    {
        if (IsWaiting)
            Due = now + T2;
        else if (State == Phase.Clearing && Due > now)
            Due = now + Th;
    }

    private CanFrame Clear(int count, int next) => IsExtended
        ? Control(ExtendedCts, (byte)count, (byte)next, (byte)(next >> 8), (byte)(next >> 16))
        : Control(Cts, (byte)count, (byte)next);

    private J1939AbortReason? OnBroadcast(int packet, ReadOnlySpan<byte> data, TimeSpan now)
    {
        if (packet == _first - 1 && Content(packet).SequenceEqual(data.Slice(1, Content(packet).Length)))
            return null; // a duplicate
        if (packet != _first)
            return Abort(J1939AbortReason.BadSequence, now);
        Store(packet, data);
        _first++;
        Due = now + T1;
        if (packet == Total)
            Close();
        return null;
    }

    private J1939AbortReason? OnLast(TimeSpan now)
    {
        _first = Missing();
        _repeats = _first > _last ? 0 : _repeats + 1;
        if (_repeats > MaxRetransmits)
            return Abort(J1939AbortReason.RetransmitLimit, now);
        _holds = _options.Holds;
        (State, Due) = (_first > Total ? Phase.Ending : Phase.Clearing, now);
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
        return _payload.AsSpan(at, Math.Min(PacketLength, Length - at));
    }

    private void Store(int packet, ReadOnlySpan<byte> data)
    {
        if (_payload.Length < Math.Min(Length, packet * PacketLength))
            Array.Resize(ref _payload, Math.Min(Length, Math.Max(packet * PacketLength, Math.Max(MaxBytes, 2 * _payload.Length))));
        var content = Content(packet);
        data.Slice(1, content.Length).CopyTo(content);
    }
}
