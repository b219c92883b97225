using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>What the kernel knows an operation of one broadcast manager socket by: setting up the same again changes the first.</summary>
/// <param name="IsReceived">Whether it receives, or else sends.</param>
/// <param name="Id">The identifier with its flags.</param>
/// <param name="IsFd">Whether it is of CAN FD frames.</param>
internal readonly record struct BroadcastKey(bool IsReceived, uint Id, bool IsFd)
{
    /// <summary>The operation that a message of the kernel's is about.</summary>
    public static BroadcastKey Of(in BcmMsgHead head) =>
        new(head.Opcode is Abi.RX_CHANGED or Abi.RX_TIMEOUT, head.Id, (head.Flags & Abi.CAN_FD_FRAME) != 0);

    /// <summary>The head of a message about the operation.</summary>
    public BcmMsgHead Head(uint opcode, uint flags = 0) => new() { Opcode = opcode, Flags = flags | (IsFd ? Abi.CAN_FD_FRAME : 0), Id = Id };
}
