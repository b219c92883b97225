using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using RxCan.Benchmarks.Cyclic;
using RxCan.Benchmarks.Drain;
using RxCan.Benchmarks.Dump;
using RxCan.Benchmarks.IsoTp;
using RxCan.Benchmarks.Logs;
using RxCan.Benchmarks.Paced;
using RxCan.Benchmarks.Pauses;
using RxCan.Benchmarks.Subscribing;
using RxCan.Benchmarks.Uds;

if (args is ["paced-read", var from, var first, var frames, var subscribers])
{
    return PacedBenchmark.Read(
        from,
        int.Parse(first, System.Globalization.CultureInfo.InvariantCulture),
        int.Parse(frames, System.Globalization.CultureInfo.InvariantCulture),
        int.Parse(subscribers, System.Globalization.CultureInfo.InvariantCulture));
}

if (args is ["flash" or "subscribe" or "pauses", var link, var times])
{
    var repeats = int.Parse(times, System.Globalization.CultureInfo.InvariantCulture);
    return args[0] switch
    {
        "flash" => FlashBenchmark.Run(link, repeats),
        "pauses" => PausesBenchmark.Run(link, repeats),
        _ => SubscribeBenchmark.Run(link, repeats),
    };
}

if (args is ["drain" or "cyclic" or "dump" or "isotp" or "paced", var interfaceName, var baseline, var rounds])
{
    var count = int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture);
    return args[0] switch
    {
        "drain" => DrainBenchmark.Run(interfaceName, baseline, count),
        "paced" => PacedBenchmark.Run(interfaceName, baseline, count),
        "dump" => DumpBenchmark.Run(interfaceName, baseline, count),
        "cyclic" => CyclicBenchmark.Run(interfaceName, baseline, count),
        _ => IsoTpBenchmark.Run(interfaceName, baseline, count),
    };
}

if (args is ["replay" or "record", var wire, var seconds, var rate])
{
    var (time, framesPerSecond) = (int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture), int.Parse(rate, System.Globalization.CultureInfo.InvariantCulture));
    return args[0] == "replay" ? ReplayBenchmark.Run(wire, time, framesPerSecond) : RecordBenchmark.Run(wire, time, framesPerSecond);
}

// In this process and with few iterations: it all takes a minute or two, and only the ratios within one run count.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(5)
    .WithIterationCount(9)
    .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(250));
var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddColumn(StatisticColumn.Min);
return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config).Any() ? 0 : 1;
