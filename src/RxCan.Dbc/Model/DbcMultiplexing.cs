namespace RxCan.Dbc;

/// <summary>A condition of a multiplexed signal: it is in a message while the multiplexer itself is, and has one of these raw values.</summary>
public sealed class DbcMultiplexing
{
    internal DbcMultiplexing(DbcSignal multiplexer, DbcRange[] values) => (Multiplexer, Values) = (multiplexer, values);

    /// <summary>The multiplexer, a signal of the same message.</summary>
    public DbcSignal Multiplexer { get; }

    /// <summary>The raw values of the multiplexer that select the signal; one range of one value in simple multiplexing.</summary>
    public IReadOnlyList<DbcRange> Values { get; }

    /// <summary>Whether a raw value of the multiplexer selects the signal.</summary>
    /// <param name="value">The value.</param>
    public bool Selects(ulong value)
    {
        foreach (var range in (DbcRange[])Values)
        {
            if (range.Contains(value))
                return true;
        }

        return false;
    }

    /// <summary>Such as <c>Mode 0-0, 3-5</c>.</summary>
    public override string ToString() => $"{Multiplexer.Name} {string.Join(", ", Values)}";
}
