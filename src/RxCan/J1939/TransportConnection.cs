using RxCan.Bus;
using static RxCan.J1939.TransportFormat;

namespace RxCan.J1939;

/// <summary>One end of one message of many frames. A state machine: frames and time in; frames, a deadline and a result out.</summary>
internal abstract class TransportConnection(J1939Pgn pgn, byte own, byte peer, bool isExtended, int priority, int length)
{
    private bool _isOut; // a frame was taken, but is not sent yet
    private J1939AbortReason _abort;

    protected enum Phase
    {
        Announcing,
        Waiting,
        Offsetting,
        Sending,
        Clearing,
        AwaitingOffset,
        Receiving,
        Ending,
        Aborting,
        Over,
    }

    public J1939Pgn Pgn => pgn;

    /// <summary>The other end; the global address for a message sent to all.</summary>
    public byte Peer => peer;

    public int Length => length;

    public bool IsExtended => isExtended;

    public bool IsBroadcast => own == J1939Address.Global || peer == J1939Address.Global;

    /// <summary>Whether its result is known.</summary>
    public bool IsDecided => State >= Phase.Ending;

    /// <summary>Whether there is nothing left to do.</summary>
    public bool IsOver => State == Phase.Over;

    /// <summary>When to call <see cref="TryTake"/> or <see cref="OnTime"/>.</summary>
    public TimeSpan Deadline => _isOut || IsOver ? DueTime.Never : Due;

    protected Phase State { get; set; }

    /// <summary>When a frame is due, or the time is over.</summary>
    protected TimeSpan Due { get; set; }

    protected int Total { get; } = Packets(length);

    /// <summary>Whether it waits for the other end.</summary>
    protected abstract bool IsWaiting { get; }

    /// <summary>Takes the next frame to send, if one is due. Call <see cref="Sent"/> before taking the next.</summary>
    public bool TryTake(TimeSpan now, out CanFrame frame)
    {
        frame = default;
        if (_isOut || Due > now)
            return false;
        if (State == Phase.Aborting)
            (State, _isOut, frame) = (Phase.Over, true, AbortFrame(isExtended, own, peer, priority, pgn, _abort));
        else
            _isOut = Take(now, out frame);
        return _isOut;
    }

    /// <summary>The frame that was taken has been sent.</summary>
    public void Sent(TimeSpan now)
    {
        _isOut = false;
        OnSent(now);
    }

    /// <summary>The time-out that has expired, if one has.</summary>
    public J1939AbortReason? OnTime(TimeSpan now) => IsWaiting && !_isOut && Due <= now ? Abort(J1939AbortReason.Timeout, now) : null;

    /// <summary>Closes it and tells the other end, unless the message is to all or the result is already known.</summary>
    public J1939AbortReason? Abort(J1939AbortReason reason, TimeSpan now)
    {
        if (IsDecided)
            return null;
        (State, _abort, Due) = (IsBroadcast ? Phase.Over : Phase.Aborting, reason, now);
        return reason;
    }

    /// <summary>The other end closed it: nothing more is sent.</summary>
    public void Close() => State = Phase.Over;

    protected abstract bool Take(TimeSpan now, out CanFrame frame);

    protected abstract void OnSent(TimeSpan now);

    protected CanFrame Control(params ReadOnlySpan<byte> content) => TransportFormat.Control(isExtended, own, peer, priority, pgn, content);

    /// <summary>A control frame with the length and, without the extension, the number of packets.</summary>
    protected CanFrame Control(byte code, byte extendedCode) => isExtended
        ? Control(extendedCode, (byte)length, (byte)(length >> 8), (byte)(length >> 16), (byte)(length >> 24))
        : Control(code, (byte)length, (byte)(length >> 8), (byte)Total, code == Rts ? (byte)Total : (byte)0xFF);

    protected CanFrame Packet(int sequence, ReadOnlySpan<byte> content) => Data(isExtended, own, peer, priority, sequence, content);
}
