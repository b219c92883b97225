using System.Globalization;

namespace RxCan.IsoTp;

/// <summary>Explains the results of ISO 15765-2 to the user.</summary>
internal static class IsoTpFailure
{
    /// <summary>The exception for a result: what happened, on which address, and what to check.</summary>
    public static IsoTpException Of(IsoTpResult result, IsoTpAddress address, IsoTpOptions options, Exception? cause = null) => new(
        result,
        string.Create(CultureInfo.InvariantCulture, $"{address}: {Explanation(result, address, options)} ({result})."),
        cause);

    private static string Explanation(IsoTpResult result, IsoTpAddress address, IsoTpOptions options) => result switch
    {
        IsoTpResult.N_TIMEOUT_A => "a frame was not sent in time; check that another node on the wire acknowledges frames, and that the transmit queue has room",
        IsoTpResult.N_TIMEOUT_BS =>
            $"no flow control came on {address.RxId} within {options.NBs.TotalMilliseconds} ms; check that the receiver is on the wire and uses this address",
        IsoTpResult.N_TIMEOUT_CR =>
            $"the message was not continued within {options.NCr.TotalMilliseconds} ms; the sender stopped or frames were lost",
        IsoTpResult.N_WRONG_SN => "a consecutive frame had the wrong sequence number; frames were lost, duplicated or reordered",
        IsoTpResult.N_INVALID_FS => "a flow control frame had a reserved flow status",
        IsoTpResult.N_UNEXP_PDU => "a new message began before the previous one was complete, and the previous one is lost",
        IsoTpResult.N_WFT_OVRN => $"the receiver asked to wait more than {options.WaitLimit} times (IsoTpOptions.WaitLimit)",
        IsoTpResult.N_BUFFER_OVFLW => "the message is longer than the receiver accepts (on this end: IsoTpOptions.MaxLength)",
        _ => "a flow control frame was malformed",
    };
}
