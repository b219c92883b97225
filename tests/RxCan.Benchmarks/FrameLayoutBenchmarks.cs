using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks;

/// <summary>
/// A frame through Rx's <c>Where</c> and <c>Select</c>: the 80 bytes of <see cref="CanFrame"/> compared with the 32 bytes a frame would take
/// if it held 8 bytes inline and CAN FD data elsewhere.
/// </summary>
public class FrameLayoutBenchmarks
{
    private readonly Subject<CanFrame> _classic = new();
    private readonly Subject<CanFrame> _fd = new();
    private readonly Subject<SmallFrame> _small = new();
    private readonly Traffic _classicTraffic = new(200);
    private readonly Traffic _fdTraffic = new(200, fd: true);
    private readonly SmallFrame[] _smallTraffic = new SmallFrame[Traffic.Count];

    [GlobalSetup]
    public void Setup()
    {
        if (Unsafe.SizeOf<CanFrame>() != 80 || Unsafe.SizeOf<SmallFrame>() != 32)
            throw new InvalidOperationException("The layouts are not what the names say.");
        for (var i = 0; i < _smallTraffic.Length; i++)
            _smallTraffic[i] = new((uint)(0x100 + (i % 200)), (ulong)i, i, null);
        _classic.Where(f => f.Id != 0x100).Select(f => f.Data[0]).Subscribe(new CountingObserver<byte>());
        _fd.Where(f => f.Id != 0x100).Select(f => f.Data[0]).Subscribe(new CountingObserver<byte>());
        _small.Where(f => f.Id != 0x100).Select(f => (byte)f.Data).Subscribe(new CountingObserver<byte>());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count)]
    public void Classic()
    {
        foreach (ref readonly var frame in _classicTraffic.Frames)
            _classic.OnNext(frame);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void Fd()
    {
        foreach (ref readonly var frame in _fdTraffic.Frames)
            _fd.OnNext(frame);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void ClassicIn32Bytes()
    {
        foreach (ref readonly var frame in _smallTraffic.AsSpan())
            _small.OnNext(frame);
    }

    private record struct SmallFrame(uint Id, ulong Data, long Ticks, object? FdData);
}
