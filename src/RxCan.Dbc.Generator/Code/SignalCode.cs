namespace RxCan.Dbc.Generator;

/// <summary>What a signal's property is.</summary>
internal enum SignalShape
{
    /// <summary>A <c>bool</c>: one bit.</summary>
    Bool,

    /// <summary>The enum of its value table.</summary>
    Enum,

    /// <summary>The raw integer.</summary>
    Integer,

    /// <summary>An integer with a factor or an offset that are integers.</summary>
    ScaledInteger,

    /// <summary>A <c>float</c> or <c>double</c> that is so on the bus.</summary>
    Real,

    /// <summary>A <c>double</c> with a factor or an offset.</summary>
    Scaled,
}

/// <summary>The code of a signal's property.</summary>
internal sealed class SignalCode
{
    private const string Bits = "global::RxCan.Dbc.MessageBits";
    private const int MaxInlineRanges = 32;

    private readonly SignalBits _bits;
    private readonly Func<int, string> _word;
    private readonly bool _isRangeNarrower;
    private readonly (string Lowest, string Highest) _range;
    private readonly (string Lowest, string Highest) _rawRange;

    public SignalCode(DbcSignal signal, Func<int, string> word, string? enumName, bool isBeyondMessage)
    {
        (Signal, _word, IsBeyondMessage) = (signal, word, isBeyondMessage);
        _bits = new(signal);
        Shape = ShapeOf(signal, enumName);
        (_range, _rawRange, _isRangeNarrower) = Ranges();
        RawType = signal.Kind switch
        {
            DbcSignalKind.Float => "float",
            DbcSignalKind.Double => "double",
            DbcSignalKind.Signed => signal.Length <= 32 ? "int" : "long",
            _ => signal.Length <= 31 ? "int" : signal.Length <= 63 ? "long" : "ulong",
        };
        Type = Shape switch
        {
            SignalShape.Bool => "bool",
            SignalShape.Enum => enumName!,
            SignalShape.Integer or SignalShape.Real => RawType,
            SignalShape.ScaledInteger => FitsInt(signal) ? "int" : "long",
            _ => "double",
        };
    }

    public DbcSignal Signal { get; }

    public SignalShape Shape { get; }

    /// <summary>The property's type, without a question mark.</summary>
    public string Type { get; }

    public string RawType { get; }

    /// <summary>Whether it needs a second property, of the raw number.</summary>
    public bool HasRaw => Shape is SignalShape.Scaled or SignalShape.ScaledInteger || _isRangeNarrower;

    /// <summary>Whether its last byte is beyond the message's declared length: it can be read from longer frames, and not be written.</summary>
    public bool IsBeyondMessage { get; }

    /// <summary>Whether it may be absent.</summary>
    public bool IsOptional => IsBeyondMessage || Signal.IsMultiplexed;

    public int RequiredLength => _bits.RequiredLength;

    /// <summary>The name of its property, without an <c>@</c>.</summary>
    public string Name { get; set; } = "";

    public string RawName { get; set; } = "";

    /// <summary>The name of the property that says whether it is in the message; null if it is always, or if its expression is used instead.</summary>
    public string? PresentName { get; set; }

    /// <summary>The conditions under which it is in the message, of which one must hold; null for always.</summary>
    public (SignalCode Multiplexer, DbcRange[] Values)[]? Conditions { get; set; }

    /// <summary>The condition that the data is long enough; null if it always is.</summary>
    public string? LengthCondition { get; set; }

    public bool HasManyRanges => Conditions?.Sum(condition => condition.Values.Length) > MaxInlineRanges;

    private string Raw => Signal.Kind switch
    {
        DbcSignalKind.Float => $"global::System.BitConverter.UInt32BitsToSingle((uint){_bits.Unsigned(_word)})",
        DbcSignalKind.Double => $"global::System.BitConverter.UInt64BitsToDouble({_bits.Unsigned(_word)})",
        DbcSignalKind.Signed => RawType == "int" ? $"(int){_bits.Signed(_word)}" : _bits.Signed(_word),
        _ => RawType == "ulong" ? _bits.Unsigned(_word) : $"({RawType}){_bits.Unsigned(_word)}",
    };

    private string Value => Shape switch
    {
        SignalShape.Bool => $"{_bits.Unsigned(_word)} != 0",
        SignalShape.Enum => $"({Type})({Raw})",
        SignalShape.Integer or SignalShape.Real => Raw,
        SignalShape.ScaledInteger when Type == "int" => Scaled(Raw, Literal.Of((int)Signal.Factor), Literal.Of((int)Signal.Offset)),
        SignalShape.ScaledInteger => Scaled($"(long){Raw}", Literal.Of((long)Signal.Factor), Literal.Of((long)Signal.Offset)),
        _ => Scaled(Raw, Literal.Of(Signal.Factor), Literal.Of(Signal.Offset)),
    };

