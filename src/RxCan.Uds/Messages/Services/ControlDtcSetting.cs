namespace RxCan.Uds;

/// <summary>ControlDTCSetting (0x85): <c>85 setting [option]</c>.</summary>
internal readonly record struct ControlDtcSettingRequest(UdsDtcSetting Setting, byte[] Option) : IUdsMessage<ControlDtcSettingRequest>
{
    public byte[] ToBytes() => [(byte)UdsService.ControlDtcSetting, (byte)Setting, .. Option];

    public static bool TryRead(ReadOnlySpan<byte> message, out ControlDtcSettingRequest value)
    {
        var reader = new UdsReader(message, UdsService.ControlDtcSetting);
        value = new((UdsDtcSetting)reader.SubFunction(), reader.Rest());
        return reader.IsComplete;
    }
}

/// <summary><c>C5 setting</c>.</summary>
internal readonly record struct ControlDtcSettingResponse(UdsDtcSetting Setting) : IUdsMessage<ControlDtcSettingResponse>
{
    public byte[] ToBytes() => [UdsProtocol.Positive(UdsService.ControlDtcSetting), (byte)Setting];

    public static bool TryRead(ReadOnlySpan<byte> message, out ControlDtcSettingResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.ControlDtcSetting);
        value = new((UdsDtcSetting)reader.SubFunction());
        return reader.IsComplete;
    }
}
