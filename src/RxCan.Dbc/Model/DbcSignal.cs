namespace RxCan.Dbc;

/// <summary>A number in a message (<c>SG_</c>).</summary>
public sealed partial class DbcSignal
{
    private readonly double _minimum;
    private readonly double _maximum;
    private DbcAttributes? _attributes;
    private List<DbcMultiplexing>? _conditions;

    internal DbcSignal(
        DbcMessage message, string symbol, int position, (int StartBit, int Length, CanByteOrder ByteOrder, bool IsSigned) layout,
        double factor, double offset, double minimum, double maximum)
    {
        (Message, Symbol, Name, Position) = (message, symbol, symbol, position);
        (StartBit, Length, ByteOrder) = (layout.StartBit, layout.Length, layout.ByteOrder);
        Kind = layout.IsSigned ? DbcSignalKind.Signed : DbcSignalKind.Unsigned;
        (Factor, Offset, _minimum, _maximum) = (factor, offset, minimum, maximum);
    }

    /// <summary>The message that it is part of.</summary>
    public DbcMessage Message { get; }

    /// <summary>The name; the long one, if the file has one (<c>SystemSignalLongSymbol</c>).</summary>
    public string Name { get; internal set; }

    /// <summary>The start bit in DBC's numbering: the lowest bit of an Intel signal, the highest bit of a Motorola signal.</summary>
    public int StartBit { get; }

    /// <summary>The length in bits, from 1. One of more than 64 bits is text or bytes, not a number: it is not decoded.</summary>
    public int Length { get; }

    /// <summary>The order of the bits.</summary>
    public CanByteOrder ByteOrder { get; }

    /// <summary>What the bits are.</summary>
    public DbcSignalKind Kind { get; internal set; }

    /// <summary>The value of one step, in <see cref="Unit"/>; not zero.</summary>
    public double Factor { get; }

    /// <summary>The value for a raw zero, in <see cref="Unit"/>.</summary>
    public double Offset { get; }

    /// <summary>The smallest value, in <see cref="Unit"/>; null if the file names no range (<c>[0|0]</c>).</summary>
    public double? Minimum => HasRange ? _minimum : null;

    /// <summary>The largest value, in <see cref="Unit"/>; null if the file names no range (<c>[0|0]</c>).</summary>
    public double? Maximum => HasRange ? _maximum : null;

    /// <summary>The unit; empty if there is none.</summary>
    public string Unit { get; internal set; } = "";

    /// <summary>The names of the nodes that receive it.</summary>
    public IReadOnlyList<string> Receivers { get; internal set; } = [];

    /// <summary>The comment; null if there is none.</summary>
    public string? Comment { get; internal set; }

    /// <summary>The names of raw values; null if there are none.</summary>
    public DbcValueTable? Values { get; internal set; }

    /// <summary>Whether its value says which multiplexed signals are in the message.</summary>
    public bool IsMultiplexer { get; internal set; }

    /// <summary>Whether it is in the message only for some values of a multiplexer: if one of the conditions of <see cref="Multiplexing"/> holds.</summary>
    public bool IsMultiplexed { get; internal set; }

    /// <summary>
    /// The conditions of a multiplexed signal. It has none if the file does not say which multiplexer selects it: then it is never in a message.
    /// </summary>
    public IReadOnlyList<DbcMultiplexing> Multiplexing => _conditions ?? (IReadOnlyList<DbcMultiplexing>)[];

    /// <summary>
    /// The value before the first one is sent, in <see cref="Unit"/>; null if the file names none. The attribute <c>GenSigStartValue</c> is its raw value.
    /// </summary>
    public double? StartValue => Attributes[StartValueAttribute] is { } start && !double.IsNaN(start.Number) ? (start.Number * Factor) + Offset : null;

    /// <summary>The suspect parameter number of SAE J1939 (attribute <c>SPN</c>); null if there is none.</summary>
    public int? Spn => Attributes["SPN"] is { Number: > 0 and <= int.MaxValue } spn ? (int)spn.Number : null;

    /// <summary>The type that <c>SIG_TYPE_REF_</c> names; null if there is none.</summary>
    public DbcSignalType? Type { get; internal set; }

    /// <summary>The attributes.</summary>
    public DbcAttributes Attributes => _attributes ?? Message.Database.NoAttributes(DbcAttributeTarget.Signal);

    internal const string StartValueAttribute = "GenSigStartValue";

    /// <summary>The name that the file's statements use.</summary>
    internal string Symbol { get; }

    /// <summary>Where its name is in the text.</summary>
    internal int Position { get; }

    /// <summary>The value of <c>m</c> in a multiplexed signal's line; null without.</summary>
    internal ulong? Selector { get; set; }

    internal List<DbcMultiplexing> Conditions => _conditions ??= [];

    internal DbcAttributes OwnAttributes => _attributes ??= Message.Database.NewAttributes(DbcAttributeTarget.Signal);

    /// <summary>The first bit, counted through the bytes in its own order.</summary>
    internal int FirstBit => ByteOrder == CanByteOrder.Intel ? StartBit : StartBit ^ 7;

    private bool HasRange => _minimum < _maximum;

    /// <summary>The message's and its own name, such as <c>EngineData.EngineSpeed</c>.</summary>
    public override string ToString() => $"{Message.Name}.{Name}";
}
