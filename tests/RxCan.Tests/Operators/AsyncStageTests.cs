using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Reactive.Threading.Tasks;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Operators;

/// <summary><see cref="CanObservable.SelectBounded"/> and <see cref="CanObservable.ToAsyncEnumerable"/>.</summary>
[Trait("Length", "Long")]
public sealed class AsyncStageTests
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<int> _source = new();

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    public void A_hundred_thousand_items_wait_in_no_more_room_than_the_capacity(OverflowPolicy policy)
    {
        const int Items = 100_000;
        var atWork = 0;
        using var results = _source.SelectBounded(Work, capacity: 10, policy, _time).Record();

        for (var i = 0; i < Items; i++)
        {
            if (i % 100 == 0)
                _time.AdvanceBy(TimeSpan.FromMilliseconds(10)); // for ten items
            _source.OnNext(i);
        }

        _source.OnCompleted();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        Assert.Equal(NotificationKind.OnCompleted, results.End!.Kind);
        Assert.Equal(results.Values.Select(r => r.Value).Order(), results.Values.Select(r => r.Value));
        Assert.InRange(results.Count, Items / 100 * 9, Items / 100 * 11);
        var counted = results.Count + results.Values.Sum(r => r.Dropped);
        if (policy == OverflowPolicy.DropOldest)
            Assert.Equal(Items, counted);
        else
            Assert.Equal(results.Values[^1].Value + 1, counted);

        async Task<int> Work(int item, CancellationToken token)
        {
            Assert.Equal(1, ++atWork); // one at a time, and never on another thread
            await Observable.Timer(TimeSpan.FromMilliseconds(1), _time).ToTask(token);
            atWork--;
            return item;
        }
    }

    [Fact]
    public void A_task_that_fails_ends_the_stream_and_disposing_cancels_the_one_under_way()
    {
        var tokens = new List<CancellationToken>();
        using var failing = _source.SelectBounded<int, int>((_, _) => Task.FromException<int>(new InvalidTimeZoneException()), 5, scheduler: _time).Record();
        var endless = _source.SelectBounded<int, int>(
            (_, token) =>
            {
                tokens.Add(token);
                return new TaskCompletionSource<int>().Task;
            },
            5,
            scheduler: _time).Record();

        _source.OnNext(1);
        _source.OnNext(2);
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        endless.Dispose();

        Assert.IsType<InvalidTimeZoneException>(failing.End!.Exception);
        Assert.True(Assert.Single(tokens).IsCancellationRequested);
        Assert.False(_source.HasObservers);
        Assert.Throws<ArgumentOutOfRangeException>(() => _source.SelectBounded((i, _) => Task.FromResult(i), 0));
    }

    [Fact]
    public void A_loop_over_a_bus_on_virtual_time_stays_on_its_thread()
    {
        var bus = new VirtualCanBus(_time);
        using var sender = bus.Connect();
        var seen = new List<int>();
        var dropped = 0L;
        var threads = new HashSet<int>();
        var loop = Loop();

        for (byte i = 0; i < 100; i++)
        {
            sender.Send(new CanFrame(1, [i]));
            if (i % 10 == 9)
                _time.AdvanceBy(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(from round in Enumerable.Range(0, 10) from i in Enumerable.Range(6, 4) select (10 * round) + i, seen); // the newest four of ten
        Assert.Equal(100, seen.Count + dropped);
        Assert.Equal(Environment.CurrentManagedThreadId, Assert.Single(threads));
        Assert.False(loop.IsCompleted);

        async Task Loop()
        {
            using var can = bus.Connect();
            await foreach (var (frame, gap) in can.ToAsyncEnumerable(capacity: 4))
            {
                seen.Add(frame.Data[0]);
                dropped += gap;
                threads.Add(Environment.CurrentManagedThreadId);
            }
        }
    }

    [Fact]
    public async Task A_loop_gets_the_end_and_the_error_after_the_waiting_items()
    {
        using var failing = new Subject<int>();
        await using var items = _source.ToAsyncEnumerable(2, OverflowPolicy.DropNewest, _time).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await using var others = failing.ToAsyncEnumerable(2, scheduler: _time).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        foreach (var i in Enumerable.Range(0, 4))
        {
            _source.OnNext(i);
            failing.OnNext(i);
        }

        _source.OnCompleted();
        failing.OnError(new InvalidTimeZoneException());

        Assert.True(await items.MoveNextAsync());
        Assert.Equal(new(0, 0), items.Current);
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(new(1, 0), items.Current);
        Assert.False(await items.MoveNextAsync());
        Assert.True(await others.MoveNextAsync());
        Assert.Equal(new(2, 2), others.Current);
        Assert.True(await others.MoveNextAsync());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => others.MoveNextAsync().AsTask());
    }

    [Fact]
    public async Task A_loop_ends_when_it_is_cancelled_and_its_subscription_with_it()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var items = _source.ToAsyncEnumerable(2, scheduler: _time).GetAsyncEnumerator(ending.Token);
        var next = items.MoveNextAsync().AsTask();

        ending.Cancel();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => items.MoveNextAsync().AsTask());
        await items.DisposeAsync();
        Assert.False(_source.HasObservers);
    }

    [Fact]
    public async Task In_real_time_a_loop_gets_every_item_in_order_or_its_number_among_the_dropped()
    {
        const int Items = 20_000;
        var numbers = Observable.Range(0, Items, ThreadPoolScheduler.Instance);
        var next = 0L;

        await foreach (var (value, dropped) in numbers.ToAsyncEnumerable(capacity: 16).WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Equal(next + dropped, value);
            next = value + 1;
        }

        Assert.Equal(Items, next);
    }
}
