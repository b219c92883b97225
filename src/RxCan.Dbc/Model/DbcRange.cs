namespace RxCan.Dbc;

/// <summary>Raw values of a multiplexer, both ends included.</summary>
/// <param name="First">The lowest value.</param>
/// <param name="Last">The highest value.</param>
public readonly record struct DbcRange(ulong First, ulong Last)
{
    /// <summary>Whether a value is in the range.</summary>
    /// <param name="value">A raw value.</param>
    public bool Contains(ulong value) => value >= First && value <= Last;

    /// <summary>As <c>SG_MUL_VAL_</c> writes it, such as <c>3-5</c>.</summary>
    public override string ToString() => $"{First}-{Last}";
}
