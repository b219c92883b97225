using System.Diagnostics.CodeAnalysis;

namespace RxCan.IsoTp;

/// <summary>How an ISO-TP transfer ended, with the names of ISO 15765-2 (<c>N_Result</c>).</summary>
[SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "The standard's own names.")]
public enum IsoTpResult
{
    /// <summary>It was completed.</summary>
    N_OK,

    /// <summary>A frame was not sent in time, for lack of room in the transmit queue or of an acknowledgement: <see cref="IsoTpOptions.NAs"/> or <see cref="IsoTpOptions.NAr"/> expired.</summary>
    N_TIMEOUT_A,

    /// <summary>No flow control came within <see cref="IsoTpOptions.NBs"/>.</summary>
    N_TIMEOUT_BS,

    /// <summary>No consecutive frame came within <see cref="IsoTpOptions.NCr"/>.</summary>
    N_TIMEOUT_CR,

    /// <summary>A consecutive frame did not have the next sequence number.</summary>
    N_WRONG_SN,

    /// <summary>A flow control frame had a reserved flow status (3 to F).</summary>
    N_INVALID_FS,

    /// <summary>A single or first frame came in the middle of a reception and ended it; the new message is received instead.</summary>
    N_UNEXP_PDU,

    /// <summary>The receiver asked to wait more than <see cref="IsoTpOptions.WaitLimit"/> times in a row.</summary>
    N_WFT_OVRN,

    /// <summary>The message is too long for the receiver: flow status overflow, or <see cref="IsoTpOptions.MaxLength"/> on this end.</summary>
    N_BUFFER_OVFLW,

    /// <summary>Any other failure, such as a flow control frame that is too short.</summary>
    N_ERROR,
}
