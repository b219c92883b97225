using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>A watch for silence in the kernel: one operation for classic and one for FD frames. The identifier is silent when both are.</summary>
internal sealed class BroadcastPresence(BroadcastManager manager, CanId id, TimeSpan timeout, IObserver<CanPresence> observer)
    : BroadcastOperation<CanPresence>(manager, observer)
{
    private readonly HashSet<BroadcastKey> _alive = [.. manager.ReceivedKeys(id.Raw)];

    public override IReadOnlyList<BroadcastKey> Keys { get; } = [.. manager.ReceivedKeys(id.Raw)];

    public override bool Reports => true;

    public override Errno SetUp(BroadcastSocket socket)
    {
        foreach (var key in Keys)
        {
            var head = key.Head(Abi.RX_SETUP, Abi.SETTIMER | Abi.STARTTIMER | Abi.RX_ANNOUNCE_RESUME);
            head.Interval1 = new(timeout);

            // A mask without bits: only the first frame is a change.
            if (socket.Send(head, [key.IsFd ? CanFrame.Fd(0, []) : new(0, [])]) is not Errno.None and var errno)
                return errno;
        }

        return Errno.None;
    }

    public override void Recover(BroadcastSocket socket)
    {
        foreach (var key in Keys)
            socket.Send(key.Head(Abi.RX_DELETE));
        SetUp(socket); // so that the next frame, or its absence, is reported again
    }

    public override void OnReport(in BroadcastKey key, in BcmMsgHead head, in CanFrame frame)
    {
        var wasSilent = _alive.Count == 0;
        if (head.Opcode == Abi.RX_CHANGED)
        {
            _alive.Add(key);
            if (wasSilent)
                Tell(new(id, IsPresent: true, frame.Timestamp));
        }
        else if (_alive.Remove(key) && _alive.Count == 0)
        {
            Tell(new(id, IsPresent: false, DateTimeOffset.UtcNow));
        }
    }
}
