namespace RxCan.J1939;

/// <summary>How a node claims its address.</summary>
public sealed record J1939ClaimOptions
{
    /// <summary>The defaults.</summary>
    public static J1939ClaimOptions Default { get; } = new();

    /// <summary>
    /// The addresses that an arbitrary-address-capable NAME tries in turn when it loses the one it prefers, but for those it knows of others; by
    /// default 128 to 247, which the standard leaves for that.
    /// </summary>
    /// <exception cref="ArgumentException">One of them is above <see cref="J1939Address.Max"/>.</exception>
    public IReadOnlyList<byte> Range
    {
        get;
        init => field = value.All(a => a <= J1939Address.Max)
            ? value
            : throw new ArgumentException($"An address is 0 to {J1939Address.Max}.", nameof(value));
    } = [.. Enumerable.Range(128, 120).Select(a => (byte)a)];

    /// <summary>Whether the node goes to the address that a commanded address message (PGN <c>0FED8</c>) gives it.</summary>
    public bool ObeyCommands { get; init; } = true;
}
