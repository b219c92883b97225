using BenchmarkDotNet.Attributes;
using RxCan.IsoTp;

namespace RxCan.Benchmarks;

/// <summary>
/// An ISO-TP message over the in-process bus, from one session to another. It allocates the array for the receiver and a constant:
/// 1 KB, and a third of that each time it yields to the scheduler, after 224 frames.
/// </summary>
public class IsoTpTransferBenchmarks
{
    private readonly VirtualCanBus _bus = new();
    private readonly SemaphoreSlim _received = new(0);
    private IIsoTpSession _sender = null!;
    private byte[] _payload = [];

    [Params(20, 1000, 4095)]
    public int Length { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = new byte[Length];
        _sender = _bus.Connect().OpenIsoTp(0x7E0, 0x7E8);
        _bus.Connect().OpenIsoTp(0x7E8, 0x7E0).Subscribe(_ => _received.Release());
    }

    [Benchmark]
    public void Transfer()
    {
        _sender.Send(_payload);
        _received.Wait();
    }
}
