namespace RxCan.Uds;

/// <summary>The response of ECUReset.</summary>
/// <param name="Reset">What is done.</param>
/// <param name="PowerDown">How long the control unit stays off after <see cref="UdsReset.EnableRapidPowerShutdown"/>, up to 254 s; null if it does not say.</param>
/// <remarks>Source: ISO 14229-1:2020, 10.3.3.</remarks>
public readonly record struct UdsResetResponse(UdsReset Reset, TimeSpan? PowerDown) : IUdsMessage<UdsResetResponse>
{
    private const byte NotAvailable = 0xFF;

    byte[] IUdsMessage<UdsResetResponse>.ToBytes() => Reset == UdsReset.EnableRapidPowerShutdown
        ? [UdsProtocol.Positive(UdsService.EcuReset), (byte)Reset, PowerDown is { } time ? (byte)Math.Clamp(Math.Ceiling(time.TotalSeconds), 0, 0xFE) : NotAvailable]
        : [UdsProtocol.Positive(UdsService.EcuReset), (byte)Reset];

    static bool IUdsMessage<UdsResetResponse>.TryRead(ReadOnlySpan<byte> message, out UdsResetResponse value)
    {
        var reader = UdsReader.Response(message, UdsService.EcuReset);
        var reset = (UdsReset)reader.SubFunction();
        var time = reader.HasMore ? reader.Byte() : NotAvailable;
        value = new(reset, time == NotAvailable ? null : TimeSpan.FromSeconds(time));
        return reader.IsComplete;
    }
}
