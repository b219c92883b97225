namespace RxCan.Uds;

/// <summary>A control unit's response was not the one asked for. The message says what came and what to check.</summary>
/// <param name="service">The service that was requested.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="response">The response.</param>
public class UdsException(UdsService service, string message, ReadOnlyMemory<byte> response = default) : IOException(message)
{
    /// <summary>The service that was requested.</summary>
    public UdsService Service { get; } = service;

    /// <summary>The response, with its service identifier; empty if there was none.</summary>
    public ReadOnlyMemory<byte> Response { get; } = response;
}
