using System.Buffers.Binary;
using RxCan.Dbc.Codec;

namespace RxCan.Dbc;

/// <summary>
/// The counter and the checksum of a message. A periodic message is given to the broadcast manager as the sequence of all counts, so the kernel
/// counts, too.
/// </summary>
public sealed class MessageProtection
{
    /// <summary>The largest number of counts: the frames of a sequence (<c>MAX_NFRAMES</c> of net/can/bcm.c).</summary>
    public const int MaxCounts = 256;

    /// <summary>Protection by a function.</summary>
    /// <param name="counts">The number of counts, 1 to <see cref="MaxCounts"/>; the count after the last one is 0 again.</param>
    /// <param name="protect">Makes the frame of a count, with the identifier and the length of the frame that it is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of counts is out of range.</exception>
    public MessageProtection(int counts, Func<CanFrame, int, CanFrame> protect)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(counts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counts, MaxCounts);
        ArgumentNullException.ThrowIfNull(protect);
        (Counts, Protect) = (counts, protect);
    }

    /// <summary>The number of counts.</summary>
    public int Counts { get; }

    /// <summary>Makes the frame of a count.</summary>
    public Func<CanFrame, int, CanFrame> Protect { get; }

    /// <summary>A counter without a checksum: the raw value of a signal, from 0 to the largest one.</summary>
    /// <param name="counter">The signal, an integer of 1 to 8 bits.</param>
    /// <exception cref="ArgumentException">The signal is of another kind.</exception>
    public static MessageProtection Counter(DbcSignal counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        if (counter.Length > 8)
            throw new ArgumentException($"{counter} has {counter.Length} bits, but a counter has 1 to 8.", nameof(counter));
        var sign = counter.Kind == DbcSignalKind.Signed ? 1 << (counter.Length - 1) : 0;
        return new(1 << counter.Length, (frame, count) => counter.Encode(SignalValue.Raw((count ^ sign) - sign), frame));
    }

    /// <summary>
    /// End-to-end protection profile 1 of AUTOSAR, variant 1A: the checksum in byte 0, a counter from 0 to 14 in the low half of byte 1.
    /// </summary>
    /// <param name="dataId">The data id, both bytes of which are in the checksum.</param>
    /// <remarks>
    /// Source: AUTOSAR E2E Protocol Specification (PRS_E2EProtocol), profile 1: CRC-8 with the polynomial 0x1D, start value and XOR value 0, over
    /// the data id, low byte first, and the data without the checksum. Frames of fewer than 2 bytes stay as they are.
    /// </remarks>
    public static MessageProtection AutosarProfile1(ushort dataId) => new(15, (frame, count) => Changed(frame, 2, data =>
    {
        data[1] = (byte)((data[1] & 0xF0) | count);
        var crc = Crc.Add8(Crc.Add8(0, (byte)dataId), (byte)(dataId >> 8));
        foreach (var value in data[1..])
            crc = Crc.Add8(crc, value);
        data[0] = crc;
    }));

    /// <summary>End-to-end protection profile 5 of AUTOSAR: the checksum in bytes 0 and 1, the low one first, a counter of 8 bits in byte 2.</summary>
    /// <param name="dataId">The data id, which is in the checksum.</param>
    /// <remarks>
    /// Source: AUTOSAR E2E Protocol Specification (PRS_E2EProtocol), profile 5 with offset 0: CRC-16/CCITT-FALSE over the data without the checksum,
    /// and the data id, low byte first. Frames of fewer than 3 bytes stay as they are.
    /// </remarks>
    public static MessageProtection AutosarProfile5(ushort dataId) => new(256, (frame, count) => Changed(frame, 3, data =>
    {
        data[2] = (byte)count;
        ushort crc = 0xFFFF;
        foreach (var value in data[2..])
            crc = Crc.Add16(crc, value);
        crc = Crc.Add16(Crc.Add16(crc, (byte)dataId), (byte)(dataId >> 8));
        BinaryPrimitives.WriteUInt16LittleEndian(data, crc);
    }));

    private static CanFrame Changed(CanFrame frame, int minLength, Action<Span<byte>> change)
    {
        if (frame.Data.Length < minLength)
            return frame;
        Span<byte> data = stackalloc byte[CanFrame.MaxFdLength];
        data = data[..frame.Data.Length];
        frame.Data.CopyTo(data);
        change(data);
        return frame.WithData(data);
    }
}
