namespace RxCan.Dbc.Generator;

/// <summary>Where a signal is in words of 64 bits, of which the first byte is the lowest, and the code that reads and writes it there.</summary>
internal sealed class SignalBits
{
    private const int WordBits = 64;

    private readonly int _first;
    private readonly int _length;
    private readonly bool _isMotorola;

    public SignalBits(DbcSignal signal)
    {
        (_first, _length) = (signal.FirstBit, signal.Length);
        _isMotorola = signal.ByteOrder == CanByteOrder.Motorola;
        if (_isMotorola && _first / 8 == LastBit / 8)
        {
            // In one byte, the order makes no difference, and this one needs no swap.
            _first = (_first & ~7) + 7 - (LastBit & 7);
            _isMotorola = false;
        }
    }

    /// <summary>The number of bytes that hold it.</summary>
    public int RequiredLength => (LastBit / 8) + 1;

    public ulong Mask => ulong.MaxValue >> (WordBits - _length);

    private int LastBit => _first + _length - 1;

    private int Word => _first / WordBits;

    private int Shift => _first % WordBits;

    private bool IsInOneWord => Shift + _length <= WordBits;

    /// <summary>The bits as a number without sign, of type <c>ulong</c>.</summary>
    public string Unsigned(Func<int, string> word)
    {
        var rest = WordBits - Shift - _length;
        string bits;
        bool isMasked;
        if (!_isMotorola)
        {
            bits = IsInOneWord
                ? Shifted(word(Word), ">>", Shift)
                : $"({word(Word)} >> {Shift} | {word(Word + 1)} << {WordBits - Shift})";
            isMasked = rest == 0;
        }
        else
        {
            bits = IsInOneWord
                ? Shifted(Swapped(word(Word)), ">>", rest)
                : $"({Swapped(word(Word))} << {-rest} | {Swapped(word(Word + 1))} >> {WordBits + rest})";
            isMasked = IsInOneWord && Shift == 0;
        }

        return isMasked || _length == WordBits ? bits : $"({bits} & {Literal.Hex(Mask)})";
    }

    /// <summary>The bits as a two's complement number, of type <c>long</c>.</summary>
    public string Signed(Func<int, string> word)
    {
        var rest = WordBits - Shift - _length;
        var top = !IsInOneWord ? Shifted(Unsigned(word), "<<", WordBits - _length)
            : _isMotorola ? Shifted(Swapped(word(Word)), "<<", Shift)
            : Shifted(word(Word), "<<", rest);
        return $"(unchecked((long){top}) >> {WordBits - _length})";
    }

    /// <summary>The statements that write a number of type <c>ulong</c>, whose bits above the signal's do not matter.</summary>
    public IEnumerable<string> Assignments(Func<int, string> word, string number)
    {
        var rest = WordBits - Shift - _length;
        if (!_isMotorola)
        {
            yield return Assignment(word(Word), Mask << Shift, Shifted(number, "<<", Shift));
            if (!IsInOneWord)
                yield return Assignment(word(Word + 1), Mask >> (WordBits - Shift), Shifted(number, ">>", WordBits - Shift));
        }
        else if (IsInOneWord)
        {
            yield return SwappedAssignment(word(Word), Mask << rest, Shifted(number, "<<", rest));
        }
        else
        {
            yield return SwappedAssignment(word(Word), Mask >> -rest, Shifted(number, ">>", -rest));
            yield return SwappedAssignment(word(Word + 1), Mask << (WordBits + rest), Shifted(number, "<<", WordBits + rest));
        }
    }

    /// <summary>The bits in words as a number.</summary>
    public ulong Read(ulong[] words)
    {
        ulong number = 0;
        for (var i = 0; i < _length; i++)
            number |= (words[Position(i) / WordBits] >> (Position(i) % WordBits) & 1) << i;
        return number;
    }

    /// <summary>Sets the bits of a number in words.</summary>
    public void Write(ulong number, ulong[] words)
    {
        for (var i = 0; i < _length; i++)
        {
            var bit = Position(i);
            var mask = 1UL << (bit % WordBits);
            words[bit / WordBits] = (number >> i & 1) != 0 ? words[bit / WordBits] | mask : words[bit / WordBits] & ~mask;
        }
    }

    private int Position(int bit) => _isMotorola ? (LastBit - bit) ^ 7 : _first + bit;

    private static string Shifted(string value, string shift, int count) => count == 0 ? value : $"({value} {shift} {count})";

    private static string Swapped(string value) => $"global::System.Buffers.Binary.BinaryPrimitives.ReverseEndianness({value})";

    private static string Assignment(string word, ulong mask, string bits) =>
        mask == ulong.MaxValue ? $"{word} = {bits};" : $"{word} = {word} & {Literal.Hex(~mask)} | {bits} & {Literal.Hex(mask)};";

    private static string SwappedAssignment(string word, ulong mask, string bits) => mask == ulong.MaxValue
        ? $"{word} = {Swapped(bits)};"
        : $"{word} = {word} & {Literal.Hex(~Reverse(mask))} | {Swapped($"{bits} & {Literal.Hex(mask)}")};";

    private static ulong Reverse(ulong word)
    {
        ulong reversed = 0;
        for (var i = 0; i < WordBits; i += 8)
            reversed = reversed << 8 | (word >> i & 0xFF);
        return reversed;
    }
}
