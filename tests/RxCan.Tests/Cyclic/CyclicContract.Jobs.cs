using System.Reactive;
using System.Reactive.Linq;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>Jobs: when their frames are sent, bursts, sequences, kinds of frames.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void A_job_sends_its_first_frame_immediately_and_then_one_each_period()
    {
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();

        Seen(5);

        Assert.All(_seen.Values, f => Assert.Equal(Heartbeat, f));
        AssertSentAt(0, 100, 200, 300, 400);
    }

    [Fact]
    public void A_job_emits_one_value_when_it_is_set_up()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        Seen(3);

        Assert.Equal(1, told.Count);
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public void Disposing_deletes_the_job()
    {
        var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        Seen(2);

        job.Dispose();
        job.Dispose();

        AssertNothingMore();
    }

    [Fact]
    public void Taking_one_value_deletes_the_job_after_its_first_frame()
    {
        _can.SendCyclic(Heartbeat, Period).Take(1).Subscribe();

        Seen(1);
        AssertNothingMore();
    }

    [Fact]
    public void A_burst_ends_with_its_last_frame_and_completes()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period, new() { Count = 3 }).Subscribe(told);
        _bus.Until(() => told.IsCompleted);

        Seen(3);
        AssertSentAt(0, 100, 200);
        AssertNothingMore();
    }

    [Fact]
    public void A_burst_of_one_frame_completes_when_it_is_set_up()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period, new() { Count = 1 }).Subscribe(told);
        _bus.Until(() => told.IsCompleted);

        Seen(1);
        Assert.Equal(1, told.Count);
        AssertNothingMore();
    }

    [Fact]
    public void The_second_period_follows_a_burst()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Ms(50), new() { Count = 3, SecondPeriod = Ms(200) }).Subscribe(told);
        Seen(5);

        AssertSentAt(0, 50, 100, 300, 500);
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public void A_burst_of_one_frame_continues_with_the_second_period()
    {
        using var job = _can.SendCyclic(Heartbeat, Ms(50), new() { Count = 1, SecondPeriod = Ms(200) }).Subscribe();
        Seen(3);

        AssertSentAt(0, 200, 400);
    }

    [Fact]
    public void A_sequence_starts_again_after_its_last_frame()
    {
        CanFrame[] counters = [new(0x10, [0]), new(0x10, [1]), new(0x10, [2])];

        using var job = _can.SendCyclic(counters, Period).Subscribe();
        Seen(7);

        Assert.Equal([0, 1, 2, 0, 1, 2, 0], FirstBytes().Take(7));
        AssertSentAt(0, 100, 200, 300, 400, 500, 600);
    }

    [Fact]
    public void A_sequence_has_up_to_256_frames()
    {
        var counters = Enumerable.Range(0, 256).Select(i => new CanFrame(0x10, [(byte)i])).ToArray();

        using var job = _can.SendCyclic(counters, Ms(1)).Subscribe();
        Seen(257);

        Assert.Equal([.. Enumerable.Range(0, 256), 0], FirstBytes().Take(257));
    }

    [Fact]
    public void Remote_frames_are_sent_cyclically_too()
    {
        using var job = _can.SendCyclic(CanFrame.Remote(0x701, 1), Period).Subscribe();
        Seen(2);

        Assert.All(_seen.Values, f => Assert.True(f is { IsRemote: true, Length: 1 }));
    }

    [Fact]
    public void FD_frames_keep_their_flags_and_are_deleted_too()
    {
        var frame = CanFrame.Fd(0x18DA_55AA, new byte[48], bitRateSwitch: true);

        var job = _can.SendCyclic(frame, Period).Subscribe();
        Seen(2);
        job.Dispose();

        Assert.All(_seen.Values, f => Assert.Equal(frame, f));
        AssertNothingMore();
    }

    [Fact]
    public void Jobs_with_the_same_identifier_run_side_by_side()
    {
        var one = _can.SendCyclic(new CanFrame(0x10, [1]), Period).Subscribe();
        using var two = _can.SendCyclic(new CanFrame(0x10, [2]), Period).Subscribe();
        _bus.Until(() => FirstBytes().Count(b => b == 1) >= 3 && FirstBytes().Count(b => b == 2) >= 3);
        AssertPeriodic(_seen.Values.Where(f => f.Data[0] == 1));
        AssertPeriodic(_seen.Values.Where(f => f.Data[0] != 1));

        one.Dispose();
        var disposed = _can.Scheduler.Now; // earlier frames may be seen later
        _bus.Until(() => _seen.Values.Count(f => f.Timestamp > disposed) >= 3);

        Assert.All(_seen.Values.Where(f => f.Timestamp > disposed), f => Assert.Equal(2, f.Data[0]));
    }

    [Fact]
    public void Standard_and_extended_classic_and_FD_jobs_with_the_same_number_do_not_collide()
    {
        CanFrame[] frames = [new(0x10, [1]), new(CanId.Extended(0x10), [2]), CanFrame.Fd(0x10, [3]), CanFrame.Fd(CanId.Extended(0x10), [4])];

        var jobs = frames.Select(f => _can.SendCyclic(f, Period).Subscribe()).ToArray();
        _bus.Until(() => frames.All(f => _seen.Values.Count(s => s == f) >= 2));
        Assert.All(_seen.Values, s => Assert.Contains(s, frames));
        Assert.All(frames, f => AssertPeriodic(_seen.Values.Where(s => s == f)));

        foreach (var job in jobs)
            job.Dispose();
        AssertNothingMore();
    }

    [Fact]
    public void An_FD_job_on_a_bus_without_FD_fails()
    {
        using var classic = _bus.Open(new() { Fd = false });
        var told = new Recorder<Unit>();

        using var job = classic.SendCyclic(CanFrame.Fd(0x10, [1]), Period).Subscribe(told);
        _bus.Until(() => told.Error is not null);

        Assert.IsType<CanNotSupportedException>(told.Error);
        AssertNothingMore();
    }
}
