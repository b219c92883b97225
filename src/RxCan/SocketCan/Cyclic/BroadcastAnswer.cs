using System.Reactive;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>An answer to remote frames, given by the kernel.</summary>
internal sealed class BroadcastAnswer(BroadcastManager manager, CanFrame answer, IObserver<Unit> observer)
    : BroadcastOperation<Unit>(manager, observer)
{
    private readonly BroadcastKey _key = new(IsReceived: true, answer.RawId | CanId.RtrFlag, IsFd: false);

    public override IReadOnlyList<BroadcastKey> Keys => [_key];

    public override bool Reports => false;

    public override Errno SetUp(BroadcastSocket socket) => socket.Send(_key.Head(Abi.RX_SETUP, Abi.RX_RTR_FRAME), new ReadOnlySpan<CanFrame>(in answer));

    public override void OnReport(in BroadcastKey key, in BcmMsgHead head, in CanFrame frame)
    {
    }

    protected override void OnSetUp() => Tell(Unit.Default);
}