    /// <summary>The expression that it is in the message; null for always.</summary>
    public string? Present()
    {
        if (PresentName is not null)
            return PresentName;
        var terms = new List<string>();
        if (LengthCondition is not null)
            terms.Add(LengthCondition);
        if (Conditions is not null)
            terms.Add(Conditions.Length == 1 ? Selects(Conditions[0]) : "(" + string.Join(" || ", Conditions.Select(Selects)) + ")");
        return terms.Count == 0 ? null : string.Join(" && ", terms);
    }

    /// <summary>What selects it, for people.</summary>
    public string Selection => Conditions is null ? "" : string.Join(" or ", Conditions.Select(condition =>
    {
        var values = string.Join(", ", condition.Values.Take(4).Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First} to {range.Last}"));
        return $"{condition.Multiplexer.Name} is {values}{(condition.Values.Length > 4 ? " ..." : "")}";
    }));

    public ulong[] Mask(int words)
    {
        var mask = new ulong[words];
        _bits.Write(ulong.MaxValue, mask);
        return mask;
    }

    /// <summary>Writes the start value (<c>GenSigStartValue</c>, a raw number) into the words, if there is one.</summary>
    public void WriteStartValue(ulong[] words)
    {
        if (Signal.Attributes[DbcSignal.StartValueAttribute] is not { } start || double.IsNaN(start.Number))
            return;
        switch (Signal.Kind)
        {
            case DbcSignalKind.Float:
                _bits.Write((ulong)BitConverter.ToUInt32(BitConverter.GetBytes((float)start.Number), 0), words);
                break;
            case DbcSignalKind.Double:
                _bits.Write(unchecked((ulong)BitConverter.DoubleToInt64Bits(start.Number)), words);
                break;
            default:
                var raw = start.IsInteger ? start.Integer : Math.Abs(start.Number) < 1e18 ? (long)Math.Round(start.Number) : 0;
                var isUnsigned = Signal.Kind == DbcSignalKind.Unsigned;
                var (lowest, highest) = RawLimits();
                if (isUnsigned ? (raw >= 0 || Signal.Length == 64) && unchecked((ulong)raw) <= _bits.Mask : raw >= lowest && raw <= highest)
                    _bits.Write(unchecked((ulong)raw), words);
                break;
        }
    }

    /// <summary>Whether a start value of the multiplexer selects it.</summary>
    public bool IsSelectedIn(ulong[] words) => Conditions is null || Conditions.Any(condition =>
    {
        var value = condition.Multiplexer._bits.Read(words);
        return condition.Multiplexer.IsSelectedIn(words) && condition.Values.Any(range => range.Contains(value));
    });

    public void WritePresent(SourceWriter code)
    {
        if (PresentName is not { } name)
            return;
        PresentName = null;
        var present = Present()!;
        code.Line();
        if (!HasManyRanges)
        {
            code.Line($"private bool {name} => {present};");
        }
        else
        {
            code.Open($"private bool {name}");
            code.Open("get");
            if (LengthCondition is not null)
            {
                code.Line($"if (!({LengthCondition}))");
                code.Line("    return false;");
            }

            foreach (var (multiplexer, values) in Conditions!)
            {
                for (var i = 0; i < values.Length; i += MaxInlineRanges)
                {
                    code.Line($"if ({Selects((multiplexer, [.. values.Skip(i).Take(MaxInlineRanges)]))})");
                    code.Line("    return true;");
                }
            }

            code.Line("return false;");
            code.Close();
            code.Close();
        }

        PresentName = name;
    }

    public void Write(SourceWriter code, string? lengthField)
    {
        code.Line();
        Document(code);
        WriteProperty(code, Name, Type, Value, ToRaw, lengthField);
        if (!HasRaw)
            return;
        code.Line();
        code.Document("summary", $"The raw number of {Name}, which may be out of its range.");
        WriteProperty(code, RawName, RawType, Raw, CheckedRaw, lengthField);
    }

