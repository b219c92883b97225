using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks;

/// <summary>
/// A frame from one node to another on an in-process bus in virtual time: without delay, and on a wire of 1 Mbit/s. All frames are sent, then
/// time passes. The timed bus schedules two actions per frame (its start and its end) and a third to deliver it; the other bus needs one for all.
/// </summary>
public class TimedBusBenchmarks
{
    private readonly Bench _instantaneous = new(time => new(time));
    private readonly Bench _timed = new(time => new(bitrate: 1_000_000, transmitQueueLength: Traffic.Count, scheduler: time));

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public long Instantaneous() => _instantaneous.Run();

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public long Timed() => _timed.Run();

    private sealed class Bench
    {
        private readonly HistoricalScheduler _time = new();
        private readonly Traffic _traffic = new(ids: 200);
        private readonly CountingObserver<CanFrame> _observer = new();
        private readonly ICanBus _sender;

        public Bench(Func<IScheduler, VirtualCanBus> make)
        {
            var bus = make(_time);
            _sender = bus.Connect();
            bus.Connect(new() { ReceiveBufferSize = int.MaxValue }).Subscribe(_observer);
        }

        public long Run()
        {
            foreach (ref readonly var frame in _traffic.Frames)
                _sender.Send(frame);
            _time.AdvanceBy(TimeSpan.FromSeconds(2));
            return _observer.Count;
        }
    }
}
