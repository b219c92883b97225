using System.Buffers.Binary;

namespace RxCan.Logs.Formats;

/// <summary>
/// A CAN frame as a packet of a capture file. Sources: tcpdump.org, LINKTYPE_CAN_SOCKETCAN (227, the identifier big-endian),
/// LINKTYPE_LINUX_SLL (113) and LINKTYPE_LINUX_SLL2 (276, both with the identifier in the order of the capturing host).
/// </summary>
internal static class SocketCanPacket
{
    public const int LinkType = 227;
    public const int LinkTypeSll = 113;
    public const int LinkTypeSll2 = 276;

    /// <summary>The longest packet, as the kernel delivers it.</summary>
    public const int MaxLength = HeaderLength + CanFrame.MaxFdLength;

    /// <summary>As much of a packet as any of the link types needs.</summary>
    public const int MaxCaptured = Sll2Length + MaxLength;

    private const int HeaderLength = 8;
    private const int SllLength = 16;
    private const int Sll2Length = 20;
    private const byte CanFdFdf = 0x04; // linux/can.h
    private const byte CanXlXlf = 0x80;
    private const ushort EthernetPCan = 0x000C;
    private const ushort EthernetPCanFd = 0x000D;
    private const ushort PacketOutgoing = 4;

    /// <summary>The outcome of <see cref="TryParse"/>.</summary>
    public enum Outcome
    {
        Frame,

        /// <summary>It is not a classic or FD frame: another protocol, or CAN XL.</summary>
        Other,
        Damaged,
    }

    public static bool IsCan(int linkType) => linkType is LinkType or LinkTypeSll or LinkTypeSll2;

    /// <summary>Reads a packet.</summary>
    /// <param name="packet">At least the first <see cref="MaxCaptured"/> bytes of what was captured.</param>
    /// <param name="linkType">One of the three.</param>
    /// <param name="length">The length of all that was captured.</param>
    /// <param name="isBigEndian">The order of the file, which is the capturing host's.</param>
    /// <param name="isLocal">Whether the file says that the frame was sent.</param>
    /// <param name="interfaces">The names of the file's interfaces.</param>
    /// <param name="number">The interface, if the packet does not name one.</param>
    /// <param name="time">See <see cref="RxCan.Frames.FrameTime"/>.</param>
    /// <param name="frame">The frame.</param>
    public static Outcome TryParse(
        ReadOnlySpan<byte> packet, int linkType, long length, bool isBigEndian, bool isLocal, LogInterfaces interfaces, ushort number, long time,
        out CanFrame frame)
    {
        frame = default;
        var protocol = EthernetPCan;
        if (linkType != LinkType)
        {
            var cooked = linkType == LinkTypeSll ? SllLength : Sll2Length;
            if (packet.Length < cooked)
                return Outcome.Damaged;
            protocol = BinaryPrimitives.ReadUInt16BigEndian(packet[(linkType == LinkTypeSll ? 14 : 0)..]);
            if (protocol is not (EthernetPCan or EthernetPCanFd))
                return Outcome.Other;
            if (linkType == LinkTypeSll)
            {
                isLocal |= BinaryPrimitives.ReadUInt16BigEndian(packet) == PacketOutgoing;
            }
            else
            {
                isLocal |= packet[10] == PacketOutgoing;
                number = interfaces.Of(BinaryPrimitives.ReadInt32BigEndian(packet[4..]));
            }

            packet = packet[cooked..];
            length -= cooked;
        }

        if (packet.Length < HeaderLength)
            return Outcome.Damaged;
        if ((packet[4] & CanXlXlf) != 0 && packet.Length >= HeaderLength + 4)
            return Outcome.Other;
        var id = linkType == LinkType || isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(packet) : BinaryPrimitives.ReadUInt32LittleEndian(packet);
        int size = packet[4];
        var isFd = (packet[5] & CanFdFdf) != 0 || length == MaxLength || protocol == EthernetPCanFd;
        var flags = (isLocal ? CanFrame.FrameFlags.Local : 0) |
            (isFd ? CanFrame.FrameFlags.Fd | ((CanFrame.FrameFlags)packet[5] & (CanFrame.FrameFlags.BitRateSwitch | CanFrame.FrameFlags.ErrorStateIndicator)) : 0);
        id = CanFrame.Meaningful(id, flags);
        if (size > (isFd ? CanFrame.MaxFdLength : CanFrame.MaxLength))
            return Outcome.Damaged;
        var data = packet[HeaderLength..];
        if ((id & CanId.RtrFlag) != 0)
            data = [];
        else if (data.Length < size)
            return Outcome.Damaged;
        else
            data = data[..size];
        int code = isFd ? CanFrame.FdLength(size) : size == CanFrame.MaxLength && packet[7] is > 8 and <= 15 ? packet[7] : size;
        frame = new(id, code, flags, data, number, time);
        return Outcome.Frame;
    }

    /// <summary>Writes a packet of link type 227, with the length that the kernel gives it.</summary>
    /// <returns>Its length: 16, or 72 for CAN FD.</returns>
    public static int Write(in CanFrame frame, Span<byte> packet)
    {
        var length = HeaderLength + (frame.IsFd ? CanFrame.MaxFdLength : CanFrame.MaxLength);
        var data = frame.Data;
        BinaryPrimitives.WriteUInt32BigEndian(packet, frame.RawId);
        packet[4] = (byte)frame.Length;
        packet[5] = frame.IsFd
            ? (byte)(CanFdFdf | (byte)(frame.Flags & (CanFrame.FrameFlags.BitRateSwitch | CanFrame.FrameFlags.ErrorStateIndicator)))
            : (byte)0;
        packet[6] = 0;
        packet[7] = !frame.IsFd && frame.Dlc > CanFrame.MaxLength ? (byte)frame.Dlc : (byte)0;
        data.CopyTo(packet[HeaderLength..]);
        packet[(HeaderLength + data.Length)..length].Clear();
        return length;
    }
}
