using System.Buffers.Binary;

namespace RxCan.J1939;

/// <summary>Codes, sizes and times of the transport protocols (SAE J1939-21, TP; ISO 11783-3, ETP).</summary>
internal static class TransportFormat
{
    public const byte Rts = 16;
    public const byte Cts = 17;
    public const byte EndOfMessage = 19;
    public const byte ExtendedRts = 20;
    public const byte ExtendedCts = 21;
    public const byte DataPacketOffset = 22;
    public const byte ExtendedEndOfMessage = 23;
    public const byte Bam = 32;
    public const byte Abort = 255;

    public const int MaxInFrame = CanFrame.MaxLength;
    public const int PacketLength = 7;
    public const int MaxPackets = 255;
    public const int MaxBytes = MaxPackets * PacketLength;
    public const int MaxExtendedBytes = 0xFF_FFFF * PacketLength;

    /// <summary>How many times one packet may be requested again.</summary>
    public const int MaxRetransmits = 2;

    /// <summary>The receiver's time-out between data packets.</summary>
    public static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(750);

    /// <summary>The receiver's time-out from clear to send to the first data packet.</summary>
    public static readonly TimeSpan T2 = TimeSpan.FromMilliseconds(1250);

    /// <summary>The sender's time-out from the last data packet to the next clear to send or the end.</summary>
    public static readonly TimeSpan T3 = TimeSpan.FromMilliseconds(1250);

    /// <summary>The sender's time-out from a clear to send that holds to the next one.</summary>
    public static readonly TimeSpan T4 = TimeSpan.FromMilliseconds(1050);

    /// <summary>The receiver's interval between clear-to-send frames that hold.</summary>
    public static readonly TimeSpan Th = TimeSpan.FromMilliseconds(500);

    public static int Packets(int length) => (length + PacketLength - 1) / PacketLength;

    /// <summary>Why a node must refuse a connection management frame: its control byte, or the length it announces (-1 for none). Null if it need not.</summary>
    public static J1939AbortReason? Refusal(in J1939Id id, ReadOnlySpan<byte> data, int maxLength, out int length)
    {
        var (isToAll, isExtended) = (id.Destination == J1939Address.Global, id.Pgn == J1939Pgn.ExtendedTransportControl);
        var isKnown = data[0] switch
        {
            Bam => isToAll && !isExtended,
            Rts or Cts or EndOfMessage => !isToAll && !isExtended,
            ExtendedRts or ExtendedCts or DataPacketOffset or ExtendedEndOfMessage => !isToAll && isExtended,
            Abort => !isToAll,
            _ => false,
        };
        length = -1;
        if (!isKnown || !IsAnnouncement(data))
            return isKnown ? null : J1939AbortReason.Other;
        var announced = isExtended ? BinaryPrimitives.ReadUInt32LittleEndian(data[1..]) : BinaryPrimitives.ReadUInt16LittleEndian(data[1..]);
        var (min, max) = isExtended ? (MaxBytes + 1, MaxExtendedBytes) : (MaxInFrame + 1, MaxBytes);
        length = (int)Math.Min(announced, int.MaxValue);
        return length > max ? J1939AbortReason.TooLong
            : length < min ? J1939AbortReason.Other
            : length > maxLength ? J1939AbortReason.Resources
            : null;
    }

    public static bool IsAnnouncement(ReadOnlySpan<byte> data) => data[0] is Bam or Rts or ExtendedRts;

    /// <summary>A connection management frame: a code, its arguments, and the parameter group.</summary>
    public static CanFrame Control(bool isExtended, byte source, byte destination, int priority, J1939Pgn pgn, params ReadOnlySpan<byte> content)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxLength];
        data.Fill(0xFF);
        content.CopyTo(data);
        pgn.Write(data[5..]);
        return new(new J1939Id(priority, isExtended ? J1939Pgn.ExtendedTransportControl : J1939Pgn.TransportControl, source, destination).ToCanId(), data);
    }

    public static CanFrame AbortFrame(bool isExtended, byte source, byte destination, int priority, J1939Pgn pgn, J1939AbortReason reason) =>
        Control(isExtended, source, destination, priority, pgn, Abort, (byte)reason);

    public static CanFrame Data(bool isExtended, byte source, byte destination, int priority, int sequence, ReadOnlySpan<byte> content)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxLength];
        data.Fill(0xFF);
        data[0] = (byte)sequence;
        content.CopyTo(data[1..]);
        return new(new J1939Id(priority, isExtended ? J1939Pgn.ExtendedTransportData : J1939Pgn.TransportData, source, destination).ToCanId(), data);
    }

    /// <summary>A three-byte number, least significant byte first.</summary>
    public static int Read24(ReadOnlySpan<byte> data) => data[0] | data[1] << 8 | data[2] << 16;
}
