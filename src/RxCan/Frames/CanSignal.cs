using System.Globalization;

namespace RxCan;

/// <summary>
/// Where in a frame's data a number is, and what it means, like the line <c>SG_ Name : 0|12@0- (0.01,250)</c> of a CAN database (DBC):
/// start bit, length, byte order, sign, factor and offset. Bit 0 is the least significant bit of byte 0, bit 8 that of byte 1.
/// </summary>
public sealed record CanSignal
{
    private readonly int _firstByte;
    private readonly int _lastByte;
    private readonly int _shift;

    /// <summary>Creates a signal.</summary>
    /// <param name="startBit">DBC's start bit: the lowest bit of an Intel signal, the highest bit of a Motorola signal.</param>
    /// <param name="length">The length in bits, 1 to 64.</param>
    /// <param name="byteOrder">The order of its bits.</param>
    /// <param name="isSigned">Whether it is a two's complement number (DBC's <c>-</c>).</param>
    /// <param name="factor">The value of one step, in the unit of the value; not zero.</param>
    /// <param name="offset">The value for a raw zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The signal does not fit into the 64 bytes of a CAN FD frame, its length is not 1 to 64 bits, or its factor or offset is not a finite
    /// number.
    /// </exception>
    public CanSignal(
        int startBit, int length, CanByteOrder byteOrder = CanByteOrder.Intel, bool isSigned = false, double factor = 1, double offset = 0)
    {
        const int bits = 8 * CanFrame.MaxFdLength;
        if (startBit is < 0 or >= bits)
            throw new ArgumentOutOfRangeException(nameof(startBit), startBit, $"The start bit must be 0 to {bits - 1}.");
        if (length is < 1 or > 64)
            throw new ArgumentOutOfRangeException(nameof(length), length, "The length must be 1 to 64 bits.");
        if (!Enum.IsDefined(byteOrder))
            throw new ArgumentOutOfRangeException(nameof(byteOrder), byteOrder, "The byte order must be Intel or Motorola.");
        if (factor == 0 || !double.IsFinite(factor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must be a finite number other than zero.");
        if (!double.IsFinite(offset))
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must be a finite number.");

        // Motorola signals count from the highest bit of each byte.
        var first = byteOrder == CanByteOrder.Intel ? startBit : startBit ^ 7;
        var last = first + length - 1;
        if (last >= bits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"A {byteOrder} signal of {length} bits from bit {startBit} does not fit into {CanFrame.MaxFdLength} bytes.");
        }

        (StartBit, Length, ByteOrder, IsSigned, Factor, Offset) = (startBit, length, byteOrder, isSigned, factor, offset);
        (_firstByte, _lastByte) = (first / 8, last / 8);
        _shift = byteOrder == CanByteOrder.Intel ? first % 8 : 7 - (last % 8);
    }

    /// <summary>DBC's start bit.</summary>
    public int StartBit { get; }

    /// <summary>The length in bits, 1 to 64.</summary>
    public int Length { get; }

    /// <summary>The order of the bits.</summary>
    public CanByteOrder ByteOrder { get; }

    /// <summary>Whether it is a two's complement number.</summary>
    public bool IsSigned { get; }

    /// <summary>The value of one step, in the unit of the value.</summary>
    public double Factor { get; }

    /// <summary>The value for a raw zero.</summary>
    public double Offset { get; }

    /// <summary>The number of data bytes that a frame must have to hold it.</summary>
    public int RequiredLength => _lastByte + 1;

    /// <summary>The smallest value that it can hold.</summary>
    public double Minimum => Math.Min(Value(LowestRaw), Value(HighestRaw));

    /// <summary>The largest value that it can hold.</summary>
    public double Maximum => Math.Max(Value(LowestRaw), Value(HighestRaw));

    private double LowestRaw => IsSigned ? -Math.Pow(2, Length - 1) : 0;

    private double HighestRaw => Math.Pow(2, IsSigned ? Length - 1 : Length) - 1;

    private ulong Bits => ulong.MaxValue >> (64 - Length);

    /// <summary>The value in some data.</summary>
    /// <param name="data">At least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public double Decode(ReadOnlySpan<byte> data)
    {
        var raw = DecodeRaw(data);
        return Value(IsSigned ? raw : (ulong)raw);
    }

    /// <summary>The value in a frame.</summary>
    /// <param name="frame">A data frame of at least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentException">It has fewer bytes.</exception>
    public double Decode(in CanFrame frame) => Decode(frame.Data);

    /// <summary>The value in a frame, if the frame has it.</summary>
    /// <param name="frame">Any frame.</param>
    /// <param name="value">The value.</param>
    /// <returns>False for an error or remote frame, and for one with less than <see cref="RequiredLength"/> bytes.</returns>
    public bool TryDecode(in CanFrame frame, out double value)
    {
        var isIn = IsIn(frame);
        value = isIn ? Decode(frame) : default;
        return isIn;
    }

    /// <summary>The number in some data, without factor and offset. A signal of 64 unsigned bits is returned as the <see cref="long"/> with the same bits.</summary>
    /// <param name="data">At least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public long DecodeRaw(ReadOnlySpan<byte> data)
    {
        ThrowIfTooShort(data.Length, nameof(data));
        UInt128 field = 0;
        if (ByteOrder == CanByteOrder.Intel)
        {
            for (var i = _lastByte; i >= _firstByte; i--)
                field = (field << 8) | data[i];
        }
        else
        {
            for (var i = _firstByte; i <= _lastByte; i++)
                field = (field << 8) | data[i];
        }

        var raw = (ulong)(field >> _shift) & Bits;
        return IsSigned ? (long)(raw << (64 - Length)) >> (64 - Length) : (long)raw;
    }

    /// <summary>Writes a value into data, rounded to the nearest step, and leaves all other bits unchanged.</summary>
    /// <param name="value">From <see cref="Minimum"/> to <see cref="Maximum"/>.</param>
    /// <param name="data">At least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value does not fit.</exception>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public void Encode(double value, Span<byte> data)
    {
        var raw = Math.Round((value - Offset) / Factor);
        // Neither the limits of a long signal nor the way to them are exact in a double.
        if (!(raw >= LowestRaw && raw <= HighestRaw) && !(value >= Minimum && value <= Maximum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), value, string.Create(CultureInfo.InvariantCulture, $"{value} does not fit into {this}: write {Minimum} to {Maximum}."));
        }

        var unused = 64 - Length;
        Write(IsSigned ? (ulong)Math.Clamp((long)raw, long.MinValue >> unused, long.MaxValue >> unused) : Math.Min((ulong)raw, Bits), data);
    }

