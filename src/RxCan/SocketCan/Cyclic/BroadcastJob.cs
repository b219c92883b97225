using System.Reactive;
using RxCan.Cyclic;
using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Cyclic;

/// <summary>A cyclic job in the kernel.</summary>
internal sealed class BroadcastJob(BroadcastManager manager, CyclicSetup setup, IObserver<Unit> observer)
    : BroadcastOperation<Unit>(manager, observer), ICyclicJob
{
    private readonly CyclicOptions _options = setup.Options;
    private readonly BroadcastKey _key = new(IsReceived: false, setup.Frames[0].RawId, setup.Frames[0].IsFd);

    public override IReadOnlyList<BroadcastKey> Keys => [_key];

    /// <summary>Whether it ends by itself: the end is all that the kernel reports of it.</summary>
    public override bool Reports => _options is { Count: > 0, SecondPeriod: null };

    public override void Check(BroadcastSocket socket)
    {
        if (_key.IsFd && !Manager.Options.Fd)
            throw SocketCanError.FdNotOpened(socket.Name);
        if (_key.IsFd && Interfaces.MtuOf(socket.File, socket.Name) < Abi.CANFD_MTU) // the kernel would accept it and send nothing
            throw SocketCanError.FdNotSupported(socket.Name);
    }

    public override Errno SetUp(BroadcastSocket socket)
    {
        var head = Head(Abi.SETTIMER | Abi.STARTTIMER);
        if (_options.Count == 0)
        {
            head.Interval2 = new(setup.Period);
        }
        else
        {
            head.Count = (uint)_options.Count;
            head.Interval1 = new(setup.Period);
            head.Interval2 = new(_options.SecondPeriod ?? TimeSpan.Zero);
        }

        return socket.Send(head, setup.Frames);
    }

    public void Update(ReadOnlySpan<CanFrame> frames)
    {
        lock (Serial)
        {
            Errno errno;
            lock (Manager.Gate)
            {
                if (Socket is not { } socket)
                    return;
                errno = socket.Send(Head(_options.AnnounceUpdates ? Abi.TX_ANNOUNCE : 0), frames);
                if (errno == Errno.None && _options.AnnounceUpdates)
                    Recover(socket); // TX_EXPIRED reports only the timer's frames
            }

            if (errno == Errno.None)
            {
                Tell(Unit.Default);
            }
            else if (!BroadcastSocket.IsGone(errno)) // otherwise the socket reports it
            {
                Dispose();
                End(SocketCanError.Of(Manager.Name, "TX_SETUP", errno));
            }
        }
    }

    public override void Recover(BroadcastSocket socket)
    {
        if (Reports)
            socket.Send(_key.Head(Abi.TX_READ));
    }

    public override void OnReport(in BroadcastKey key, in BcmMsgHead head, in CanFrame frame)
    {
        if (head is { Opcode: Abi.TX_EXPIRED } or { Opcode: Abi.TX_STATUS, Count: 0 })
            Finish();
    }

    protected override void OnSetUp()
    {
        Tell(Unit.Default);
        if (Reports && _options.Count == 1)
            Finish();
    }

    /// <summary>The head of a set-up; each replaces the flags of the previous one.</summary>
    private BcmMsgHead Head(uint flags) => _key.Head(Abi.TX_SETUP, flags | (Reports ? Abi.TX_COUNTEVT : 0));

    private void Finish()
    {
        Dispose();
        End(null);
    }
}
