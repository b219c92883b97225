namespace RxCan.Mqtt.Uplink;

/// <summary>What remote buses want at a time. The number of them that it remembers is bounded.</summary>
internal sealed class WantTable
{
    private const int MaxClients = 256;

    private readonly Dictionary<string, (CanFilter Filter, TimeSpan End)> _wants = [];

    /// <summary>The union of what is wanted.</summary>
    public CanFilter Union { get; private set; } = CanFilter.None;

    /// <summary>When the next of them ends; null if nothing is wanted.</summary>
    public TimeSpan? NextEnd => _wants.Count == 0 ? null : _wants.Values.Min(w => w.End);

    public void Set(in Want want, TimeSpan now)
    {
        if (want.Time <= TimeSpan.Zero || want.Filter == CanFilter.None)
            _wants.Remove(want.Client);
        else if (_wants.Count < MaxClients || _wants.ContainsKey(want.Client))
            _wants[want.Client] = (want.Filter, now + want.Time);
        Expire(now);
    }

    public void Expire(TimeSpan now)
    {
        foreach (var client in _wants.Where(w => w.Value.End <= now).Select(w => w.Key).ToArray())
            _wants.Remove(client);
        var filters = _wants.Values.Select(w => w.Filter).Distinct().ToArray();
        Union = filters.Length == 0 ? CanFilter.None : filters.Aggregate(static (a, b) => a | b);
    }
}
