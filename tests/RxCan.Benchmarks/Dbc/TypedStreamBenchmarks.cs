using System.Reactive.Disposables;
using BenchmarkDotNet.Attributes;
using RxCan.Bus;
using RxCan.Dbc;

namespace RxCan.Benchmarks.Dbc;

/// <summary>A frame through a bus's dispatcher to one subscriber of its identifier, and to one of its typed message.</summary>
public class TypedStreamBenchmarks
{
    private readonly CanFrame[] _frames = new CanFrame[Traffic.Count];
    private readonly FrameDispatcher _toFrames = new();
    private readonly FrameDispatcher _toMessages = new();

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < _frames.Length; i++)
            _frames[i] = new Vehicle.EngineData { Counter = i & 0xFF, EngineSpeed = i & 0xFFF }.ToFrame();
        var bus = (CanBusBase)new VirtualCanBus().Connect();
        _toFrames.Add(new(bus, new CountingObserver<CanFrame>(), Vehicle.EngineData.Filter));
        var frames = new Subscribed();
        new MessageStream<Vehicle.EngineData>(frames).Subscribe(new CountingObserver<Vehicle.EngineData>());
        _toMessages.Add(new(bus, frames.Observer!, Vehicle.EngineData.Filter));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public void WhereId()
    {
        foreach (ref readonly var frame in _frames.AsSpan())
            _toFrames.Dispatch(frame);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Messages()
    {
        foreach (ref readonly var frame in _frames.AsSpan())
            _toMessages.Dispatch(frame);
    }

    /// <summary>Keeps the observer, which the dispatcher then calls.</summary>
    private sealed class Subscribed : IObservable<CanFrame>
    {
        public IObserver<CanFrame>? Observer { get; private set; }

        public IDisposable Subscribe(IObserver<CanFrame> observer)
        {
            Observer = observer;
            return Disposable.Empty;
        }
    }
}
