namespace RxCan.Tests.Frames;

/// <summary>
/// A frame as sent over the wire, bit by bit as text, with CRC, stuff count and stuff bits: ISO 11898-1:2015 written as naively as
/// possible, for comparison with <see cref="CanFrameBits"/>.
/// </summary>
internal static class BitSequence
{
    private const string AfterCrc = "1" + "01" + "1111111" + "111"; // CRC delimiter, ACK, end of frame, intermission

    public static (int Nominal, int Data) Count(CanFrame frame)
    {
        var (nominal, data) = Of(frame);
        return (nominal.Length, data.Length);
    }

    /// <summary>The bits before and after the data phase, and those of the data phase.</summary>
    public static (string Nominal, string Data) Of(CanFrame frame)
    {
        var id = Bits(frame.Id.Value, frame.Id.IsExtended ? 29 : 11);
        var remote = frame.IsRemote ? "1" : "0";
        var arbitration = "0" + (frame.Id.IsExtended ? id[..11] + "11" + id[11..] + remote : id + remote + "0");
        var payload = string.Concat(frame.Data.ToArray().Select(b => Bits(b, 8)));
        if (!frame.IsFd)
        {
            var content = arbitration + (frame.Id.IsExtended ? "00" : "0") + Bits((uint)frame.Dlc, 4) + payload;
            return (Stuffed(content + Crc(content, 15, 0x4599, 0)) + AfterCrc, "");
        }

        arbitration += "10" + (frame.BitRateSwitch ? "1" : "0");
        var unstuffed = arbitration + (frame.ErrorStateIndicator ? "1" : "0") + Bits((uint)frame.Dlc, 4) + payload;
        var stuffed = WithoutStuffBitAtEnd(unstuffed); // the first of the CRC field replaces it
        var stuffBits = stuffed.Length - unstuffed.Length;
        var gray = (stuffBits % 8) ^ ((stuffBits % 8) >> 1);
        var stuffCount = Bits((uint)gray, 3) + (int.PopCount(gray) % 2);
        var covered = stuffed + stuffCount;
        var crc = frame.Length <= 16 ? Crc(covered, 17, 0x1685B, 1 << 16) : Crc(covered, 21, 0x102899, 1 << 20);
        var crcField = "";
        var previous = stuffed[^1];
        foreach (var group in (stuffCount + crc).Chunk(4))
        {
            crcField += (previous == '0' ? "1" : "0") + new string(group);
            previous = group[^1];
        }

        var head = WithoutStuffBitAtEnd(arbitration); // BRS differs from the bit before it, or the rate does not change
        return frame.BitRateSwitch
            ? (head + AfterCrc[1..], stuffed[head.Length..] + crcField + AfterCrc[..1])
            : (stuffed + crcField + AfterCrc, "");
    }

    public static string Crc(string bits, int width, int polynomial, int start)
    {
        var crc = start;
        foreach (var bit in bits)
        {
            var flip = (bit == '1') ^ ((crc >> (width - 1)) == 1);
            crc = (crc << 1) & ((1 << width) - 1);
            if (flip)
                crc ^= polynomial;
        }

        return Bits((uint)crc, width);
    }

    public static string Bits(uint value, int count) => Convert.ToString(value, 2).PadLeft(count, '0');

    private static string Stuffed(string bits)
    {
        var stuffed = "";
        foreach (var bit in bits)
        {
            stuffed += bit;
            if (stuffed.EndsWith("00000", StringComparison.Ordinal))
                stuffed += "1";
            else if (stuffed.EndsWith("11111", StringComparison.Ordinal))
                stuffed += "0";
        }

        return stuffed;
    }

    private static string WithoutStuffBitAtEnd(string bits) => Stuffed(bits[..^1]) + bits[^1];
}
