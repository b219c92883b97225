using System.Collections.Immutable;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan;

namespace Dashboard;

/// <summary>The newest frame of each identifier, ten times per second: one subscription of the bus, however many browsers look at it.</summary>
internal sealed class LiveTable([FromKeyedServices("can0")] ICanBus can, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100), Silence = TimeSpan.FromSeconds(10);

    private readonly BehaviorSubject<ImmutableSortedDictionary<CanId, Row>> _rows = new(ImmutableSortedDictionary<CanId, Row>.Empty);
    private IDisposable? _frames;

    /// <summary>All rows, now and after each tick with a change. A browser that is slow misses ticks, and costs no memory.</summary>
    public IAsyncEnumerable<IEnumerable<Row>> Rows => _rows.ToAsyncEnumerable(capacity: 1).Select(tick => tick.Value.Values);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(_rows.OnCompleted); // ends the requests, for which the server waits
        _frames = can.LatestById(Tick, forgetAfter: Silence).Scan(_rows.Value, Update).Subscribe(_rows);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _frames?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _rows.Dispose();

    private static ImmutableSortedDictionary<CanId, Row> Update(ImmutableSortedDictionary<CanId, Row> rows, ImmutableArray<LatestFrame> batch)
    {
        var changed = rows.ToBuilder();
        foreach (var latest in batch)
        {
            var frame = latest.Frame;
            if (latest.Count > 0)
                changed[frame.Id] = new($"{frame.Id}", Convert.ToHexString(frame.Data), latest.Period.Count + 1, latest.Period.Mean.TotalMilliseconds);
            else
                changed.Remove(frame.Id);
        }

        return changed.ToImmutable();
    }

    /// <summary>A row of the page; the mean period is in milliseconds.</summary>
    internal sealed record Row(string Id, string Data, long Count, double Period);
}
