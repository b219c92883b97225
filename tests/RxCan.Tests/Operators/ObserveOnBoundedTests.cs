using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Operators;

[Trait("Length", "Long")]
public sealed class ObserveOnBoundedTests : IDisposable
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<int> _source = new();
    private readonly List<string> _messages = [];

    public void Dispose() => _source.Dispose();

    [Theory]
    [InlineData(OverflowPolicy.DropOldest, "3, dropped 2", "4", "5")]
    [InlineData(OverflowPolicy.DropNewest, "1", "2", "3")]
    public void Items_that_do_not_fit_are_dropped(OverflowPolicy policy, params string[] delivered)
    {
        using var subscription = Subscribe(3, policy);
        Send(1, 2, 3, 4, 5);
        Assert.Empty(_messages);
        Deliver();
        Assert.Equal(delivered, _messages);
    }

    [Fact]
    public void The_item_after_a_gap_reports_how_many_were_dropped()
    {
        using var subscription = Subscribe(2, OverflowPolicy.DropNewest);
        Send(1, 2, 3, 4);
        Deliver();
        Send(5, 6);
        Deliver();
        Assert.Equal(["1", "2", "5, dropped 2", "6"], _messages);
    }

    [Theory]
    [InlineData(OverflowPolicy.DropOldest, "2, dropped 1", "3")]
    [InlineData(OverflowPolicy.DropNewest, "1", "2")]
    public void Completion_and_errors_come_last_and_are_never_dropped(OverflowPolicy policy, params string[] delivered)
    {
        using (Subscribe(2, policy))
        {
            Send(1, 2, 3);
            _source.OnCompleted();
            Deliver();
        }

        Assert.Equal([.. delivered, "completed"], _messages);

        _messages.Clear();
        using var failing = new Subject<int>();
        using (Subscribe(failing, 2, policy))
        {
            foreach (var n in new[] { 1, 2, 3 })
                failing.OnNext(n);
            failing.OnError(new InvalidOperationException());
            Deliver();
        }

        Assert.Equal([.. delivered, "failed"], _messages);
    }

    [Fact]
    public void The_end_of_an_empty_stream_is_delivered()
    {
        using var subscription = Subscribe(1, OverflowPolicy.DropNewest);
        _source.OnCompleted();
        Assert.Empty(_messages);
        Deliver();
        Assert.Equal(["completed"], _messages);
    }

    [Fact]
    public void Items_that_arrive_during_a_delivery_wait_for_another_action()
    {
        using var subscription = _source.ObserveOnBounded(10, scheduler: _time).Subscribe(item =>
        {
            _messages.Add($"{item.Value} at {_time.Now.Ticks - DateTimeOffset.UnixEpoch.Ticks}");
            if (item.Value < 3)
                Send(item.Value + 1);
        });
        _time.Schedule(() => _messages.Add("another's turn"));
        Send(1);
        _time.Schedule(() => _messages.Add("another's turn"));
        Deliver();
        Assert.Equal(["another's turn", "1 at 0", "another's turn", "2 at 0", "3 at 0"], _messages);
    }

    [Fact]
    public void Items_and_drops_add_up_and_stay_in_order() => Gen.Select(
        Gen.Int[1, 40], Gen.Bool, Gen.Int[0, 60].Array[0, 12]).Sample(
        (capacity, oldest, bursts) =>
        {
            var time = new HistoricalScheduler();
            using var source = new Subject<int>();
            var policy = oldest ? OverflowPolicy.DropOldest : OverflowPolicy.DropNewest;
            var delivered = new List<Bounded<int>>();
            var completed = false;
            using var subscription = source.ObserveOnBounded(capacity, policy, time).Subscribe(delivered.Add, () => completed = true);
            var expected = new List<int>();
            var next = 0;
            foreach (var burst in bursts)
            {
                var items = Enumerable.Range(next, burst).ToArray();
                next += burst;
                foreach (var item in items)
                    source.OnNext(item);
                time.AdvanceBy(TimeSpan.FromTicks(1));
                expected.AddRange(oldest ? items.TakeLast(capacity) : items.Take(capacity));
            }

            source.OnCompleted();
            time.AdvanceBy(TimeSpan.FromTicks(1));
            Assert.True(completed);
            Assert.Equal(expected, delivered.Select(d => d.Value));
            // an item's number equals the count of items before it, delivered and dropped
            var before = 0L;
            foreach (var item in delivered)
            {
                before += item.Dropped;
                Assert.Equal(before++, item.Value);
            }
        },
        iter: Cases.Count / 2);

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    public async Task A_busy_observer_on_its_own_thread_loses_items_but_never_blocks_the_source(OverflowPolicy policy)
    {
        var busy = new SemaphoreSlim(0);
        var first = new TaskCompletionSource();
        var delivered = new List<Bounded<int>>();
        var completed = new TaskCompletionSource();
        using var subscription = _source.ObserveOnBounded(100, policy).Subscribe(
            item =>
            {
                if (item.Value == 0)
                {
                    first.SetResult();
                    busy.Wait();
                }

                delivered.Add(item);
            },
            () => completed.SetResult());
        Send(0);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        for (var i = 1; i <= 1000; i++)
            Send(i);
        _source.OnCompleted();
        busy.Release();
        await completed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var range = policy == OverflowPolicy.DropOldest ? Enumerable.Range(901, 100) : Enumerable.Range(1, 100);
        Assert.Equal([0, .. range], delivered.Select(d => d.Value));
        Assert.Equal(policy == OverflowPolicy.DropOldest ? 900 : 0, delivered.Sum(d => d.Dropped));
    }

    [Fact]
    public async Task Nothing_is_dropped_while_an_observer_on_its_own_thread_keeps_up()
    {
        var sum = 0L;
        var turn = new SemaphoreSlim(0);
        using var subscription = _source.ObserveOnBounded(1).Subscribe(item =>
        {
            sum += item.Value + item.Dropped;
            turn.Release();
        });
        for (var i = 1; i <= 1000; i++)
        {
            Send(i);
            Assert.True(await turn.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }

        Assert.Equal(500_500, sum);
    }

    [Fact]
    public void An_item_allocates_nothing_once_the_buffer_has_grown()
    {
        using var frames = new Subject<CanFrame>();
        ManualResetEventSlim delivering = new(), busy = new();
        using var subscription = frames.ObserveOnBounded(64).Subscribe(_ =>
        {
            delivering.Set();
            busy.Wait();
        });
        var frame = new CanFrame(0x100, [1]);
        Play();
        delivering.Wait(TestContext.Current.CancellationToken); // nothing contends for the buffer from here on
        Allocation.AssertNone(Play);
        subscription.Dispose();
        busy.Set();

        void Play()
        {
            for (var i = 0; i < 200; i++)
                frames.OnNext(frame);
        }
    }

    [Fact]
    public void Disposing_stops_delivery_and_releases_the_source()
    {
        var subscription = Subscribe(5, OverflowPolicy.DropOldest);
        Send(1, 2);
        subscription.Dispose();
        subscription.Dispose();
        Deliver();
        Assert.Empty(_messages);
        Assert.False(_source.HasObservers);
    }

    [Fact]
    public void Disposing_during_a_delivery_ends_it()
    {
        IDisposable? subscription = null;
        subscription = _source.ObserveOnBounded(5, scheduler: _time).Subscribe(item =>
        {
            _messages.Add($"{item.Value}");
            subscription!.Dispose();
        });
        Send(1, 2, 3);
        Deliver();
        Assert.Equal(["1"], _messages);
    }

    [Fact]
    public void An_observer_that_throws_is_detached()
    {
        using var subscription = _source.ObserveOnBounded(5, scheduler: _time).Subscribe(_ => throw new InvalidOperationException());
        Send(1, 2);
        Assert.Throws<InvalidOperationException>(Deliver);
        Assert.False(_source.HasObservers);
    }

    [Fact]
    public void Arguments_are_validated_immediately()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _source.ObserveOnBounded(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _source.ObserveOnBounded(1, (OverflowPolicy)2));
    }

    private IDisposable Subscribe(int capacity, OverflowPolicy policy) => Subscribe(_source, capacity, policy);

    private IDisposable Subscribe(IObservable<int> source, int capacity, OverflowPolicy policy) => source.ObserveOnBounded(capacity, policy, _time).Subscribe(
        item => _messages.Add(item.Dropped == 0 ? $"{item.Value}" : $"{item.Value}, dropped {item.Dropped}"),
        _ => _messages.Add("failed"),
        () => _messages.Add("completed"));

    private void Deliver() => _time.AdvanceBy(TimeSpan.FromTicks(1));

    private void Send(params int[] items)
    {
        foreach (var item in items)
            _source.OnNext(item);
    }
}
