using System.Globalization;

namespace RxCan.IsoTp;

/// <summary>What the results of ISO 15765-2 mean to the user.</summary>
internal static class IsoTpFailure
{
    /// <summary>The exception of a result: what happened with whom, and what to look at.</summary>
    public static IsoTpException Of(IsoTpResult result, IsoTpAddress address, IsoTpOptions options, Exception? cause = null) => new(
        result,
        string.Create(CultureInfo.InvariantCulture, $"{address}: {Explanation(result, address, options)} ({result})."),
        cause);

    private static string Explanation(IsoTpResult result, IsoTpAddress address, IsoTpOptions options) => result switch
    {
        IsoTpResult.N_TIMEOUT_A => "a frame found no room in the transmit queue in time; see whether anyone acknowledges on this bus",
        IsoTpResult.N_TIMEOUT_BS =>
            $"no flow control came on {address.RxId} within {options.NBs.TotalMilliseconds} ms; is the receiver there, and has it this address?",
        IsoTpResult.N_TIMEOUT_CR =>
            $"the message was not continued within {options.NCr.TotalMilliseconds} ms; the sender stopped, or frames were lost",
        IsoTpResult.N_WRONG_SN => "a consecutive frame had the wrong sequence number; frames were lost, doubled or reordered",
        IsoTpResult.N_INVALID_FS => "a flow control frame had a reserved flow status",
        IsoTpResult.N_UNEXP_PDU => "a new message began in the middle of another, which is lost",
        IsoTpResult.N_WFT_OVRN => $"the receiver asked to wait more than {options.WaitLimit} times (IsoTpOptions.WaitLimit)",
        IsoTpResult.N_BUFFER_OVFLW => "the message is longer than the receiver takes (here that is IsoTpOptions.MaxLength)",
        _ => "a flow control frame was malformed",
    };
}
