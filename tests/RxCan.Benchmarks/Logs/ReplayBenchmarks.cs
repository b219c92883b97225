using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;
using RxCan.Logs.Formats;

namespace RxCan.Benchmarks.Logs;

/// <summary>What a frame costs on virtual time: two minutes of a saturated bus, each frame at a tick of its own, against reading the same file.</summary>
public class ReplayBenchmarks
{
    private const int Frames = 1_000_000;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"replay-{Environment.ProcessId}.log");

    [GlobalSetup]
    public void Write() => DenseLog.Write(_path, Frames, TimeSpan.FromMicroseconds(125));

    [GlobalCleanup]
    public void Delete() => File.Delete(_path);

    [Benchmark(Baseline = true, OperationsPerInvoke = Frames)]
    public long Read()
    {
        using var reader = LogFormats.OpenReader(_path, new());
        var count = 0L;
        while (reader.Read(out _))
            count++;
        return count;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public long Replay()
    {
        var time = new HistoricalScheduler();
        var counter = new CountingObserver<CanFrame>();
        using var replay = CanLog.Replay(_path, time);
        replay.Subscribe(counter);
        time.Start();
        return counter.Count;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public long ReplayAtInfiniteSpeed()
    {
        var time = new HistoricalScheduler();
        var counter = new CountingObserver<CanFrame>();
        using var replay = CanLog.Replay(_path, time, speed: double.PositiveInfinity);
        replay.Subscribe(counter);
        time.Start();
        return counter.Count;
    }
}
