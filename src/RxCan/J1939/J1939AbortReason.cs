namespace RxCan.J1939;

/// <summary>Why a connection of the transport protocols was closed, by its code on the wire (SAE J1939-21, connection abort reasons).</summary>
public enum J1939AbortReason
{
    /// <summary>The node already has a connection and cannot have another.</summary>
    Busy = 1,

    /// <summary>The node needed the connection's resources for something else, or does not have them.</summary>
    Resources = 2,

    /// <summary>A time-out.</summary>
    Timeout = 3,

    /// <summary>A clear to send came while data was being sent.</summary>
    CtsWhileSending = 4,

    /// <summary>Packets were requested again too often.</summary>
    RetransmitLimit = 5,

    /// <summary>A data packet was not expected.</summary>
    UnexpectedData = 6,

    /// <summary>A data packet with a wrong sequence number.</summary>
    BadSequence = 7,

    /// <summary>A data packet with the sequence number of another one.</summary>
    DuplicateSequence = 8,

    /// <summary>The message is longer than 1785 bytes; in the extended protocol, an unexpected data packet offset.</summary>
    TooLong = 9,

    /// <summary>A data packet offset for another parameter group (ETP).</summary>
    OffsetForOtherPgn = 10,

    /// <summary>A data packet offset with more packets than were cleared to send (ETP).</summary>
    OffsetBeyondCts = 11,

    /// <summary>A data packet offset other than the one requested (ETP).</summary>
    BadOffset = 12,

    /// <summary>A clear to send for another parameter group.</summary>
    CtsForOtherPgn = 14,

    /// <summary>A clear to send for packets beyond the end of the message (ETP).</summary>
    CtsBeyondMessage = 15,

    /// <summary>Any other reason.</summary>
    Other = 250,

    /// <summary>The node lost or changed its address in the middle. Not a code on the wire.</summary>
    AddressLost = 256,
}
