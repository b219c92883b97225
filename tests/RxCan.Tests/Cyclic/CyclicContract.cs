using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>What cyclic jobs and watches do on every bus: the portable engine's and the kernel's broadcast manager run the same tests.</summary>
public abstract partial class CyclicContract : IDisposable
{
    private static readonly CanFrame Heartbeat = new(0x701, [0x05]);
    private static readonly TimeSpan Period = Ms(100);

    private readonly CyclicBus _bus;
    private readonly ICanBus _can;
    private readonly ICanBus _peer;
    private readonly Recorder<CanFrame> _seen = new();

    protected CyclicContract(CyclicBus bus)
    {
        _bus = bus;
        _can = bus.Open();
        _peer = bus.Open();
        _peer.Subscribe(_seen);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _can.Dispose();
        _peer.Dispose();
        _bus.Dispose();
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Send(ReadOnlySpan<byte> data) => _peer.Send(new(0x123, data));

    private void Seen(int count) => _bus.Until(() => _seen.Count >= count);

    private void Pass(int milliseconds) => _bus.Elapse(milliseconds);

    private IEnumerable<int> FirstBytes() => _seen.Values.Select(f => (int)f.Data[0]);

    private void AssertNothingMore()
    {
        _bus.Elapse(20);
        var now = _can.Scheduler.Now; // earlier frames may be seen later
        _bus.Elapse(300);
        Assert.DoesNotContain(_seen.Values, f => f.Timestamp > now);
        Assert.Equal(0, _bus.JobsLeft);
    }

    private void Changed(Recorder<CanFrame> changes, params byte[][] expected)
    {
        _bus.Until(() => changes.Count >= expected.Length);
        _bus.Elapse(20);
        Assert.Equal(expected, changes.Values.Select(f => f.Data.ToArray()));
    }

    /// <summary>Checks when frames were sent, in milliseconds after the first.</summary>
    private void AssertSentAt(params int[] expected) => AssertSentAt([.. expected.Select(Ms)], _seen.Values);

    /// <summary>Checks that frames were sent a period apart.</summary>
    private void AssertPeriodic(IEnumerable<CanFrame> frames)
    {
        var sent = frames.ToList();
        AssertSentAt([.. sent.Select((_, i) => i * Period)], sent);
    }

    /// <summary>Checks when frames were sent. On a machine that stalls, any of them may be late, the first too, but not most of them.</summary>
    private void AssertSentAt(TimeSpan[] expected, IReadOnlyList<CanFrame> frames)
    {
        var late = expected.Select((time, i) => frames[i].Timestamp - frames[0].Timestamp - time).ToList();
        var usual = _can.Scheduler is VirtualTime ? TimeSpan.Zero : late.Order().ElementAt((late.Count - 1) / 2);
        var wrong = late.Count(time => (time - usual).Duration() > _bus.Tolerance);
        Assert.True(wrong <= (_can.Scheduler is VirtualTime ? 0 : late.Count / 3), $"late by {string.Join(", ", late.Select(time => time.TotalMilliseconds))} ms");
    }

    /// <summary>Checks how long a thread takes: in real time it may be delayed.</summary>
    private void AssertToldAfter(TimeSpan expected, TimeSpan actual)
    {
        var late = _can.Scheduler is VirtualTime ? _bus.Tolerance : TimeSpan.FromSeconds(20);
        Assert.InRange(actual, expected - _bus.Tolerance, expected + late);
    }
}

[Trait("Length", "Long")]
public sealed class VirtualCyclicContract() : CyclicContract(new VirtualCyclicBus());

[Trait("Length", "Long")]
public sealed class TimedCyclicContract() : CyclicContract(new VirtualCyclicBus(bitrate: 500_000, dataBitrate: 2_000_000));

[Collection(nameof(Alone))] // it measures times
public sealed class VcanCyclicContract() : CyclicContract(new VcanCyclicBus());
