namespace RxCan.Dbc;

/// <summary>A raw value and its name.</summary>
/// <param name="Value">The raw value; one of 64 unsigned bits is the <see cref="long"/> with the same bits.</param>
/// <param name="Name">The name, any text.</param>
public readonly record struct DbcNamedValue(long Value, string Name)
{
    /// <summary>Such as <c>3 "Third"</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Value} \"{Name}\"");
}
