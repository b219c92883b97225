using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks;

/// <summary>Counts the bits of a frame on the wire with 8 and 64 bytes of data, as the bus load does for every frame.</summary>
public class CanFrameBitsBenchmarks
{
    private readonly Traffic _classic = new(200);
    private readonly Traffic _fd = new(200, fd: true);

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public long Classic() => Sum(_classic);

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public long Fd() => Sum(_fd);

    private static long Sum(Traffic traffic)
    {
        long bits = 0;
        foreach (ref readonly var frame in traffic.Frames)
            bits += CanFrameBits.Of(frame).Total;
        return bits;
    }
}
