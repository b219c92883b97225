using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;
using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Benchmarks;

/// <summary>
/// A request and its response on a virtual bus and clock: by a UDS client, and by the ISO-TP session below it. Both make an array for each response;
/// what the client allocates above the session does not depend on the length of the response.
/// </summary>
[MemoryDiagnoser]
public class UdsBenchmarks
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly CountingObserver<byte[]> _observer = new();
    private readonly byte[] _request = [0x23, 0x12, 0x10, 0x00, 0x10];
    private IIsoTpSession _session = null!;
    private IUdsClient _client = null!;
    private IUdsRequest<byte[]> _read = null!;
    private IObservable<byte[]> _raw = null!;

    [Params(6, 4000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var bus = new VirtualCanBus(_time);
        byte[] response = [0x63, .. new byte[Length]];
        var ecu = bus.Connect().OpenIsoTp(0x7E8, 0x7E0);
        ecu.Subscribe(_ => ecu.Send(response));
        var tester = bus.Connect();
        _session = tester.OpenIsoTp(0x7E0, 0x7E8);
        _client = tester.OpenUds(_session);
        _read = _client.Request(_request, response => response);
        _raw = _session.Request(_request);
    }

    [Benchmark(Baseline = true)]
    public void IsoTp() => Run(_raw);

    [Benchmark]
    public void Uds() => Run(_read);

    private void Run(IObservable<byte[]> request)
    {
        using (request.Subscribe(_observer))
            _time.AdvanceBy(TimeSpan.FromMilliseconds(100));
    }
}
