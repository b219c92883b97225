using System.Buffers.Binary;

namespace RxCan.Logs.Formats.Mdf4;

/// <summary>A number in a record: where its bits are, and what they mean. Source: ASAM MDF 4.1, 4.16 (<c>cn_data_type</c>).</summary>
internal sealed class Mdf4Number
{
    private enum Kind
    {
        Unsigned,
        UnsignedBigEndian,
        Signed,
        SignedBigEndian,
        Float,
        FloatBigEndian,

        /// <summary>No bits: the record's index.</summary>
        Virtual,
    }

    private readonly Kind _kind;
    private readonly int _byte;
    private readonly int _bit;
    private readonly int _bits;
    private readonly int _bytes;
    private readonly Mdf4Conversion? _conversion;
    private readonly long _nanoseconds; // of a unit, if they are whole

    private Mdf4Number(Kind kind, int at, int bit, int bits, Mdf4Conversion? conversion)
    {
        (_kind, _byte, _bit, _bits, _conversion) = (kind, at, bit, bits, conversion);
        _bytes = (bit + bits + 7) / 8;
        var (factor, offset) = conversion is null ? (1, 0) : conversion.Line ?? (0, 0);
        var scale = factor * 1e9;
        if (offset == 0 && scale is >= 0.5 and <= 1e12 && Math.Abs(scale - Math.Round(scale)) < 1e-6)
            _nanoseconds = (long)Math.Round(scale);
    }

    /// <summary>Reads a channel's number from its CN block; null if it is none, or lies outside the record.</summary>
    public static Mdf4Number? Read(Mdf4File file, Mdf4Block channel, int recordLength)
    {
        var data = channel.DataOf(24);
        var conversion = Mdf4Conversion.Read(file, channel.Link(4));
        if (data[0] is 3 or 6) // virtual
            return new(Kind.Virtual, 0, 0, 0, conversion);
        long at = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
        int bit = data[3];
        var kind = (Kind)data[2];
        if (kind >= Kind.Virtual || bits is 0 or > 64 || bit > 7 || at + ((bit + bits + 7) / 8) > recordLength)
            return null;
        return kind >= Kind.Float && !(bit == 0 && bits is 16 or 32 or 64) ? null : new(kind, (int)at, bit, (int)bits, conversion);
    }

    /// <summary>The value, as a whole number.</summary>
    public long Integer(ReadOnlySpan<byte> record, long index)
    {
        if (_conversion is null && _kind < Kind.Float)
            return Raw(record);
        var value = Value(record, index);
        return double.IsNaN(value) ? 0 : (long)Math.Round(Math.Clamp(value, -1e18, 1e18));
    }

    /// <summary>The value, a time in seconds, in nanoseconds: exact where the file counts whole ones.</summary>
    public long Nanoseconds(ReadOnlySpan<byte> record, long index)
    {
        if (_nanoseconds != 0 && _kind < Kind.Float)
            return (long)Int128.Clamp((Int128)(_kind <= Kind.UnsignedBigEndian ? (Int128)(ulong)Raw(record) : Raw(record)) * _nanoseconds, long.MinValue, long.MaxValue);
        var nanoseconds = _nanoseconds != 0 ? RawValue(record, index) * _nanoseconds : Value(record, index) * 1e9;
        return double.IsNaN(nanoseconds) ? 0 : (long)Math.Round(Math.Clamp(nanoseconds, -9e18, 9e18));
    }

    private double Value(ReadOnlySpan<byte> record, long index)
    {
        var raw = RawValue(record, index);
        return _conversion is null ? raw : _conversion.Apply(raw);
    }

    private double RawValue(ReadOnlySpan<byte> record, long index) => _kind switch
    {
        Kind.Virtual => index,
        Kind.Float => Float(Raw(record)),
        Kind.FloatBigEndian => Float(Raw(record)),
        Kind.Signed or Kind.SignedBigEndian => Raw(record),
        _ => (ulong)Raw(record),
    };

    private double Float(long bits) => _bits switch
    {
        64 => BitConverter.Int64BitsToDouble(bits),
        32 => BitConverter.Int32BitsToSingle((int)bits),
        _ => (double)BitConverter.Int16BitsToHalf((short)bits),
    };

    private long Raw(ReadOnlySpan<byte> record)
    {
        ulong value;
        if (_kind is Kind.UnsignedBigEndian or Kind.SignedBigEndian or Kind.FloatBigEndian)
        {
            UInt128 field = 0;
            foreach (var b in record.Slice(_byte, _bytes))
                field = (field << 8) | b;
            value = (ulong)(field >> _bit);
        }
        else if (_byte + 8 <= record.Length)
        {
            value = BinaryPrimitives.ReadUInt64LittleEndian(record[_byte..]) >> _bit;
            if (_bytes > 8)
                value |= (ulong)record[_byte + 8] << (64 - _bit);
        }
        else
        {
            value = 0;
            var bytes = record.Slice(_byte, _bytes);
            for (var i = bytes.Length - 1; i >= 0; i--)
                value = (value << 8) | bytes[i];
            value >>= _bit;
        }

        var unused = 64 - _bits;
        return _kind is Kind.Signed or Kind.SignedBigEndian ? (long)(value << unused) >> unused : (long)(value << unused >> unused);
    }
}
