namespace RxCan;

/// <summary>
/// The bits of a frame on the wire, from start of frame to the end of the intermission (3 bits), with stuff bits. The bits of a CAN
/// FD frame's data phase are counted separately: with BRS they use the higher bit rate.
/// </summary>
/// <remarks>
/// Source: ISO 11898-1:2015, clauses 10.4 (frame formats) and 10.5 (stuffing). The rate switches within the BRS bit and back within the CRC
/// delimiter; the parts of these two bits add up to one bit at each rate, wherever the sample points are. So BRS counts as nominal and
/// the delimiter as data.
/// </remarks>
/// <param name="Nominal">Bits at the nominal bit rate: all bits of a classic frame, and of a CAN FD frame without BRS.</param>
/// <param name="Data">Bits at the data bit rate.</param>
public readonly record struct CanFrameBits(int Nominal, int Data)
{
    private const int EndBits = 3 + 7 + 3; // CRC delimiter, ACK slot and delimiter; end of frame; intermission
    private const int Crc15Bits = 15;
    private const uint Crc15Polynomial = 0x4599;

    /// <summary>All bits.</summary>
    public int Total => Nominal + Data;

    /// <summary>The bits of a frame with the exact stuff bits of its content.</summary>
    /// <param name="frame">A data or remote frame.</param>
    /// <exception cref="ArgumentException">It is an error frame: a report from the controller, not a frame on the wire.</exception>
    public static CanFrameBits Of(in CanFrame frame)
    {
        ThrowIfError(frame);
        var sequence = default(BitSequence);
        sequence.AddArbitration(frame);
        if (frame.IsFd)
        {
            sequence.Add(0b100u | (frame.BitRateSwitch ? 1u : 0), 3); // FDF, res, BRS
            var arbitration = sequence.Length;
            sequence.Add((frame.ErrorStateIndicator ? 1u << 4 : 0) | (uint)frame.Dlc, 5);
            sequence.Add(frame.Data);
            return Split(frame, arbitration, sequence.Length - arbitration);
        }

        sequence.Add((uint)frame.Dlc, frame.Id.IsExtended ? 6 : 5); // reserved bits and DLC
        sequence.Add(frame.Data);
        sequence.Add(sequence.Crc, Crc15Bits);
        return new(sequence.LengthWithLastStuffBit + EndBits, 0);
    }

    /// <summary>
    /// The maximum for any frame of the same kind, format and length: a stuff bit after the first five bits and after every four more, as
    /// in schedulability analysis and <c>can_frame_bits()</c> of linux/can/length.h.
    /// </summary>
    /// <param name="frame">A data or remote frame.</param>
    /// <exception cref="ArgumentException">It is an error frame: a report from the controller, not a frame on the wire.</exception>
    public static CanFrameBits WorstCase(in CanFrame frame)
    {
        ThrowIfError(frame);
        var arbitration = frame.Id.IsExtended ? 33 : 14; // start of frame to IDE (standard) or RTR (extended)
        var data = 8 * frame.Data.Length;
        if (!frame.IsFd)
        {
            var stuffed = arbitration + (frame.Id.IsExtended ? 6 : 5) + data + Crc15Bits;
            return new(stuffed + MaxStuffBits(stuffed) + EndBits, 0);
        }

        arbitration += 3; // FDF, res, BRS
        data += 5; // ESI, DLC
        var inArbitration = MaxStuffBits(arbitration);
        return Split(frame, arbitration + inArbitration, data + MaxStuffBits(arbitration + data) - inArbitration);
    }

    /// <summary>How long these bits take, to the nearest 100 ns.</summary>
    /// <param name="bitrate">The nominal bit rate in bit/s.</param>
    /// <param name="dataBitrate">The data bit rate in bit/s; the nominal one if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bit rate is zero or negative.</exception>
    public TimeSpan Duration(int bitrate, int? dataBitrate = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bitrate);
        Int128 fast = dataBitrate ?? bitrate;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dataBitrate ?? bitrate, nameof(dataBitrate));
        var ticksTimesRates = ((Nominal * fast) + ((Int128)Data * bitrate)) * TimeSpan.TicksPerSecond;
        var rates = bitrate * fast;
        return new((long)((ticksTimesRates + (rates / 2)) / rates));
    }

    /// <summary>
    /// Adds what follows the dynamically stuffed part of a CAN FD frame. Its stuff bits are at fixed positions, so the values of stuff
    /// count and CRC do not matter. The first of them follows the last data bit, whether or not five equal bits require one.
    /// </summary>
    private static CanFrameBits Split(in CanFrame frame, int arbitration, int data)
    {
        const int stuffCount = 4, delimiter = 1;
        var crc = frame.Length > 16 ? 21 : 17;
        var fixedStuffBits = 1 + ((stuffCount + crc) / 4);
        data += stuffCount + crc + fixedStuffBits + delimiter;
        var nominal = arbitration + EndBits - delimiter;
        return frame.BitRateSwitch ? new(nominal, data) : new(nominal + data, 0);
    }

    private static int MaxStuffBits(int bits) => (bits - 1) / 4;

    private static void ThrowIfError(in CanFrame frame)
    {
        if (frame.IsError)
            throw new ArgumentException("An error frame is a report from the controller: it has no countable bits on the wire.", nameof(frame));
    }

    /// <summary>Counts the bits of a frame as they are sent, with stuff bits, and computes the CRC-15 of the others.</summary>
    private struct BitSequence
    {
        private int _run;
        private uint _last;

        public int Length { get; private set; }

        public uint Crc { get; private set; }

        /// <summary>The length, with the stuff bit that five equal bits at the very end require.</summary>
        public readonly int LengthWithLastStuffBit => _run == 5 ? Length + 1 : Length;

        /// <summary>From start of frame to IDE (standard) or RTR (extended).</summary>
        public void AddArbitration(in CanFrame frame)
        {
            Add(0, 1);
            var remote = frame.IsRemote ? 1u : 0;
            var id = frame.Id.Value;
            if (frame.Id.IsExtended)
            {
                Add(id >> 18, 11);
                Add(0b11, 2); // SRR, IDE
                Add(id & 0x3FFFF, 18);
                Add(remote, 1);
            }
            else
            {
                Add(id, 11);
                Add(remote << 1, 2); // RTR, IDE
            }
        }

        public void Add(ReadOnlySpan<byte> data)
        {
            foreach (var b in data)
                Add(b, 8);
        }

        public void Add(uint bits, int count)
        {
            while (--count >= 0)
            {
                var bit = (bits >> count) & 1;
                if (_run == 5)
                {
                    _last ^= 1;
                    _run = 1;
                    Length++;
                }

                _run = _run > 0 && bit == _last ? _run + 1 : 1;
                _last = bit;
                Length++;
                var overflow = (Crc >> (Crc15Bits - 1)) ^ bit;
                Crc = ((Crc << 1) ^ (overflow * Crc15Polynomial)) & 0x7FFF;
            }
        }
    }
}
