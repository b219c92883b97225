namespace RxCan.Uds;

/// <summary>Reads responses, or says what is wrong with them.</summary>
internal static class Malformed
{
    private const int MaxBytesShown = 32;

    public static UdsException Response(UdsService service, byte[] response, string? hint = null) => new(
        service,
        $"{UdsProtocol.NameOf(service)}: the response {Shown(response)} is malformed: it is too short, too long or inconsistent.{(hint is null ? "" : $" {hint}")}",
        response);

    public static T Read<T>(byte[] response)
        where T : IUdsMessage<T> => UdsProtocol.TryRead<T>(response, out var value)
        ? value
        : throw Response((UdsService)(byte)(response[0] - UdsProtocol.PositiveOffset), response);

    private static string Shown(byte[] response) => response.Length <= MaxBytesShown
        ? Convert.ToHexString(response)
        : $"{Convert.ToHexString(response.AsSpan(0, MaxBytesShown))}... ({response.Length} bytes)";
}
