using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>The sending end of a message of many frames: to all (BAM), or over a connection to one node (TP, or ETP above 1785 bytes).</summary>
internal sealed class TransportSender(J1939Transfer transfer, byte source, J1939Options options) : TransportConnection(
    transfer.Pgn, source, transfer.Destination, transfer.IsExtended, options.TransportPriority ?? transfer.Priority, transfer.Data.Length)
{
    private bool _isHeld;
    private int _next = 1; // the next packet to send
    private int _last; // the last one cleared to send
    private int _offset; // ETP: the packets before the first one cleared to send
    private int _sent; // the highest packet sent so far
    private int _repeats;

    public J1939Transfer Transfer => transfer;

    protected override bool IsWaiting => State == Phase.Waiting && !IsBroadcast;

    /// <summary>Handles a clear to send of its parameter group.</summary>
    public J1939AbortReason? OnCts(int count, int next, TimeSpan now)
    {
        if (State is Phase.Offsetting or Phase.Sending)
            return Abort(J1939AbortReason.CtsWhileSending, now);
        if (State != Phase.Waiting)
            return null;
        transfer.IsAlive = true;
        if (count == 0)
        {
            (_isHeld, Due) = (true, now + T4);
            return null;
        }

        if (next < 1)
            return Abort(J1939AbortReason.Other, now);
        if (next > Total)
            return Abort(IsExtended ? J1939AbortReason.CtsBeyondMessage : J1939AbortReason.Other, now);
        if (_sent == 0 && next > 1)
            return null; // it belongs to the previous connection: the first one of a connection requests packet 1
        if (IsExtended && next + count - 1 > Total)
            return Abort(J1939AbortReason.CtsBeyondMessage, now);
        _repeats = next <= _sent ? _repeats + 1 : 0;
        if (_repeats > MaxRetransmits)
            return Abort(J1939AbortReason.RetransmitLimit, now);
        _next = next;
        _last = Math.Min(Total, next + count - 1);
        _offset = IsExtended ? next - 1 : 0;
        (State, Due) = (IsExtended ? Phase.Offsetting : Phase.Sending, now);
        return null;
    }

    /// <summary>Handles the end of message acknowledgement of its parameter group; true if that completes the message.</summary>
    public bool OnEnd(int length)
    {
        if (State != Phase.Waiting || _sent < Total || length != Length)
            return false;
        Close();
        return true;
    }

    protected override bool Take(TimeSpan now, out CanFrame frame)
    {
        switch (State)
        {
            case Phase.Announcing:
                frame = Control(IsBroadcast ? Bam : Rts, ExtendedRts);
                (State, _last, Due) = IsBroadcast ? (Phase.Sending, Total, Due) : (Phase.Waiting, 0, now + T3);
                return true;
            case Phase.Offsetting:
                frame = Control(DataPacketOffset, (byte)(_last - _offset), (byte)_offset, (byte)(_offset >> 8), (byte)(_offset >> 16));
                State = Phase.Sending;
                return true;
            case Phase.Sending:
                var content = transfer.Data.AsSpan((_next - 1) * PacketLength);
                frame = Packet(_next - _offset, content[..Math.Min(PacketLength, content.Length)]);
                _sent = Math.Max(_sent, _next);
                if (_next++ == _last)
                    (State, _isHeld, Due) = (Phase.Waiting, false, now + T3);
                return true;
            default:
                frame = default;
                return false;
        }
    }

    protected override void OnSent(TimeSpan now)
    {
        transfer.IsAlive = true;
        if (IsBroadcast && State == Phase.Waiting)
            Close();
        else if (IsBroadcast)
            Due = now + options.BamSpacing;
        else if (State == Phase.Waiting)
            Due = now + (_isHeld ? T4 : T3);
    }
}
