using System.Reactive;
using System.Reactive.Subjects;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>A stream of values updates a running job, and its end deletes the job.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void A_value_updates_the_running_job_without_a_gap_or_an_extra_frame()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(_can, Period).Subscribe(told);
        Assert.Equal(0, told.Count);

        values.OnNext(new(0x10, [1]));
        Seen(2);
        Pass(10);
        var before = _can.Scheduler.Now; // this thread may be delayed here by more than a period
        values.OnNext(new(0x10, [2, 2]));
        values.OnNext(new(0x10, [3, 3, 3]));
        var after = _can.Scheduler.Now;
        _bus.Until(() => FirstBytes().Count(b => b == 3) >= 2);

        Assert.Equal(3, told.Count);
        Assert.All(_seen.Values.Where(f => f.Timestamp < before), f => Assert.Equal(1, f.Data[0]));
        Assert.All(_seen.Values.Where(f => f.Timestamp > after), f => Assert.Equal(3, f.Data[0]));
        AssertPeriodic(_seen.Values);
    }

    [Fact]
    public void An_observer_may_provide_the_next_value_while_the_first_sets_up_the_job()
    {
        using var values = new Subject<CanFrame>();
        var told = 0;
        using var job = values.SendCyclic(_can, Period).Subscribe(_ =>
        {
            if (++told == 1)
                values.OnNext(new(0x10, [2]));
        });

        values.OnNext(new(0x10, [1]));
        var updated = _can.Scheduler.Now; // this thread may have been delayed by more than a period
        _bus.Until(() => FirstBytes().Count(b => b == 2) >= 2);

        Assert.Equal(2, told);
        Assert.Equal(1, FirstBytes().First());
        Assert.All(_seen.Values.Skip(1).Where(f => f.Timestamp > updated), f => Assert.Equal(2, f.Data[0]));
    }

    [Fact]
    public void An_announced_update_is_an_extra_frame_between_the_periods()
    {
        using var values = new Subject<CanFrame>();
        using var job = values.SendCyclic(_can, Period, new() { AnnounceUpdates = true }).Subscribe();

        values.OnNext(new(0x10, [1]));
        Seen(1);
        Pass(50);
        var before = _can.Scheduler.Now; // 50 ms later, or more
        values.OnNext(new(0x10, [2]));
        var after = _can.Scheduler.Now;
        _bus.Until(() => FirstBytes().Count(b => b == 2) >= 3);

        var frames = _seen.Values;
        var old = frames.TakeWhile(f => f.Data[0] == 1).ToArray();
        var extra = frames[old.Length];
        Assert.All(frames.Skip(old.Length), f => Assert.Equal(2, f.Data[0]));
        Assert.InRange(extra.Timestamp, before, after + _bus.Tolerance);
        AssertPeriodic([.. old, .. frames.Skip(old.Length + 1)]);
    }

    [Fact]
    public void An_announced_update_counts_for_the_burst()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        var period = Ms(10_000); // the burst sends no frame of its own between the updates
        using var job = values.SendCyclic(_can, period, new() { Count = 3, AnnounceUpdates = true }).Subscribe(told);

        values.OnNext(new(0x10, [1]));
        Seen(1);
        values.OnNext(new(0x10, [2]));
        values.OnNext(new(0x10, [3]));
        _bus.Until(() => told.IsCompleted);

        Seen(3);
        AssertNothingMore();
        Assert.Equal([1, 2, 3], FirstBytes());
    }

    [Fact]
    public void Updating_a_sequence_keeps_the_position_in_it()
    {
        using var values = new Subject<CanFrame[]>();
        using var job = values.SendCyclic(_can, Period).Subscribe();

        values.OnNext([new(0x10, [0x10]), new(0x10, [0x11]), new(0x10, [0x12])]);
        Seen(2);
        Pass(10);
        var before = _can.Scheduler.Now; // this thread may be delayed here by more than a period
        values.OnNext([new(0x10, [0x20]), new(0x10, [0x21]), new(0x10, [0x22])]);
        var after = _can.Scheduler.Now;
        _bus.Until(() => FirstBytes().Count(b => b >= 0x20) >= 3);

        var frames = _seen.Values;
        Assert.Equal(frames.Select((_, i) => i % 3), frames.Select(f => f.Data[0] & 0x0F));
        Assert.All(frames.Where(f => f.Timestamp < before), f => Assert.Equal(0x10, f.Data[0] & 0xF0));
        Assert.All(frames.Where(f => f.Timestamp > after), f => Assert.Equal(0x20, f.Data[0] & 0xF0));
        AssertPeriodic(frames);
    }

    [Fact]
    public void The_end_of_the_stream_deletes_the_job()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(_can, Period).Subscribe(told);
        values.OnNext(Heartbeat);
        Seen(2);

        values.OnCompleted();

        Assert.True(told.IsCompleted);
        AssertNothingMore();
    }

    [Fact]
    public void An_error_in_the_stream_deletes_the_job_and_is_forwarded()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(_can, Period).Subscribe(told);
        values.OnNext(Heartbeat);
        Seen(2);

        var error = new InvalidOperationException();
        values.OnError(error);

        Assert.Same(error, told.Error);
        AssertNothingMore();
    }
}
