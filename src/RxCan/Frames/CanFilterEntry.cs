namespace RxCan.Frames;

/// <summary>One entry of a kernel filter list, <c>struct can_filter</c> of linux/can.h.</summary>
/// <param name="Id">The identifier with its flags; bit 29 (<c>CAN_INV_FILTER</c>) inverts the entry.</param>
/// <param name="Mask">The bits that count.</param>
internal readonly record struct CanFilterEntry(uint Id, uint Mask)
{
    public const uint InvFlag = 0x2000_0000; // CAN_INV_FILTER

    /// <summary>The entry that passes every data and remote frame.</summary>
    public static CanFilterEntry All { get; }

    /// <summary>Whether this entry lets a data or remote frame pass in the kernel.</summary>
    public bool Matches(in CanFrame frame) => Matches(frame.RawId);

    public bool Matches(uint rawId)
    {
        // As can_rcv_list_find of net/can/af_can.c prepares an entry: only 11 bits of a standard id count; bit 29 means error frames.
        var mask = (Mask & ~Id & CanId.EffFlag) != 0 ? Mask & ~(CanId.MaxExtended & ~CanId.MaxStandard) : Mask;
        return ((rawId | mask) & CanId.ErrFlag) == 0 && ((((rawId ^ Id) & mask) == 0) ^ ((Id & InvFlag) != 0));
    }

    /// <summary>Whether it passes exactly one identifier's data frames, which the kernel finds by index.</summary>
    public bool IsExactId =>
        (Id & (InvFlag | CanId.RtrFlag)) == 0 &&
        Mask == (CanId.EffFlag | CanId.RtrFlag | ((Id & CanId.EffFlag) != 0 ? CanId.MaxExtended : CanId.MaxStandard));
}
