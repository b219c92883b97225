using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>Presence watches: an identifier falls silent and resumes.</summary>
public abstract partial class CyclicContract
{
    [Fact]
    public void An_identifier_that_is_never_heard_is_silent_after_the_time_out()
    {
        var silence = new Recorder<CanPresence>();
        var start = _can.Scheduler.Now;

        using var watch = _can.Presence(0x123, Ms(200)).Subscribe(silence);
        _bus.Until(() => silence.Count == 1);
        AssertToldAfter(Ms(200), silence.Values[0].Timestamp - start);
        _bus.Elapse(500);

        Assert.Equal([(0x123, false)], silence.Values.Select(s => (s.Id, s.IsPresent)));
    }

    [Fact]
    public void An_identifier_falls_silent_once_and_resumes_with_its_next_data_frame()
    {
        var silence = new Recorder<CanPresence>();
        var job = _peer.SendCyclic(new CanFrame(0x123, [1]), Ms(50)).Subscribe(); // first, as this thread may be delayed
        using var watch = _can.Presence(0x123, Ms(1_000)).Subscribe(silence);

        _bus.Elapse(2_500);
        Assert.Equal(0, silence.Count);
        job.Dispose();
        _bus.Until(() => silence.Count == 1);
        _peer.Send(CanFrame.Remote(0x123));
        _peer.Send(new(CanId.Extended(0x123), [1]));
        Pass(20);
        Assert.Equal(1, silence.Count);
        Send([1]);
        _bus.Until(() => silence.Count == 3);

        Assert.Equal([false, true, false], silence.Values.Select(s => s.IsPresent));
        AssertToldAfter(Ms(1_000), silence.Values[2].Timestamp - silence.Values[1].Timestamp);
    }

    [Fact]
    public void Classic_and_FD_frames_both_break_a_silence()
    {
        var silence = new Recorder<CanPresence>();
        var (last, longest) = (_can.Scheduler.Now, TimeSpan.Zero);
        using var watch = _can.Presence(0x123, Ms(200)).Subscribe(silence);

        for (var i = 0; i < 4; i++)
        {
            Pass(100);
            var now = _can.Scheduler.Now;
            _peer.Send(i % 2 == 0 ? CanFrame.Fd(0x123, [1]) : new(0x123, [1]));
            Measure();
            last = now;
        }

        var silences = silence.Count;
        Measure();
        if (longest < Ms(200)) // otherwise this thread was delayed, and there may have been a silence
            Assert.Equal(0, silences);
        _bus.Until(() => silence.Count > 0 && !silence.Values[^1].IsPresent);

        void Measure() => longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (_can.Scheduler.Now - last).Ticks));
    }
}
