using BenchmarkDotNet.Attributes;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Benchmarks.Logs;

/// <summary>Reading and writing 1,000,000 frames in memory on one thread. The baseline only looks for the ends of candump's lines.</summary>
public class LogBenchmarks
{
    private readonly Dictionary<CanLogFormat, MemoryStream> _logs = [];
    private readonly MemoryStream _target = new();

    [GlobalSetup]
    public void Setup()
    {
        foreach (var format in (CanLogFormat[])[CanLogFormat.Candump, CanLogFormat.Asc, CanLogFormat.Trc, CanLogFormat.Csv, CanLogFormat.Blf, CanLogFormat.Pcapng])
        {
            var log = LogTraffic.In(format);
            _logs[format] = new(log, 0, log.Length, writable: false, publiclyVisible: true);
            Console.WriteLine($"// {format}: {(double)log.Length / LogTraffic.Count:F1} bytes a frame");
        }

        _target.Capacity = 100_000_000;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = LogTraffic.Count)]
    public int FindLines()
    {
        var log = _logs[CanLogFormat.Candump].GetBuffer().AsSpan();
        var count = 0;
        for (int end; (end = log.IndexOf((byte)'\n')) >= 0; log = log[(end + 1)..])
            count++;
        return count;
    }

    [Benchmark(OperationsPerInvoke = LogTraffic.Count)]
    [Arguments(CanLogFormat.Candump)]
    [Arguments(CanLogFormat.Asc)]
    [Arguments(CanLogFormat.Trc)]
    [Arguments(CanLogFormat.Csv)]
    [Arguments(CanLogFormat.Blf)]
    [Arguments(CanLogFormat.Pcapng)]
    public int Read(CanLogFormat format)
    {
        var log = _logs[format];
        log.Position = 0;
        using var reader = LogFormats.OpenReader(log, new(), leaveOpen: true);
        var count = 0;
        while (reader.Read(out _))
            count++;
        return count == LogTraffic.Count ? count : throw new InvalidOperationException($"{format}: {count} frames");
    }

    [Benchmark(OperationsPerInvoke = LogTraffic.Count)]
    [Arguments(CanLogFormat.Candump)]
    [Arguments(CanLogFormat.Asc)]
    [Arguments(CanLogFormat.Trc)]
    [Arguments(CanLogFormat.Csv)]
    [Arguments(CanLogFormat.Blf)]
    [Arguments(CanLogFormat.Pcapng)]
    public long Write(CanLogFormat format)
    {
        _target.Position = 0;
        var writer = LogFormats.CreateWriter(_target, format, new());
        foreach (ref readonly var frame in LogTraffic.Frames.AsSpan())
            writer.Write(frame);
        writer.Flush();
        return writer.Length;
    }
}
