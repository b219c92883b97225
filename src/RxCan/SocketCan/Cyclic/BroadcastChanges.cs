using System.Runtime.InteropServices;
using RxCan.Cyclic;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>A watch for changed content in the kernel, where one operation watches one identifier's classic or FD frames.</summary>
internal sealed class BroadcastChanges(BroadcastManager manager, ContentWatch watch, IReadOnlySet<uint> ids, IObserver<CanFrame> observer)
    : BroadcastOperation<CanFrame>(manager, observer)
{
    public override IReadOnlyList<BroadcastKey> Keys { get; } = [.. ids.SelectMany(manager.ReceivedKeys)];

    public override bool Reports => true;

    public override Errno SetUp(BroadcastSocket socket)
    {
        CanFrame[] classic = [.. Masks(isFd: false)], fd = [.. Masks(isFd: true)];
        foreach (var key in Keys)
        {
            var head = key.Head(Abi.RX_SETUP, Abi.SETTIMER | (watch.Options.CheckLength ? Abi.RX_CHECK_DLC : 0));
            head.Interval2 = new(watch.Options.Throttle);
            if (socket.Send(head, key.IsFd ? fd : classic) is not Errno.None and var errno)
                return errno;
        }

        return Errno.None;
    }

    public override void OnReport(in BroadcastKey key, in BcmMsgHead head, in CanFrame frame)
    {
        if (head.Opcode == Abi.RX_CHANGED)
            Tell(frame);
    }

    /// <summary>The mask; with multiplexing, the multiplexer's mask and then those of the pages.</summary>
    private IEnumerable<CanFrame> Masks(bool isFd)
    {
        if (watch.Multiplexer != 0)
            yield return Mask(MemoryMarshal.AsBytes([watch.Multiplexer]), isFd);
        for (var page = 0; page < watch.Pages; page++)
            yield return Mask(MemoryMarshal.AsBytes(watch.Mask(page)), isFd);
    }

    private static CanFrame Mask(ReadOnlySpan<byte> mask, bool isFd)
    {
        var length = isFd ? CanFrame.MaxFdLength : CanFrame.MaxLength;
        return new(0, length, isFd ? CanFrame.FrameFlags.Fd : CanFrame.FrameFlags.None, mask[..Math.Min(mask.Length, length)], 0, 0);
    }
}
