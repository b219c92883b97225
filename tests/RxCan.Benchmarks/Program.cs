using BenchmarkDotNet.Running;
using RxCan.Benchmarks.Drain;

return args is ["drain", var interfaceName, var baseline, var rounds]
    ? DrainBenchmark.Run(interfaceName, baseline, int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture))
    : BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1;
