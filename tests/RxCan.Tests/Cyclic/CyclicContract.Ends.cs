using System.Reactive;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>What ends jobs and watches, what does not, and that they leave nothing behind.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void Disposing_the_bus_deletes_and_completes_its_jobs_and_watches()
    {
        var told = new Recorder<Unit>();
        var changes = new Recorder<CanFrame>();
        var silence = new Recorder<CanPresence>();
        var answers = new Recorder<Unit>();
        _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        _can.Changes(CanFilter.Id(0x20)).Subscribe(changes);
        _can.Presence(0x20, Period).Subscribe(silence);
        _can.AnswerRemote(new(0x20, [1])).Subscribe(answers);
        Seen(2);

        _can.Dispose();
        _bus.Until(() => told.IsCompleted && changes.IsCompleted && silence.IsCompleted && answers.IsCompleted);

        AssertNothingMore();
    }

    [Fact]
    public void A_job_on_a_disposed_bus_completes()
    {
        var told = new Recorder<Unit>();
        _can.Dispose();

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        _bus.Until(() => told.IsCompleted);

        Assert.Equal(0, told.Count);
        AssertNothingMore();
    }

    [Fact]
    public void A_job_continues_when_the_link_returns()
    {
        var told = new Recorder<Unit>();
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        Seen(2);

        _bus.LinkDown();
        Pass(250);
        var before = _seen.Count;
        _bus.LinkUp();
        Seen(before + 2);

        Assert.Null(told.Error);
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public void A_job_set_up_while_the_link_is_down_sends_once_it_is_up()
    {
        _bus.LinkDown();
        var told = new Recorder<Unit>();
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        Assert.Equal(1, told.Count);

        _bus.LinkUp();
        Seen(2);

        Assert.Null(told.Error);
    }

    [Fact]
    public void Removing_the_interface_fails_its_jobs_and_watches()
    {
        var told = new Recorder<Unit>();
        var changes = new Recorder<CanFrame>();
        var silence = new Recorder<CanPresence>();
        var answers = new Recorder<Unit>();
        using var job = _can.SendCyclic(Heartbeat, Ms(10_000)).Subscribe(told);
        using var watch = _can.Changes(CanFilter.Id(0x20)).Subscribe(changes);
        using var node = _can.Presence(0x20, Ms(10_000)).Subscribe(silence);
        using var answer = _can.AnswerRemote(new(0x20, [1])).Subscribe(answers);
        Seen(1);

        _bus.Remove();
        _bus.Until(() => told.Error is not null && changes.Error is not null && silence.Error is not null && answers.Error is not null);

        Assert.All(
            [told.Error, changes.Error, silence.Error, answers.Error],
            e => Assert.IsType<CanInterfaceNotFoundException>(e));
        _bus.Until(() => _bus.JobsLeft == 0);
    }

    [Fact]
    public void A_job_on_a_removed_interface_fails()
    {
        _bus.Remove();
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        _bus.Until(() => told.Error is not null);

        Assert.IsType<CanInterfaceNotFoundException>(told.Error);
        Assert.Equal(0, told.Count);
    }

    [Fact]
    public void A_disposed_watch_reports_nothing_and_leaves_nothing_behind()
    {
        var silence = new Recorder<CanPresence>();
        var changes = new Recorder<CanFrame>();
        var time = Ms(3_000); // longer than this thread may be delayed
        var watch = _can.Presence(0x123, time).Subscribe(silence);
        var content = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { Throttle = time }).Subscribe(changes);
        Send([1]);
        Send([2]);
        _bus.Until(() => changes.Count == 1);
        Pass(1);

        watch.Dispose();
        content.Dispose();
        Assert.Equal(0, _bus.JobsLeft);
        _bus.Elapse(3_500);

        Assert.Equal((1, 0), (changes.Count, silence.Count));
    }

    [Fact]
    public void A_wide_watch_ends_with_the_bus_or_the_interface_and_leaves_nothing_behind()
    {
        var disposed = new Recorder<CanFrame>();
        var removed = new Recorder<CanFrame>();
        var completed = new Recorder<CanFrame>();
        using var other = _bus.Open();
        _can.Changes(CanFilter.All).Subscribe(disposed).Dispose();
        using var first = _can.Changes(CanFilter.All).Subscribe(completed);
        using var second = other.Changes(CanFilter.All).Subscribe(removed);

        Send([1]);
        _bus.Until(() => completed.Count == 1 && removed.Count == 1);
        _can.Dispose();
        _bus.Until(() => completed.IsCompleted);
        _bus.Remove();
        _bus.Until(() => removed.Error is not null);

        Assert.IsType<CanInterfaceNotFoundException>(removed.Error);
        Assert.Equal(0, disposed.Count);
        _bus.Until(() => _bus.JobsLeft == 0);
    }

    [Fact]
    public void An_observer_that_throws_during_setup_leaves_no_job()
    {
        Assert.Throws<InvalidTimeZoneException>(() => _can.SendCyclic(Heartbeat, Period).Subscribe(_ => throw new InvalidTimeZoneException()));
        Assert.Throws<InvalidTimeZoneException>(() => _can.AnswerRemote(Heartbeat).Subscribe(_ => throw new InvalidTimeZoneException()));

        AssertNothingMore();
    }

    [Fact]
    public void A_watch_observer_that_throws_is_detached_and_reported_without_affecting_others()
    {
        var events = new Recorder<CanBusEvent>();
        var changes = new Recorder<CanFrame>();
        using var watchEvents = _can.Events.Subscribe(events);
        using var bad = _can.Changes(CanFilter.Id(0x123)).Subscribe(_ => throw new InvalidTimeZoneException("on purpose"));
        using var good = _can.Changes(CanFilter.Id(0x123)).Subscribe(changes);

        Send([1]);
        _bus.Until(() => changes.Count == 1 && events.Values.Any(e => e is CanObserverFailed));
        Send([2]);
        _bus.Until(() => changes.Count == 2);

        Assert.IsType<InvalidTimeZoneException>(Assert.Single(events.Values.OfType<CanObserverFailed>()).Exception);
    }
}
