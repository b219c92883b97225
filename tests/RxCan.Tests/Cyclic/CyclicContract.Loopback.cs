using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>What a bus sends itself, and what its jobs send: who sees it.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void A_bus_receives_the_frames_of_its_jobs_as_those_of_another_on_its_host()
    {
        var own = new Recorder<CanFrame>();
        using var frames = _can.Subscribe(own);

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        _bus.Until(() => own.Count >= 2);

        Assert.All(own.Values, f => Assert.Equal((Heartbeat, true, false), (f, f.IsLocal, f.IsOwn)));
    }

    [Fact]
    public void A_bus_that_does_not_loop_back_what_it_sends_does_so_with_its_jobs()
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
    public void A_watch_sees_what_its_bus_sends_and_what_its_jobs_send(bool watchesAll)
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
    public void What_a_bus_sends_breaks_a_silence_and_is_answered()
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