    private void WriteProperty(SourceWriter code, string name, string type, string value, Func<string, string> toRaw, string? lengthField)
    {
        var present = Present();
        if (IsBeyondMessage)
        {
            code.Line($"public {type}? {Identifier.InCode(name)} => {present} ? {value} : null;");
            return;
        }

        code.Open($"public {type}{(present is null ? "" : "?")} {Identifier.InCode(name)}");
        code.Line(present is null ? $"get => {value};" : $"get => {present} ? {value} : null;");
        code.Open("init");
        var given = "value";
        if (present is not null)
        {
            code.Line("if (value is not { } given)");
            code.Line("    return;");
            if (LengthCondition is not null && lengthField is not null)
                code.Line($"{lengthField} = global::System.Math.Max({lengthField}, (ushort){RequiredLength});");
            if (Conditions is not null)
                code.Line($"{Bits}.CheckSelected({present}, {Literal.Of(Name)}, {Literal.Of(Selection)});");
            given = "given";
        }

        code.Line($"var raw = {toRaw(given)};");
        foreach (var assignment in _bits.Assignments(_word, "raw"))
            code.Line(assignment);
        code.Close();
        code.Close();
    }

    private string ToRaw(string value) => Shape switch
    {
        SignalShape.Bool => $"{value} ? 1UL : 0UL",
        SignalShape.Enum => CheckedRaw($"({(IsUnsigned64 ? "ulong" : "long")}){value}"),
        SignalShape.Integer => CheckedRaw(value, _range),
        SignalShape.Real => _isRangeNarrower ? RealBits($"{Bits}.Checked({value}, {_range.Lowest}, {_range.Highest}, {Literal.Of(Name)})") : RealBits(value),
        _ when Signal.Kind is DbcSignalKind.Float or DbcSignalKind.Double => ScaledRealToRaw(value),
        _ => $"{Bits}.ToRaw({value}, {Literal.Of(Signal.Factor)}, {Literal.Of(Signal.Offset)}, {_range.Lowest}, {_range.Highest}, {Literal.Of(Name)})",
    };

    private string ScaledRealToRaw(string value)
    {
        var given = _isRangeNarrower ? $"{Bits}.Checked({value}, {_range.Lowest}, {_range.Highest}, {Literal.Of(Name)})" : value;
        return RealBits($"({given} - {Literal.Of(Signal.Offset)}) / {Literal.Of(Signal.Factor)}");
    }

    private string RealBits(string value) => Signal.Kind == DbcSignalKind.Float
        ? $"(ulong)global::System.BitConverter.SingleToUInt32Bits((float)({value}))"
        : $"global::System.BitConverter.DoubleToUInt64Bits({value})";

    private string CheckedRaw(string value) => Signal.Kind is DbcSignalKind.Float or DbcSignalKind.Double ? RealBits(value) : CheckedRaw(value, _rawRange);

    private string CheckedRaw(string value, (string Lowest, string Highest) range) => $"{Bits}.Checked({value}, {range.Lowest}, {range.Highest}, {Literal.Of(Name)})";

    private bool IsUnsigned64 => Signal is { Kind: DbcSignalKind.Unsigned, Length: 64 };

    private string Selects((SignalCode Multiplexer, DbcRange[] Values) condition)
    {
        var (multiplexer, values) = condition;
        var pattern = string.Join(" or ", values.Select(range => range.First == range.Last
            ? Literal.Of(range.First)
            : $"(>= {Literal.Of(range.First)} and <= {Literal.Of(range.Last)})"));
        var selects = values.Length == 1 && values[0].First == values[0].Last
            ? $"{multiplexer._bits.Unsigned(_word)} == {pattern}"
            : $"{multiplexer._bits.Unsigned(_word)} is {pattern}";
        return multiplexer.Present() is { } present ? $"({present} && {selects})" : selects;
    }

    private static string Scaled(string raw, string factor, string offset)
    {
        var scaled = factor is "1" or "1L" or "1D" ? raw : $"{raw} * {factor}";
        return offset is "0" or "0L" or "0D" or "-0D" ? scaled : $"{scaled} + {offset}";
    }

    private static SignalShape ShapeOf(DbcSignal signal, string? enumName)
    {
        var isPlain = signal is { Factor: 1, Offset: 0 };
        if (signal.Kind is DbcSignalKind.Float or DbcSignalKind.Double)
            return isPlain ? SignalShape.Real : SignalShape.Scaled;
        if (isPlain)
        {
            return enumName is not null && signal.Unit.Length == 0 ? SignalShape.Enum
                : signal is { Length: 1, Kind: DbcSignalKind.Unsigned } && enumName is null ? SignalShape.Bool
                : SignalShape.Integer;
        }

        return IsWhole(signal.Factor) && IsWhole(signal.Offset) && signal.Length <= 32 ? SignalShape.ScaledInteger : SignalShape.Scaled;
    }

