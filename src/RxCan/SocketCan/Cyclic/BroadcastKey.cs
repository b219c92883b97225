using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>The key of an operation on one broadcast manager socket: setting up the same key again changes the first operation.</summary>
/// <param name="IsReceived">True if it receives, false if it sends.</param>
/// <param name="Id">The identifier with its flags.</param>
/// <param name="IsFd">Whether its frames are CAN FD.</param>
internal readonly record struct BroadcastKey(bool IsReceived, uint Id, bool IsFd)
{
    /// <summary>The operation that a message from the kernel is about.</summary>
    public static BroadcastKey Of(in BcmMsgHead head) =>
        new(head.Opcode is Abi.RX_CHANGED or Abi.RX_TIMEOUT, head.Id, (head.Flags & Abi.CAN_FD_FRAME) != 0);

    /// <summary>The head of a message about the operation.</summary>
    public BcmMsgHead Head(uint opcode, uint flags = 0) => new() { Opcode = opcode, Flags = flags | (IsFd ? Abi.CAN_FD_FRAME : 0), Id = Id };
}
