using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>Who sees the frames that a bus and its jobs send.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void A_bus_receives_the_frames_of_its_jobs_like_those_of_another_local_bus()
    {
        var own = new Recorder<CanFrame>();
        using var frames = _can.Subscribe(own);

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        _bus.Until(() => own.Count >= 2);

        Assert.All(own.Values, f => Assert.Equal((Heartbeat, true, false), (f, f.IsLocal, f.IsOwn)));
    }

    [Fact]
    public void A_bus_without_loopback_still_loops_back_its_jobs()
    {
        using var quiet = _bus.Open(new() { Loopback = false });
        quiet.Send(new(0x10, [1]));

        using var job = quiet.SendCyclic(Heartbeat, Period).Subscribe();
        Seen(2);

        Assert.All(_seen.Values, f => Assert.Equal(Heartbeat, f));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_watch_sees_the_frames_of_its_own_bus_and_jobs(bool watchesAll)
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(watchesAll ? CanFilter.All : CanFilter.Id(0x123) | CanFilter.Id(0x701)).Subscribe(changes);

        _can.Send(new(0x123, [1]));
        _bus.Until(() => changes.Count == 1);
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        _bus.Until(() => changes.Count == 2 && _seen.Count >= 2);

        Assert.Equal([new(0x123, [1]), Heartbeat], changes.Values);
        Assert.All(changes.Values, f => Assert.Equal((_can.Name, false), (f.Interface, f.IsOwn)));
        Assert.All(changes.Values, f => Assert.InRange(f.Timestamp, _seen.Values[0].Timestamp, _seen.Values[1].Timestamp));
    }

    [Fact]
    public void Frames_sent_by_the_bus_break_a_silence_and_are_answered()
    {
        var silence = new Recorder<CanPresence>();
        using var watch = _can.Presence(0x123, Ms(100)).Subscribe(silence);
        using var answers = _can.AnswerRemote(new(0x123, [1])).Subscribe();
        _bus.Until(() => silence.Count == 1);

        _can.Send(CanFrame.Remote(0x123));
        _bus.Until(() => silence.Count >= 2); // it falls silent again

        Assert.True(silence.Values[1].IsPresent);
    }
}