    private static bool IsWhole(double value) => Math.Abs(value) <= int.MaxValue && Math.Floor(value).Equals(value);

    // A signal of 32 bits, a factor of 31 and an offset of 31 fit a long.
    private bool FitsInt(DbcSignal signal)
    {
        var (lowest, highest) = RawLimits();
        var ends = new[] { (lowest * signal.Factor) + signal.Offset, (highest * signal.Factor) + signal.Offset };
        // The product alone must fit too.
        return ends.Concat([lowest * signal.Factor, highest * signal.Factor, signal.Factor, signal.Offset]).All(end => Math.Abs(end) <= int.MaxValue) && RawType is "int";
    }

    /// <summary>The limits of the bits; of 64 unsigned ones, the highest is not right.</summary>
    private (long Lowest, long Highest) RawLimits() => Signal.Kind == DbcSignalKind.Signed
        ? (long.MinValue >> (64 - Signal.Length), long.MaxValue >> (64 - Signal.Length))
        : (0, unchecked((long)(_bits.Mask & long.MaxValue)));

    private ((string, string) Range, (string, string) RawRange, bool IsNarrower) Ranges()
    {
        if (Signal.Kind is DbcSignalKind.Float or DbcSignalKind.Double)
        {
            return Signal is { Minimum: { } minimum, Maximum: { } maximum }
                ? ((Literal.Of(minimum), Literal.Of(maximum)), default, true)
                : default;
        }

        var (lowest, highest) = RawLimits();
        var all = IsUnsigned64 ? ("0UL", Literal.Of(ulong.MaxValue)) : (Literal.Of(lowest), Literal.Of(highest));
        if (Shape is SignalShape.Bool or SignalShape.Enum || Signal is not { Minimum: { } from, Maximum: { } to })
            return (all, all, false);
        var one = Math.Round((from - Signal.Offset) / Signal.Factor);
        var other = Math.Round((to - Signal.Offset) / Signal.Factor);
        var (low, high) = (Math.Min(one, other), Math.Max(one, other));
        if (!(low < high))
            return (all, all, false);
        if (IsUnsigned64)
        {
            var lowUnsigned = low <= 0 ? 0 : low >= ulong.MaxValue ? ulong.MaxValue : (ulong)low;
            var highUnsigned = high >= ulong.MaxValue ? ulong.MaxValue : high <= 0 ? 0 : (ulong)high;
            return lowUnsigned >= highUnsigned || (lowUnsigned == 0 && highUnsigned == ulong.MaxValue)
                ? (all, all, false)
                : ((Literal.Of(lowUnsigned), Literal.Of(highUnsigned)), all, true);
        }

        var lowRaw = low <= lowest ? lowest : low >= highest ? highest : (long)low;
        var highRaw = high >= highest ? highest : high <= lowest ? lowest : (long)high;
        return lowRaw >= highRaw || (lowRaw == lowest && highRaw == highest)
            ? (all, all, false) // no range, or one of nothing
            : ((Literal.Of(lowRaw), Literal.Of(highRaw)), all, true);
    }

    private void Document(SourceWriter code)
    {
        var text = new List<string>();
        if (Signal.Comment is { Length: > 0 } comment)
            text.Add(comment.TrimEnd());
        var unit = Signal.Unit.Trim() is { Length: > 0 } named ? named : null;
        var range = Signal is { Minimum: { } minimum, Maximum: { } maximum } ? $"{Literal.Shown(minimum)} to {Literal.Shown(maximum)}" : null;
        if (unit is not null || range is not null)
            text.Add((unit, range) switch { ({ }, { }) => $"In {unit}, {range}.", ({ }, null) => $"In {unit}.", _ => $"{range}." });
        if (Conditions is not null)
            text.Add($"In the message only while {Selection}; null otherwise. Setting it to null changes nothing.");
        if (IsBeyondMessage)
            text.Add("Beyond the message's length: null unless a frame is longer.");
        if (text.Count == 0)
            text.Add($"The signal {Signal.Name}.");
        code.Document("summary", string.Join("\n", text));
        var sign = Signal.Kind == DbcSignalKind.Unsigned ? '+' : '-';
        var order = Signal.ByteOrder == CanByteOrder.Intel ? 1 : 0;
        var kind = Signal.Kind is DbcSignalKind.Float or DbcSignalKind.Double ? ", IEEE 754" : "";
        code.Document("remarks", FormattableString.Invariant(
            $"{Signal.StartBit}|{Signal.Length}@{order}{sign} ({Literal.Shown(Signal.Factor)},{Literal.Shown(Signal.Offset)}){kind}"));
    }
}
