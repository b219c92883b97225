using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Monitor;

/// <summary>A diagnostic request with its responses.</summary>
internal sealed class Exchange(byte[] request, bool isUds)
{
    private const byte NegativeResponse = 0x7F;
    private const byte PositiveOffset = 0x40;

    private readonly List<byte[]> _responses = [];

    public byte[] Request { get; } = request;

    public IReadOnlyList<byte[]> Responses
    {
        get
        {
            lock (_responses)
                return [.. _responses];
        }
    }

    /// <summary>How long it took; null until it is answered.</summary>
    public TimeSpan? Took { get; set; }

    public Exception? Error { get; private set; }

    /// <summary>The name of the service; empty for bytes that are none.</summary>
    public string Service => isUds && Request is [var service, ..] ? NameOf((UdsService)service) : "";

    /// <summary>What went wrong, in one or two words; empty if nothing did, or the control unit refused.</summary>
    public string Failure => Error switch
    {
        null => "",
        TimeoutException or IsoTpException { Result: IsoTpResult.N_TIMEOUT_A or IsoTpResult.N_TIMEOUT_BS or IsoTpResult.N_TIMEOUT_CR } => "No answer",
        _ => "Failed",
    };

    public void Add(byte[] response)
    {
        lock (_responses)
            _responses.Add(response);
    }

    public void Fail(Exception error)
    {
        if (error is UdsNegativeResponseException refusal && Request is [var service, ..])
            Add([NegativeResponse, service, (byte)refusal.Code]);
        else
            Error = error;
    }

    /// <summary>Whether the control unit refused.</summary>
    public bool IsNegative(byte[] response) => response is [NegativeResponse, var service, _] && Request is [var asked, ..] && service == asked;

    /// <summary>What a response says; empty if that is in its bytes only.</summary>
    public string Meaning(byte[] response) =>
        IsNegative(response) ? $"refused: {NameOf((UdsNegativeResponseCode)response[2])}"
        : isUds && response is [var first, ..] && Request is [var service, ..] && first == service + PositiveOffset ? "positive"
        : "";

    private static string NameOf(UdsService service) => Enum.IsDefined(service) ? service.ToString() : $"service {(byte)service:X2}";

    private static string NameOf(UdsNegativeResponseCode code) =>
        Enum.IsDefined(code) ? $"{EventText.Words(code.ToString())} ({(byte)code:X2})" : $"reason {(byte)code:X2}";
}
