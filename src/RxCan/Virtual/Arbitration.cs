namespace RxCan.Virtual;

/// <summary>
/// Which node continues when several begin at once. They send bit by bit, a dominant bit (0) overwrites a recessive one (1), and a node
/// that reads a different bit than it sent stops. So the first bit in which two frames differ decides, and the frame whose bit is 0 wins.
/// </summary>
/// <remarks>
/// <para>The bits after start of frame, in order (ISO 11898-1:2015, clause 10.4):</para>
/// <para>standard: 11 bits of identifier, RTR (CAN FD: RRS, always 0), IDE = 0, FDF;</para>
/// <para>extended: the upper 11 bits, SRR = 1, IDE = 1, the lower 18 bits, RTR (CAN FD: RRS, always 0), FDF.</para>
/// <para>So a data frame wins over the remote frame of its identifier, and a standard frame, even a remote one, over an extended one that
/// begins with the same 11 bits. FDF is after the arbitration field: if everything before it is equal, two nodes use the same identifier,
/// which a real bus does not allow and answers with bit errors. Here the classic frame, whose bit is dominant, goes first.</para>
/// </remarks>
internal static class Arbitration
{
    /// <summary>The bits that decide, as a number: the lower one wins.</summary>
    public static long Key(in CanFrame frame)
    {
        if (frame.IsError)
            return -1; // six dominant bits in a row, which no frame begins with: it would have a stuff bit there
        long id = frame.Id.Value;
        var remote = frame.IsRemote ? 1L : 0;
        var fd = frame.IsFd ? 1L : 0;
        return frame.Id.IsExtended
            ? (id >> 18 << 22) | (0b11L << 20) | ((id & 0x3FFFF) << 2) | (remote << 1) | fd
            : (id << 22) | (remote << 21) | (fd << 19);
    }
}
