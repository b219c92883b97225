namespace RxCan.Uds;

/// <summary>A control unit refused a request: <c>7F</c>, the service, and the reason.</summary>
/// <param name="service">The service that was refused.</param>
/// <param name="code">Why.</param>
public sealed class UdsNegativeResponseException(UdsService service, UdsNegativeResponseCode code) : UdsException(
    service, $"{UdsProtocol.NameOf(service)} was refused: {Name(code)}.", new byte[] { UdsProtocol.NegativeResponse, (byte)service, (byte)code })
{
    /// <summary>Why.</summary>
    public UdsNegativeResponseCode Code { get; } = code;

    private static string Name(UdsNegativeResponseCode code) => (byte)code is >= 0xF0 and <= 0xFE
        ? $"VehicleManufacturerSpecificConditionsNotCorrect ({(byte)code:X2})"
        : Enum.IsDefined(code) ? $"{code} ({(byte)code:X2})" : $"reserved code {(byte)code:X2}";
}
