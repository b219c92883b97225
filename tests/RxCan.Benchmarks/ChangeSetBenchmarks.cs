using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;
using DynamicData;
using DynamicData.Binding;

namespace RxCan.Benchmarks;

/// <summary>
/// A frame with one of 200 identifiers, including its share of the tick that shows it: with a tick every 10,000 frames and every 400, which is
/// 8,000 frames/s at 20 Hz. Bound is sorted by identifier with a listener on each row, like a table in a window.
/// </summary>
public class ChangeSetBenchmarks
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private readonly Table _unbound = new(traffic => traffic.Frames.ToChangeSet(scheduler: traffic.Time).Subscribe(static _ => { }));
    private readonly Table _bound = new(traffic => traffic.Frames.ToChangeSet(scheduler: traffic.Time)
        .SuppressRefresh()
        .SortAndBind(new List<CanRow>(), CanRow.ById, new SortAndBindOptions { UseBinarySearch = true })
        .OnItemAdded(static row => row.PropertyChanged += static (_, _) => { })
        .Subscribe());

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Every10000() => _unbound.Play(Traffic.Count);

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Every400() => _unbound.Play(400);

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Every10000Bound() => _bound.Play(Traffic.Count);

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Every400Bound() => _bound.Play(400);

    private sealed class Table
    {
        public Table(Func<Table, IDisposable> subscribe) => subscribe(this);

        public Traffic Frames { get; } = new(200);

        public HistoricalScheduler Time { get; } = new();

        public void Play(int framesInTick)
        {
            for (var first = 0; first < Traffic.Count; first += framesInTick)
            {
                Frames.Play(first, framesInTick);
                Time.AdvanceBy(Period);
            }
        }
    }
}
