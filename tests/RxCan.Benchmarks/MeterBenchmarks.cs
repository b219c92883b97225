using System.Diagnostics.Metrics;
using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RxCan.Hosting;

namespace RxCan.Benchmarks;

/// <summary>
/// What a bus's metrics cost a frame: a bus alone; one in a host, with its meter, to which nobody listens; and one whose meter is read every
/// millisecond. Each frame goes to one of 100 subscribers.
/// </summary>
public class MeterBenchmarks
{
    private readonly Traffic _traffic = new(ids: 100);
    private CanConnection _bus = null!;
    private IHost? _host;
    private MeterListener? _listener;
    private Timer? _collecting;
    private long _measurements;

    [GlobalSetup(Target = nameof(BusAlone))]
    public void SetUpBus() => _bus = Subscribed(new(CanBusOptions.Default));

    [GlobalSetup(Target = nameof(NobodyListens))]
    public void SetUpHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddMetrics();
        builder.Services.AddCanBus("can0", bus => bus.Open = (_, options) => new FedBus(options));
        _host = builder.Build();
        _host.Start();
        _bus = Subscribed((FedBus)_host.Services.GetRequiredKeyedService<ICanBus>("can0"));
    }

    [GlobalSetup(Target = nameof(SomebodyListens))]
    public void SetUpListener()
    {
        SetUpHost();
        _listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == CanMetrics.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref _measurements));
        _listener.Start();
        _collecting = new(_ => _listener.RecordObservableInstruments(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        if (_listener is not null && Interlocked.Read(ref _measurements) == 0)
            throw new InvalidOperationException("Nothing was measured.");
        _collecting?.Dispose();
        _listener?.Dispose();
        _host?.StopAsync().Wait();
        _host?.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public void BusAlone() => Receive();

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void NobodyListens() => Receive();

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void SomebodyListens() => Receive();

    private void Receive()
    {
        foreach (ref readonly var frame in _traffic.Frames)
            _bus.Receive(frame);
    }

    private static CanConnection Subscribed(FedBus bus)
    {
        for (var i = 0; i < 100; i++)
            bus.Where(CanFilter.Id(0x100 + i)).Subscribe(new CountingObserver<CanFrame>());
        return bus.Connection!;
    }

    /// <summary>A bus that receives what the benchmark gives it.</summary>
    private sealed class FedBus(CanBusOptions options) : CanBusBase("fed", options, DefaultScheduler.Instance)
    {
        public CanConnection? Connection { get; private set; }

        public override void Send(in CanFrame frame) => throw new NotSupportedException();

        public override ValueTask SendAsync(
            CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        protected internal override void Connect(CanConnection connection) => Connection = connection;

        protected override void Apply(CanFilter filter, CanErrorClass errors)
        {
        }

        protected internal override void Idle(CanConnection connection) => connection.TryRetire();

        protected internal override void Close(CanConnection? connection) => Scheduler.Schedule(() => Complete(connection));
    }
}
