namespace RxCan.Uds;

/// <summary>LinkControl (0x87): <c>87 control [mode, or a bit rate in 3 bytes]</c>.</summary>
internal readonly record struct LinkControlRequest(UdsLinkControl Control, byte[] Record) : IUdsMessage<LinkControlRequest>
{
    public UdsLinkMode Mode => Record is [var mode] ? (UdsLinkMode)mode : UdsLinkMode.None;

    public uint BitRate => Record is [var high, var middle, var low] ? (uint)((high << 16) | (middle << 8) | low) : 0;

    public static LinkControlRequest Fixed(UdsLinkMode mode) => new(UdsLinkControl.VerifyFixedParameter, [(byte)mode]);

    public static LinkControlRequest Specific(uint bitRate) =>
        new(UdsLinkControl.VerifySpecificParameter, [(byte)(bitRate >> 16), (byte)(bitRate >> 8), (byte)bitRate]);

    public byte[] ToBytes() => [(byte)UdsService.LinkControl, (byte)Control, .. Record];

    public static bool TryRead(ReadOnlySpan<byte> message, out LinkControlRequest value)
    {
        var reader = new UdsReader(message, UdsService.LinkControl);
        value = new((UdsLinkControl)reader.SubFunction(), reader.Rest());
        return reader.IsComplete && value.Control switch
        {
            UdsLinkControl.VerifyFixedParameter => value.Record.Length == 1,
            UdsLinkControl.VerifySpecificParameter => value.Record.Length == 3,
            UdsLinkControl.Transition => value.Record.Length == 0,
            _ => true,
        };
    }
}

/// <summary><c>C7 control</c>.</summary>
internal readonly record struct LinkControlResponse(UdsLinkControl Control) : IUdsMessage<LinkControlResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.LinkControl), (byte)Control];

    public static bool TryRead(ReadOnlySpan<byte> message, out LinkControlResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.LinkControl);
        value = new((UdsLinkControl)reader.SubFunction());
        return reader.IsComplete;
    }
}
