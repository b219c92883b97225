namespace RxCan.J1939;

/// <summary>Explains what happened to a failed transfer, and what to check.</summary>
internal static class J1939Failure
{
    public static J1939AbortException Sending(J1939Transfer transfer, byte source, J1939AbortReason reason, bool? isByPeer) => new(
        reason,
        $"{transfer.Pgn} {source:X2}->{transfer.Destination:X2} [{transfer.Data.Length}]: {Closed(transfer.Destination, reason, isByPeer)} {ToDo(reason)}");

    public static J1939AbortException Receiving(TransportConnection receiver, byte own, J1939AbortReason reason, bool isByPeer) => new(
        reason,
        $"{receiver.Pgn} {receiver.Peer:X2}->{(receiver.IsBroadcast ? J1939Address.Global : own):X2} [{receiver.Length}]: " +
        $"{(receiver.IsBroadcast ? $"received in part: {Why(reason)}." : Closed(receiver.Peer, reason, isByPeer))}");

    /// <summary>A connection management frame was refused.</summary>
    public static J1939AbortException Refused(in J1939Id id, J1939Pgn pgn, ReadOnlySpan<byte> data, J1939AbortReason reason) => new(
        reason,
        $"{pgn} {id.Source:X2}->{id.Destination:X2}: {Convert.ToHexString(data)} was refused: " +
        $"{(reason == J1939AbortReason.Other ? "its control byte or length is not valid" : Why(reason))} (reason {(int)reason}).");

    public static J1939AddressException NoAddress(J1939Pgn pgn, J1939Name? name) => new(
        name is { } named
            ? $"{pgn} was not sent: {named} has no address now. Subscribe to ClaimAddress and wait for Claimed."
            : $"{pgn} was not sent: the node was opened only to listen. Open it with an address.");

    public static J1939AddressException SameName(J1939Name name, byte address) => new(
        $"Another node claimed address {address:X2} with this node's NAME {name}. A NAME must be unique on a network: give one of them another identity number.");

    public static TimeoutException Silent(J1939Transfer transfer) => new(
        $"{transfer.Pgn} to {transfer.Destination:X2} [{transfer.Data.Length}]: nothing was heard of the message for half a minute, neither that it was sent nor that it failed.");

    private static string Closed(byte peer, J1939AbortReason reason, bool? isByPeer) =>
        $"the connection was closed{(isByPeer is { } other ? other ? $" by {peer:X2}" : " by this node" : "")}: {Why(reason)}" +
        $"{(reason <= J1939AbortReason.Other ? $" (reason {(int)reason})" : "")}.";

    private static string ToDo(J1939AbortReason reason) => reason == J1939AbortReason.Timeout
        ? "Check that the receiver has that address and accepts that parameter group."
        : "";

    private static string Why(J1939AbortReason reason) => reason switch
    {
        J1939AbortReason.Busy => "it already has a connection",
        J1939AbortReason.Resources => "it lacks resources",
        J1939AbortReason.Timeout => "time-out",
        J1939AbortReason.CtsWhileSending => "a clear to send came in the middle of the data",
        J1939AbortReason.RetransmitLimit => "packets were requested again too often",
        J1939AbortReason.UnexpectedData => "unexpected data",
        J1939AbortReason.BadSequence => "packets are missing or out of sequence",
        J1939AbortReason.DuplicateSequence => "a packet came twice",
        J1939AbortReason.TooLong => "too long, or an unexpected offset",
        J1939AbortReason.OffsetForOtherPgn => "an offset for another parameter group",
        J1939AbortReason.OffsetBeyondCts => "an offset for more packets than were cleared to send",
        J1939AbortReason.BadOffset => "a wrong offset",
        J1939AbortReason.CtsForOtherPgn => "a clear to send for another parameter group",
        J1939AbortReason.CtsBeyondMessage => "a clear to send beyond the end of the message",
        J1939AbortReason.AddressLost => "the node lost or changed its address",
        _ => "another reason",
    };
}
