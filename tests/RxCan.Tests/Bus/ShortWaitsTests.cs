using System.Collections.Concurrent;
using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.Tests.Bus;

/// <summary>No other tests run beside these, because they count the threads of the process.</summary>
[Collection(nameof(Alone))]
public sealed class ShortWaitsTests
{
    private readonly IStopwatch _clock = DefaultScheduler.Instance.StartStopwatch();

    [Fact]
    public void Waits_from_many_threads_end_once_each_on_the_thread_pool_and_never_early()
    {
        var ended = new ConcurrentQueue<(int Number, TimeSpan Late, bool IsOnPool)>();
        Parallel.For(0, 2_000, i =>
        {
            var due = _clock.Elapsed + TimeSpan.FromTicks(i * 997L * 997 % ShortWaits.Max.Ticks);
            ShortWaits.Shared.Start(due - _clock.Elapsed, () => ended.Enqueue((i, _clock.Elapsed - due, Thread.CurrentThread.IsThreadPoolThread)));
        });

        Eventually.True(() => ended.Count >= 2_000 && ProcessState.Threads() == 0, "all waits have ended, and then their thread");
        Assert.Equal(Enumerable.Range(0, 2_000), ended.Select(end => end.Number).Order());
        Assert.All(ended, end => Assert.True(end.Late >= TimeSpan.Zero && end.IsOnPool, $"{end}"));
    }

    [Fact]
    public void Waits_of_ones_own_end_one_after_another_on_one_thread_also_those_that_one_of_them_starts()
    {
        var waits = new ShortWaits();
        var ended = new ConcurrentQueue<(int Number, int Thread)>();
        void StartNext(int number)
        {
            if (number == 100)
                return;
            var due = _clock.Elapsed + TimeSpan.FromMilliseconds(0.5);
            waits.Start(TimeSpan.FromMilliseconds(0.5), () =>
            {
                Assert.True(_clock.Elapsed >= due);
                ended.Enqueue((number, Environment.CurrentManagedThreadId));
                StartNext(number + 1);
            });
        }

        StartNext(0);
        Eventually.True(() => ended.Count >= 100 && ProcessState.Threads() == 0, "all waits have ended, and then their thread");
        Assert.Equal(Enumerable.Range(0, 100), ended.Select(end => end.Number));
        Assert.Single(ended.Select(end => end.Thread).Distinct());
    }

    [Fact]
    public void A_disposed_wait_does_not_end()
    {
        var hasEnded = false;
        var due = _clock.Elapsed + ShortWaits.Max;
        ShortWaits.Shared.Start(ShortWaits.Max, () => hasEnded = true)!.Dispose();
        var isDisposedInTime = _clock.Elapsed < due;
        using var last = new ManualResetEventSlim();
        using var wait = ShortWaits.Shared.Start(ShortWaits.Max, last.Set);

        Assert.True(last.Wait(TimeSpan.FromMinutes(1)));
        Assert.False(isDisposedInTime && hasEnded);
    }

    [Fact]
    public void It_serves_the_schedulers_of_the_thread_pool_only()
    {
        Assert.All((IScheduler[])[DefaultScheduler.Instance, TaskPoolScheduler.Default], scheduler => Assert.True(ShortWaits.Serves(scheduler)));
        Assert.All((IScheduler[])[new HistoricalScheduler(), NewThreadScheduler.Default], scheduler => Assert.False(ShortWaits.Serves(scheduler)));
    }
}
