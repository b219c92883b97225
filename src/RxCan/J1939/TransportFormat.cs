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

    /// <summary>How often one packet may be asked for again.</summary>
    public const int MaxRetransmits = 2;

    /// <summary>Between the data packets, as the receiver has it.</summary>
    public static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(750);

    /// <summary>From clear to send to the first data packet, as the receiver has it.</summary>
    public static readonly TimeSpan T2 = TimeSpan.FromMilliseconds(1250);

    /// <summary>From the last data packet to the next clear to send or the end, as the sender has it.</summary>
    public static readonly TimeSpan T3 = TimeSpan.FromMilliseconds(1250);

    /// <summary>From one clear to send that holds to the next, as the sender has it.</summary>
    public static readonly TimeSpan T4 = TimeSpan.FromMilliseconds(1050);

    /// <summary>From one clear to send that holds to the next, as the receiver keeps it.</summary>
    public static readonly TimeSpan Th = TimeSpan.FromMilliseconds(500);

    public static int Packets(int length) => (length + PacketLength - 1) / PacketLength;

    /// <summary>A connection management frame: a code, what belongs to it, and the parameter group.</summary>
    public static CanFrame Control(in J1939Id id, J1939Pgn pgn, params ReadOnlySpan<byte> content)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxLength];
        data.Fill(0xFF);
        content.CopyTo(data);
        pgn.Write(data[5..]);
        return new(id.ToCanId(), data);
    }

    public static J1939Id ControlId(bool isExtended, byte source, byte destination, int priority) =>
        new(priority, isExtended ? J1939Pgn.ExtendedTransportControl : J1939Pgn.TransportControl, source, destination);

    public static CanFrame AbortFrame(bool isExtended, byte source, byte destination, int priority, J1939Pgn pgn, J1939AbortReason reason) =>
        Control(ControlId(isExtended, source, destination, priority), pgn, Abort, (byte)reason);

    public static CanFrame Data(bool isExtended, byte source, byte destination, int priority, int sequence, ReadOnlySpan<byte> content)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxLength];
        data.Fill(0xFF);
        data[0] = (byte)sequence;
        content.CopyTo(data[1..]);
        return new(new J1939Id(priority, isExtended ? J1939Pgn.ExtendedTransportData : J1939Pgn.TransportData, source, destination).ToCanId(), data);
    }

    /// <summary>A number of three bytes, least significant first.</summary>
    public static int Read24(ReadOnlySpan<byte> data) => data[0] | data[1] << 8 | data[2] << 16;
}