    /// <summary>A frame with a value written into its data; see <see cref="Encode(double, Span{byte})"/>.</summary>
    /// <param name="value">From <see cref="Minimum"/> to <see cref="Maximum"/>.</param>
    /// <param name="frame">A data frame of at least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value does not fit.</exception>
    /// <exception cref="ArgumentException">The frame has fewer bytes.</exception>
    public CanFrame Encode(double value, in CanFrame frame)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxFdLength];
        data = data[..frame.Data.Length];
        frame.Data.CopyTo(data);
        Encode(value, data);
        return frame.WithData(data);
    }

    /// <summary>Writes a number into data, without factor and offset, and leaves all other bits unchanged.</summary>
    /// <param name="raw">A number that fits into the signal's bits; for 64 unsigned bits, the <see cref="long"/> with the same bits.</param>
    /// <param name="data">At least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number does not fit.</exception>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public void EncodeRaw(long raw, Span<byte> data)
    {
        var excess = IsSigned ? raw >> (Length - 1) : (long)((ulong)raw & ~Bits);
        if (excess != 0 && !(IsSigned && excess == -1))
            throw new ArgumentOutOfRangeException(nameof(raw), raw, $"{raw} does not fit into {(IsSigned ? "a signed" : "an unsigned")} signal of {Length} bits.");
        Write((ulong)raw, data);
    }

    /// <summary>As DBC writes it, such as <c>0|12@0- (0.01,250)</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{StartBit}|{Length}@{(ByteOrder == CanByteOrder.Intel ? 1 : 0)}{(IsSigned ? '-' : '+')} ({Factor},{Offset})");

    internal bool IsIn(in CanFrame frame) => !frame.IsError && frame.Data.Length >= RequiredLength;

    private double Value(double raw) => (raw * Factor) + Offset;

    private void Write(ulong raw, Span<byte> data)
    {
        ThrowIfTooShort(data.Length, nameof(data));
        var field = (UInt128)(raw & Bits) << _shift;
        var mask = (UInt128)Bits << _shift;
        for (var i = _firstByte; i <= _lastByte; i++)
        {
            var at = ByteOrder == CanByteOrder.Intel ? i : _lastByte - (i - _firstByte);
            data[at] = (byte)((data[at] & ~(byte)mask) | (byte)field);
            field >>= 8;
            mask >>= 8;
        }
    }

    private void ThrowIfTooShort(int length, string parameter)
    {
        if (length < RequiredLength)
            throw new ArgumentException($"The signal {this} needs {RequiredLength} bytes of data, but there are {length}.", parameter);
    }
}
