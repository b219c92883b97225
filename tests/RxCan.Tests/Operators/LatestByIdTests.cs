using System.Collections.Immutable;
using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using RxCan.Tests.Bus;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Operators;

[Collection(nameof(Alone))] // one test measures the process's memory
[Trait("Length", "Long")]
public sealed class LatestByIdTests : IDisposable
{
    private static readonly TimeSpan Period = Ms(50);

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<CanFrame> _frames = new();
    private readonly List<(long Ms, string Batch)> _batches = [];

    public void Dispose() => _frames.Dispose();

    [Fact]
    public void Each_tick_emits_the_latest_frame_of_each_identifier_with_its_count()
    {
        using var subscription = Subscribe();
        At(3, "100#01", "200#02", "100#03");
        At(49, "100#04");
        At(60, "200#05");
        _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(200));
        Assert.Equal([(50, "100#04 x3, 200#02 x1"), (100, "200#05 x1")], _batches);
    }

    [Fact]
    public void Ticks_fall_at_whole_periods_after_the_subscription()
    {
        _time.AdvanceBy(Ms(7));
        using var subscription = Subscribe();
        At(8, "100#01");
        At(57, "100#02"); // on a tick: for the next one
        At(321, "100#03");
        _time.AdvanceBy(Ms(1000));
        Assert.Equal([(57, "100#01 x1"), (107, "100#02 x1"), (357, "100#03 x1")], _batches);
    }

    [Fact]
    public void No_timer_runs_while_there_is_nothing_to_emit()
    {
        var counting = new CountingScheduler(_time);
        using var subscription = _frames.LatestById(Period, counting).Subscribe();
        _time.AdvanceBy(Ms(1000));
        Assert.Equal(0, counting.Scheduled);
        Send("100#01", "101#01");
        _time.AdvanceBy(Ms(1000));
        Assert.Equal(1, counting.Scheduled);
    }

    [Fact]
    public void Data_remote_error_and_extended_frames_have_separate_rows()
    {
        using var subscription = Subscribe();
        Send("100#01", "100#R1", "00000100#02", "20000040#0000000000000000", "20000080#0000000000000000", "100#R2");
        _time.AdvanceBy(Period);
        Assert.Equal(
            [(50, "100#01 x1, 100#R2 x2, 00000100#02 x1, 20000040#0000000000000000 x1, 20000080#0000000000000000 x1")], _batches);
    }

    [Fact]
    public void Rows_report_the_period_since_the_subscription()
    {
        var periods = new List<FramePeriod>();
        using var subscription = _frames.LatestById(Period, _time).Subscribe(batch => periods.Add(batch[0].Period));
        foreach (var ms in new[] { 0, 10, 22, 52 })
        {
            _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(ms));
            _frames.OnNext(new CanFrame(0x100, []).WithTimestamp(_time.Now));
        }

        _time.AdvanceBy(Period);
        Assert.Equal([2, 3], periods.Select(p => p.Count));
        Assert.Equal([12, 30], periods.Select(p => p.Last.TotalMilliseconds));
        Assert.Equal([11, 17.333], periods.Select(p => Math.Round(p.Mean.TotalMilliseconds, 3)));
        Assert.Equal([1, 8.994], periods.Select(p => Math.Round(p.Jitter.TotalMilliseconds, 3)));
    }

    [Fact]
    public void A_batch_does_not_change_when_more_frames_arrive()
    {
        var kept = new List<ImmutableArray<LatestFrame>>();
        using var subscription = _frames.LatestById(Period, _time).Subscribe(kept.Add);
        Send("100#01");
        _time.AdvanceBy(Period);
        Send("100#02", "101#03");
        _time.AdvanceBy(Period);
        Assert.Equal("100#01 x1", Text(kept[0]));
        Assert.Equal("100#02 x1, 101#03 x1", Text(kept[1]));
    }

    [Fact]
    public void Every_frame_is_counted_once_and_the_latest_is_never_missed() => Gen.Select(
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 30]).Array[0, 100], Gen.Bool).Sample(
        (steps, complete) =>
        {
            var time = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
            using var frames = new Subject<CanFrame>();
            var seen = new Dictionary<CanId, (long Count, byte Newest)>();
            using var subscription = frames.LatestById(Period, time).Subscribe(batch =>
            {
                Assert.Equal(batch.Length, batch.Select(r => r.Frame.Id).Distinct().Count());
                foreach (ref readonly var row in batch.AsSpan())
                    seen[row.Frame.Id] = (seen.GetValueOrDefault(row.Frame.Id).Count + row.Count, row.Frame.Data[0]);
            });
            var expected = new Dictionary<CanId, (long Count, byte Newest)>();
            byte number = 0;
            foreach (var (milliseconds, n) in steps)
            {
                time.AdvanceBy(Ms(milliseconds));
                CanId id = n % 2 == 0 ? n : CanId.Extended((uint)n);
                frames.OnNext(new(id, [++number]));
                expected[id] = (expected.GetValueOrDefault(id).Count + 1, number);
            }

            if (complete)
                frames.OnCompleted();
            else
                time.AdvanceBy(Period);
            return seen.OrderBy(p => p.Key).SequenceEqual(expected.OrderBy(p => p.Key));
        },
        iter: Cases.Count / 4);

    [Fact]
    public void A_silent_identifier_is_forgotten_at_the_exact_tick()
    {
        using var subscription = SubscribeForgetting(Ms(120)); // three ticks
        At(10, "100#01", "00000100#02");
        At(60, "100#03");
        At(130, "100#R");
        _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(1000));
        Assert.Equal(
            [
                (50, "100#01 x1, 00000100#02 x1"), (100, "100#03 x1"), (150, "100#R x1"), (200, "00000100#02 x0"), (250, "100#03 x0"),
                (300, "100#R x0"),
            ],
            _batches);
    }

    [Fact]
    public void Every_tick_emits_a_batch_while_an_identifier_is_remembered()
    {
        using var subscription = SubscribeForgetting(Ms(200));
        At(60, "100#01");
        _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(1000));
        At(1010, "100#02");
        _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(2000));
        Assert.Equal(
            [
                (100, "100#01 x1"), (150, ""), (200, ""), (250, ""), (300, "100#01 x0"),
                (1050, "100#02 x1"), (1100, ""), (1150, ""), (1200, ""), (1250, "100#02 x0"),
            ],
            _batches);
    }

    [Fact]
    public void A_returning_identifier_starts_a_new_period()
    {
        var periods = new List<long>();
        using var subscription = _frames.LatestById(Period, Period, _time).Subscribe(batch => periods.AddRange(batch.Select(r => r.Period.Count)));
        At(1, "100#01", "100#02", "100#03");
        At(201, "100#01", "100#02");
        _time.AdvanceBy(Ms(200));
        Assert.Equal([2, 2, 1, 1], periods);
    }

    [Fact]
    public void An_infinite_time_to_forget_keeps_every_identifier()
    {
        using var subscription = SubscribeForgetting(TimeSpan.MaxValue);
        Send("100#01");
        _time.AdvanceBy(TimeSpan.FromHours(1));
        Assert.Equal(72_000, _batches.Count);
        Assert.DoesNotContain(_batches, b => b.Batch.Contains("x0", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_depends_only_on_the_identifiers_remembered()
    {
        using var subscription = _frames.LatestById(Period, Ms(100), _time).Subscribe();
        for (var i = 0; i < 100; i++)
            Play(i);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 100; i < 1000; i++)
            Play(i);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000); // 90,000 rows would take 15 MB

        void Play(int round)
        {
            for (var i = 0; i < 100; i++)
                _frames.OnNext(new(CanId.Extended((uint)((100 * round) + i)), []));
            _time.AdvanceBy(Period);
        }
    }

    [Fact]
    public void Every_frame_is_counted_once_even_with_forgetting() => Gen.Select(Gen.Int[0, 40], Gen.Int[0, 30]).Array[0, 100].Sample(
        steps =>
        {
            var time = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
            using var frames = new Subject<CanFrame>();
            var seen = new Dictionary<CanId, (long Count, long LastTick)>();
            var expected = new Dictionary<CanId, long>();
            var total = new Dictionary<CanId, long>();
            using var subscription = frames.LatestById(Period, 2 * Period, time).Subscribe(batch =>
            {
                var tick = (time.Now - DateTimeOffset.UnixEpoch).Ticks / Period.Ticks;
                foreach (var row in batch)
                {
                    var id = row.Frame.Id;
                    if (row.Count == 0)
                    {
                        Assert.True(seen.Remove(id, out var gone));
                        Assert.Equal(tick - 2, gone.LastTick);
                        continue;
                    }

                    total[id] = total.GetValueOrDefault(id) + row.Count;
                    seen[id] = (seen.GetValueOrDefault(id).Count + row.Count, tick);
                    Assert.Equal(seen[id].Count, row.Period.Count + 1);
                }

                Assert.All(seen.Values, s => Assert.InRange(s.LastTick, tick - 1, tick));
            });
            foreach (var (wait, id) in steps)
            {
                time.AdvanceBy(Ms(wait));
                CanId canId = id % 2 == 0 ? id : CanId.Extended((uint)id);
                frames.OnNext(new(canId, []));
                expected[canId] = expected.GetValueOrDefault(canId) + 1;
            }

            time.AdvanceBy(10 * Period);
            return seen.Count == 0 && total.OrderBy(p => p.Key).SequenceEqual(expected.OrderBy(p => p.Key));
        },
        iter: Cases.Count / 4);

    [Fact]
    public void Completion_follows_a_last_batch_but_an_error_comes_immediately()
    {
        var messages = new List<string>();
        using (Record(_frames, messages))
        {
            Send("100#01");
            _frames.OnCompleted();
            _time.AdvanceBy(2 * Period);
        }

        Assert.Equal(["100#01 x1", "completed"], messages);

        messages.Clear();
        using var failing = new Subject<CanFrame>();
        using (Record(failing, messages))
        {
            failing.OnNext(CanFrame.Parse("100#01"));
            failing.OnError(new InvalidOperationException());
            _time.AdvanceBy(2 * Period);
        }

        Assert.Equal(["failed"], messages);
    }

    [Fact]
    public void Completion_during_a_batch_waits_until_the_batch_ends()
    {
        var messages = new List<string>();
        using var subscription = _frames.LatestById(Period, _time).Subscribe(
            batch =>
            {
                messages.Add(Text(batch));
                if (messages.Count == 1)
                {
                    Send("100#02");
                    _frames.OnCompleted();
                    messages.Add("end of batch");
                }
            },
            () => messages.Add("completed"));
        Send("100#01");
        _time.AdvanceBy(Period);
        Assert.Equal(["100#01 x1", "end of batch", "100#02 x1", "completed"], messages);
    }

    [Fact]
    public void Ticks_are_skipped_while_the_observer_is_busy()
    {
        var busy = true;
        using var subscription = _frames.LatestById(Period, _time).Subscribe(batch =>
        {
            _batches.Add(((_time.Now - DateTimeOffset.UnixEpoch).Ticks / 10_000, Text(batch)));
            if (!busy)
                return;
            busy = false;
            Send("100#02");
            _time.Sleep(Ms(120)); // the clock advances, but nothing runs
            Send("101#03");
        });
        Send("100#01");
        _time.AdvanceBy(Period);
        _time.AdvanceBy(Ms(200));
        Assert.Equal([(50, "100#01 x1"), (200, "100#02 x1, 101#03 x1")], _batches);
    }

    [Fact]
    public void Disposing_stops_the_timer_and_releases_the_source()
    {
        var subscription = Subscribe();
        Send("100#01");
        subscription.Dispose();
        subscription.Dispose();
        Assert.False(_frames.HasObservers);
        _time.AdvanceBy(Ms(1000));
        Assert.Empty(_batches);
    }

    [Fact]
    public void Disposing_during_a_batch_ends_the_subscription()
    {
        IDisposable? subscription = null;
        var batches = 0;
        subscription = _frames.LatestById(Period, _time).Subscribe(_ =>
        {
            batches++;
            Send("100#02");
            subscription!.Dispose();
        });
        Send("100#01");
        _time.AdvanceBy(Ms(1000));
        Assert.Equal(1, batches);
        Assert.False(_frames.HasObservers);
    }

    [Fact]
    public void An_observer_that_throws_is_detached()
    {
        using var subscription = _frames.LatestById(Period, _time).Subscribe(_ => throw new InvalidOperationException());
        Send("100#01");
        Assert.Throws<InvalidOperationException>(() => _time.AdvanceBy(Period));
        Assert.False(_frames.HasObservers);
    }

    [Fact]
    public void A_frame_between_ticks_allocates_nothing()
    {
        using var subscription = _frames.LatestById(Period, _time).Subscribe();
        var frames = Enumerable.Range(0, 200).Select(i => new CanFrame(i % 2 == 0 ? i : CanId.Extended((uint)i), [1, 2, 3])).ToArray();
        Play(); // creates the rows
        Allocation.AssertNone(Play);

        void Play()
        {
            foreach (ref readonly var frame in frames.AsSpan())
                _frames.OnNext(frame);
        }
    }

    [Fact]
    public async Task Nothing_is_lost_on_real_threads()
    {
        const int count = 20_000;
        long seen = 0;
        var completed = new TaskCompletionSource();
        using var subscription = _frames.LatestById(TimeSpan.FromMilliseconds(1), TaskPoolScheduler.Default).Subscribe(
            batch => seen += batch.Sum(r => r.Count), () => completed.SetResult());
        for (var i = 0; i < count; i++)
        {
            _frames.OnNext(new(i % 50, []));
            if (i % 100 == 0)
                Thread.Yield();
        }

        _frames.OnCompleted();
        await completed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(count, seen);
    }

    [Fact]
    public void On_a_bus_ticks_follow_the_bus_scheduler()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        using var can = bus.Connect();
        using var subscription = can.LatestById(Period).Subscribe(batch => _batches.Add((0, Text(batch))));
        sender.Send(CanFrame.Parse("100#01"));
        _time.AdvanceBy(2 * Period);
        Assert.Equal([(0, "100#01 x1")], _batches);
    }

    [Fact]
    public void Times_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.LatestById(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => _frames.LatestById(Period, TimeSpan.Zero));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static string Text(ImmutableArray<LatestFrame> batch) => string.Join(", ", batch.Select(r => $"{r.Frame} x{r.Count}"));

    private IDisposable Subscribe(IScheduler? clock = null) => _frames.LatestById(Period, clock ?? _time)
        .Subscribe(batch => _batches.Add(((_time.Now - DateTimeOffset.UnixEpoch).Ticks / 10_000, Text(batch))));

    private IDisposable SubscribeForgetting(TimeSpan forgetAfter) => _frames.LatestById(Period, forgetAfter, _time)
        .Subscribe(batch => _batches.Add(((_time.Now - DateTimeOffset.UnixEpoch).Ticks / 10_000, Text(batch))));

    private IDisposable Record(IObservable<CanFrame> frames, List<string> messages) => frames.LatestById(Period, _time)
        .Subscribe(batch => messages.Add(Text(batch)), _ => messages.Add("failed"), () => messages.Add("completed"));

    private void At(int milliseconds, params string[] frames)
    {
        _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(milliseconds));
        Send(frames);
    }

    private void Send(params string[] frames)
    {
        foreach (var frame in frames)
            _frames.OnNext(CanFrame.Parse(frame));
    }

    private sealed class CountingScheduler(IScheduler scheduler) : IScheduler
    {
        public int Scheduled { get; private set; }

        public DateTimeOffset Now => scheduler.Now;

        public IDisposable Schedule<TState>(TState state, Func<IScheduler, TState, IDisposable> action) => throw new NotSupportedException();

        public IDisposable Schedule<TState>(TState state, TimeSpan dueTime, Func<IScheduler, TState, IDisposable> action)
        {
            Scheduled++;
            return scheduler.Schedule(state, dueTime, action);
        }

        public IDisposable Schedule<TState>(TState state, DateTimeOffset dueTime, Func<IScheduler, TState, IDisposable> action) =>
            throw new NotSupportedException();
    }
}
