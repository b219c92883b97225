namespace RxCan.Monitor;

/// <summary>The time of a bus: that of the machine, or that of a log.</summary>
/// <param name="Now">What time it is.</param>
/// <param name="From">The number of the first frame of the trace that belongs to it: a log that was sought begins again.</param>
internal readonly record struct BusClock(DateTimeOffset Now, long From);

/// <summary>The times of all buses at a moment.</summary>
/// <param name="now">The time of the machine.</param>
/// <param name="clocks">Those of logs, by the buses in them.</param>
internal sealed class BusClocks(DateTimeOffset now, IReadOnlyDictionary<string, BusClock> clocks)
{
    private static readonly Dictionary<string, BusClock> None = [];

    /// <summary>Live buses only.</summary>
    public BusClocks(DateTimeOffset now)
        : this(now, None)
    {
    }

    public BusClock this[string bus] => clocks.Count > 0 && clocks.TryGetValue(bus, out var clock) ? clock : new(now, 0);
}
