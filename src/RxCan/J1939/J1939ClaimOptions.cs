namespace RxCan.J1939;

/// <summary>How a node claims its address. Two are equal if their values are, including the addresses of their ranges, in order.</summary>
public sealed record J1939ClaimOptions
{
    /// <summary>The defaults.</summary>
    public static J1939ClaimOptions Default { get; } = new();

    /// <summary>
    /// The addresses that an arbitrary-address-capable NAME tries in turn when it loses its preferred one. It skips those known to belong to
    /// other nodes. By default 128 to 247, which the standard reserves for this. The list is copied.
    /// </summary>
    /// <exception cref="ArgumentException">One of them is above <see cref="J1939Address.Max"/>.</exception>
    public IReadOnlyList<byte> Range
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.All(a => a <= J1939Address.Max)
                ? [.. value]
                : throw new ArgumentException($"An address must be 0 to {J1939Address.Max}.", nameof(value));
        }
    } = [.. Enumerable.Range(128, 120).Select(a => (byte)a)];

    /// <summary>Whether the node obeys commanded address messages (PGN <c>0FED8</c>).</summary>
    public bool ObeyCommands { get; init; } = true;

    /// <summary>Whether both claim the same way: the same addresses in the same order, and commands obeyed or not.</summary>
    /// <param name="other">The options to compare with.</param>
    public bool Equals(J1939ClaimOptions? other) => other is not null && (ReferenceEquals(this, other) || (
        ObeyCommands == other.ObeyCommands && Range.SequenceEqual(other.Range)));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ObeyCommands, Range.Count);
}
