using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RxCan.Dbc;

/// <summary>
/// A value to encode: a number in the signal's unit, the name of a value, or a raw number (<see cref="Raw"/>). Numbers and strings convert implicitly.
/// </summary>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The conversions are what the type is for.")]
public readonly record struct SignalValue
{
    private readonly double _physical;
    private readonly long _integer;
    private readonly string? _name;

    private SignalValue(Form form, double physical = 0, long integer = 0, string? name = null) =>
        (Kind, _physical, _integer, _name) = (form, physical, integer, name);

    internal enum Form : byte
    {
        Physical,
        Integer,
        Raw,
        Name,
    }

    internal Form Kind { get; }

    /// <summary>In the unit of the signal.</summary>
    internal double Physical => Kind == Form.Integer ? _integer : _physical;

    /// <summary>An exact number in the unit of the signal, or the raw one.</summary>
    internal long Integer => _integer;

    internal string Name => _name!;

    /// <summary>A number without factor and offset, which need not be in the signal's range, but must fit into its bits.</summary>
    /// <param name="raw">
    /// The number; for 64 unsigned bits, the <see cref="long"/> with the same bits; for a floating-point signal, the bits of its IEEE 754 number.
    /// </param>
    public static SignalValue Raw(long raw) => new(Form.Raw, integer: raw);

    /// <summary>A number in the unit of the signal.</summary>
    /// <param name="value">The number. It is rounded to the nearest step of the signal.</param>
    public static implicit operator SignalValue(double value) => new(Form.Physical, value);

    /// <summary>An exact number in the unit of the signal.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator SignalValue(long value) => new(Form.Integer, integer: value);

    /// <summary>One of the signal's named values.</summary>
    /// <param name="name">The name, in its case.</param>
    public static implicit operator SignalValue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Form.Name, name: name);
    }

    /// <summary>The number or the name.</summary>
    public override string ToString() => Kind switch
    {
        Form.Physical => _physical.ToString(CultureInfo.InvariantCulture),
        Form.Name => Name,
        _ => _integer.ToString(CultureInfo.InvariantCulture),
    };
}
