namespace RxCan.Uds;

/// <summary>CommunicationControl (0x28): <c>28 control type [node]</c>; the node's number is 2 bytes, only for enhanced addresses.</summary>
internal readonly record struct CommunicationControlRequest(UdsCommunicationControl Control, UdsCommunicationType Type, ushort? Node)
    : IUdsMessage<CommunicationControlRequest>
{
    public static bool HasNode(UdsCommunicationControl control) => control is UdsCommunicationControl.EnableRxAndDisableTxWithEnhancedAddress
        or UdsCommunicationControl.EnableRxAndTxWithEnhancedAddress;

    public byte[] ToBytes() => Node is { } node
        ? [(byte)UdsService.CommunicationControl, (byte)Control, (byte)Type, (byte)(node >> 8), (byte)node]
        : [(byte)UdsService.CommunicationControl, (byte)Control, (byte)Type];

    public static bool TryRead(ReadOnlySpan<byte> message, out CommunicationControlRequest value)
    {
        var reader = new UdsReader(message, UdsService.CommunicationControl);
        var control = (UdsCommunicationControl)reader.SubFunction();
        value = new(control, (UdsCommunicationType)reader.Byte(), HasNode(control) ? reader.UInt16() : null);
        return reader.IsComplete;
    }
}

/// <summary><c>68 control</c>.</summary>
internal readonly record struct CommunicationControlResponse(UdsCommunicationControl Control) : IUdsMessage<CommunicationControlResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.CommunicationControl), (byte)Control];

    public static bool TryRead(ReadOnlySpan<byte> message, out CommunicationControlResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.CommunicationControl);
        value = new((UdsCommunicationControl)reader.SubFunction());
        return reader.IsComplete;
    }
}
