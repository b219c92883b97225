using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;
using RxCan.Bus;

namespace RxCan.Benchmarks;

/// <summary>
/// A wait of a millisecond until its work runs, compared with Rx's default scheduler, whose timers count in coarse ticks: the mean is the wait itself
/// and how late it is.
/// </summary>
public class ShortWaitBenchmarks
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(1);
    private readonly SemaphoreSlim _elapsed = new(0);

    [Benchmark(Baseline = true)]
    public void DefaultSchedulerOneMillisecond()
    {
        DefaultScheduler.Instance.Schedule(Wait, () => _elapsed.Release());
        _elapsed.Wait();
    }

    [Benchmark]
    public void ShortWaitOneMillisecond()
    {
        ShortWaits.Shared.Start(Wait, () => _elapsed.Release());
        _elapsed.Wait();
    }
}

/// <summary>A wait that is made and given up, compared with Rx's default scheduler: what a time-out costs that does not run out.</summary>
public class ShortWaitDisposalBenchmarks
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(10);

    [Benchmark(Baseline = true)]
    public void DefaultSchedulerGivenUp() => DefaultScheduler.Instance.Schedule(Wait, static () => { }).Dispose();

    [Benchmark]
    public void ShortWaitGivenUp() => ShortWaits.Shared.Start(Wait, static () => { })?.Dispose();
}
