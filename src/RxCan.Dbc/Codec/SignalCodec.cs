using System.Buffers.Binary;

namespace RxCan.Dbc.Codec;

/// <summary>Reads and writes the bits of a signal, with all that can be computed beforehand.</summary>
internal sealed partial class SignalCodec
{
    private const int WordBytes = 8;
    private const int WordBits = 64;

    // Conditions that lead to more checks than this are no multiplexing that anybody means: evaluating them would take too long.
    private const int MaxChecks = 1000;

    private readonly int _firstByte;
    private readonly int _lastByte;
    private readonly int _shift;
    private readonly ulong _mask;

    // Eight bytes that hold the signal, and where they end: at its last byte, if there are so many before it.
    private readonly int _word;
    private readonly int _wordEnd;
    private readonly int _wordShift;

    private readonly bool _isMotorola;
    private readonly DbcSignalKind _kind;
    private readonly int _unused;
    private readonly double _factor;
    private readonly double _offset;
    private readonly Condition[] _conditions;
    private readonly int _checks = 1;

    public SignalCodec(DbcSignal signal)
    {
        Signal = signal;
        (_kind, _factor, _offset) = (signal.Kind, signal.Factor, signal.Offset);
        _isMotorola = signal.ByteOrder == CanByteOrder.Motorola;
        _conditions = [.. signal.Multiplexing.Select(condition => new Condition(condition.Multiplexer.Codec, condition))];
        foreach (var condition in _conditions)
        {
            Depth = Math.Max(Depth, condition.Multiplexer.Depth + 1);
            _checks = Math.Min(_checks + condition.Multiplexer._checks, MaxChecks + 1);
        }

        if (signal.Length > WordBits)
        {
            (_wordEnd, RequiredLength) = (int.MaxValue, int.MaxValue);
            return;
        }

        var last = signal.FirstBit + signal.Length - 1;
        (_firstByte, _lastByte) = (signal.FirstBit / 8, last / 8);
        RequiredLength = _lastByte + 1;
        _unused = WordBits - signal.Length;
        _mask = ulong.MaxValue >> _unused;
        _shift = _isMotorola ? 7 - (last % 8) : signal.FirstBit % 8;
        _word = Math.Max(0, RequiredLength - WordBytes);
        _wordEnd = _firstByte >= _word ? _word + WordBytes : int.MaxValue; // it may take nine bytes
        _wordShift = _shift + (8 * (_isMotorola ? _word + WordBytes - 1 - _lastByte : _firstByte - _word));
        StartBits = FindStart();
    }

    public DbcSignal Signal { get; }

    /// <summary>The position among the signals of its message.</summary>
    public int Index { get; set; }

    /// <summary>How many multiplexers select each other before it; 0 if it is always there.</summary>
    public int Depth { get; }

    /// <summary>The number of bytes that data must have to hold it; more than there can be, if it is not a number.</summary>
    public int RequiredLength { get; }

    /// <summary>The conditions of a multiplexed signal: it is there if one of them is met.</summary>
    public ReadOnlySpan<Condition> Conditions => _conditions;

    /// <summary>Reads the bits; false if they are not all there, or the multiplexer selects other signals.</summary>
    public bool TryDecode(ReadOnlySpan<byte> data, out ulong bits)
    {
        if (_conditions.Length == 0 || IsSelected(data))
            return TryRead(data, out bits);
        bits = 0;
        return false;
    }

    /// <summary>Whether the multiplexers, if it has any, have values that select it.</summary>
    public bool IsSelected(ReadOnlySpan<byte> data)
    {
        if (_checks > MaxChecks)
            return false;
        foreach (var condition in _conditions)
        {
            if (condition.IsMet(data))
                return true;
        }

        return _conditions.Length == 0;
    }

    /// <summary>Reads the bits, whatever the multiplexer's value; false if they are not all there.</summary>
    public bool TryRead(ReadOnlySpan<byte> data, out ulong bits)
    {
        if (data.Length < _wordEnd)
            return TryReadBytes(data, out bits);
        var word = data.Slice(_word, WordBytes);
        bits = (_isMotorola ? BinaryPrimitives.ReadUInt64BigEndian(word) : BinaryPrimitives.ReadUInt64LittleEndian(word)) >> _wordShift & _mask;
        return true;
    }

    /// <summary>Writes the bits, and leaves all others unchanged.</summary>
    /// <param name="bits">Not more than the signal has.</param>
    /// <param name="data">At least <see cref="RequiredLength"/> bytes.</param>
    public void Write(ulong bits, Span<byte> data)
    {
        var field = (UInt128)bits << _shift;
        var mask = (UInt128)_mask << _shift;
        for (var i = _firstByte; i <= _lastByte; i++)
        {
            var at = _isMotorola ? _lastByte - (i - _firstByte) : i;
            data[at] = (byte)((data[at] & ~(byte)mask) | (byte)field);
            field >>= 8;
            mask >>= 8;
        }
    }

    /// <summary>The number that bits mean, without factor and offset: the bits themselves, if it is a floating-point number.</summary>
    public long Raw(ulong bits) => _kind == DbcSignalKind.Signed ? (long)(bits << _unused) >> _unused : (long)bits;

    /// <summary>The value that bits mean.</summary>
    public double Value(ulong bits) => (Number(bits) * _factor) + _offset;

    /// <summary>The exact value, if it is an integer, with no factor and no offset.</summary>
    public bool TryGetInteger(ulong bits, out Int128 value)
    {
        value = _kind == DbcSignalKind.Signed ? Raw(bits) : bits;
        return _kind < DbcSignalKind.Float && _factor == 1 && _offset == 0;
    }

    /// <summary>The name of the value that bits mean; null if it has none.</summary>
    public string? Name(ulong bits)
    {
        if (Signal.Values is not { } values)
            return null;
        var raw = Raw(bits);
        if (_kind >= DbcSignalKind.Float)
        {
            var number = Number(bits);
            raw = (long)number;
            if (raw != number)
                return null;
        }

        return values.TryGetName(raw, out var name) ? name : null;
    }

    private double Number(ulong bits) => _kind switch
    {
        DbcSignalKind.Unsigned => bits,
        DbcSignalKind.Signed => Raw(bits),
        DbcSignalKind.Float => BitConverter.UInt32BitsToSingle((uint)bits),
        _ => BitConverter.UInt64BitsToDouble(bits),
    };

    private bool TryReadBytes(ReadOnlySpan<byte> data, out ulong bits)
    {
        bits = 0;
        if (data.Length < RequiredLength)
            return false;
        UInt128 field = 0;
        for (var i = _firstByte; i <= _lastByte; i++)
            field = field << 8 | data[_isMotorola ? i : _lastByte - (i - _firstByte)];
        bits = (ulong)(field >> _shift) & _mask;
        return true;
    }

    /// <summary>One of the conditions of a multiplexed signal.</summary>
    internal sealed class Condition(SignalCodec multiplexer, DbcMultiplexing multiplexing)
    {
        public SignalCodec Multiplexer => multiplexer;

        public ulong FirstValue => multiplexing.Values[0].First;

        public bool IsMet(ReadOnlySpan<byte> data) => multiplexer.TryDecode(data, out var value) && multiplexing.Selects(value);

        public override string ToString() =>
            $"{multiplexer.Signal.Name} is {string.Join(", ", multiplexing.Values.Select(range => range.First == range.Last ? $"{range.First}" : range.ToString()))}";
    }
}
