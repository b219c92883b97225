using System.Reactive.Linq;
using System.Reactive.Subjects;
using BenchmarkDotNet.Attributes;
using RxCan.Bus;

namespace RxCan.Benchmarks;

/// <summary>
/// A frame to as many subscribers as there are identifiers, each subscribed to one: by the dispatcher's lookup, and by Rx's <c>Where</c> with a
/// predicate each. The frames cycle through those identifiers, so each reaches one subscriber.
/// </summary>
public class DispatchBenchmarks
{
    private readonly CountingObserver<CanFrame> _observer = new();
    private readonly Subject<CanFrame> _subject = new();
    private CanBusBase _bus = null!;
    private readonly FrameDispatcher _dispatcher = new();
    private Traffic _traffic = null!;

    [Params(1, 100, 1000)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _traffic = new(Subscribers);
        _bus = (CanBusBase)new VirtualCanBus().Connect();
        for (var i = 0; i < Subscribers; i++)
        {
            CanId id = 0x100 + i;
            _dispatcher.Add(new(_bus, _observer, CanFilter.Id(id)));
            _subject.Where(f => f.Id == id).Subscribe(_observer);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public void Dispatcher()
    {
        foreach (ref readonly var frame in _traffic.Frames)
            _dispatcher.Dispatch(frame);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void RxWhere()
    {
        foreach (ref readonly var frame in _traffic.Frames)
            _subject.OnNext(frame);
    }
}
