using System.Collections.Immutable;
using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks;

/// <summary>
/// A frame with one of 200 identifiers, between ticks and with a tick every 10,000 frames, compared with handwritten code without
/// counts, periods or threads: an observer that puts it into a dictionary.
/// </summary>
public class LatestByIdBenchmarks
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private readonly Traffic _collected = new(200);
    private readonly Traffic _between = new(200);
    private readonly Traffic _ticking = new(200);
    private readonly Traffic _measured = new(200);
    private readonly HistoricalScheduler _time = new();

    [GlobalSetup]
    public void Setup()
    {
        _collected.Subscribe(new Collector());
        _between.LatestById(Period, new HistoricalScheduler()).Subscribe(new CountingObserver<ImmutableArray<LatestFrame>>());
        _ticking.LatestById(Period, _time).Subscribe(new CountingObserver<ImmutableArray<LatestFrame>>());
        _measured.MeasurePeriod().Subscribe(new CountingObserver<MeasuredFrame>());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public void Collecting() => _collected.Play();

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void LatestByIdBetweenTicks() => _between.Play();

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void LatestByIdWithTick()
    {
        _ticking.Play();
        _time.AdvanceBy(Period);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void MeasurePeriod() => _measured.Play();

    private sealed class Collector : IObserver<CanFrame>
    {
        private readonly Dictionary<CanId, CanFrame> _latest = [];

        public void OnNext(CanFrame value) => _latest[value.Id] = value;

        public void OnError(Exception error) => throw error;

        public void OnCompleted()
        {
        }
    }
}
