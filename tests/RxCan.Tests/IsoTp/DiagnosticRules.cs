using RxCan.IsoTp;

namespace RxCan.Tests.IsoTp;

/// <summary>Requests whose responses are recognized by their service, and are not final while they say that the final one is pending (ISO 14229).</summary>
internal static class DiagnosticRules
{
    public static readonly IsoTpRequestOptions Options = new()
    {
        IsFinal = response => response is not [0x7F, _, 0x78],
        IsResponse = (request, response) => response is [0x7F, var refused, ..] ? refused == request.Span[0] : response[0] == request.Span[0] + 0x40,
    };
}
