using System.Diagnostics;
using System.Globalization;
using System.Reactive.Disposables;

namespace RxCan.Benchmarks.Cyclic;

/// <summary>
/// How even the periods of 100 jobs of 10 ms are on a real kernel, set up by RxCan and by a C program (cyclic.c), which also measures
/// both by kernel timestamps. Every round runs both, one after the other, because a machine's load drifts; medians count. The kernel restarts
/// a job's timer after each frame, so the lateness of its timers adds to every period: a quarter of a millisecond in an emulated machine in
/// real time, even with a single job in C. So <c>run</c> uses a machine whose clock counts instructions (<c>--icount</c>).
/// </summary>
internal static class CyclicBenchmark
{
    private const int Jobs = 100;
    private const int Seconds = 5;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    public static int Run(string interfaceName, string baseline, int rounds)
    {
        (string Name, Func<IDisposable> Start)[] senders = [("C", () => InC(baseline, interfaceName)), ("RxCan", () => InRxCan(interfaceName))];
        var results = senders.Select(_ => new List<Result>()).ToArray();
        for (var round = -1; round < rounds; round++) // the first one warms up
        {
            for (var i = 0; i < senders.Length; i++)
            {
                using var jobs = senders[i].Start();
                var result = Measure(baseline, interfaceName);
                if (round >= 0)
                    results[i].Add(result);
            }
        }

        Console.WriteLine($"{Jobs} jobs of {Period.TotalMilliseconds} ms, {Seconds} s, median of {rounds} rounds; ms");
        Console.WriteLine($"{"",-8}{"periods",9}{"median",9}{"p99",9}{"p99 off",9}");
        for (var i = 0; i < senders.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{senders[i].Name,-8}{Of(i, r => r.Periods),9:F0}{Of(i, r => r.Median),9:F3}{Of(i, r => r.P99),9:F3}{Of(i, r => r.P99Off),9:F3}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"RxCan to C: median {Of(1, r => r.Median) / Of(0, r => r.Median):F4}, p99 {Of(1, r => r.P99) / Of(0, r => r.P99):F3}"));
        return 0;

        double Of(int sender, Func<Result, double> value)
        {
            double[] sorted = [.. results[sender].Select(value).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    private static CompositeDisposable InRxCan(string interfaceName)
    {
        var bus = CanBus.Open(interfaceName);
        var jobs = from i in Enumerable.Range(0, Jobs) select bus.SendCyclic(new CanFrame(0x100 + i, new byte[8]), Period).Subscribe();
        return [.. jobs, bus];
    }

    private static IDisposable InC(string program, string interfaceName)
    {
        var process = Process.Start(
            new ProcessStartInfo(program, $"jobs {interfaceName} {Jobs} {Period.TotalMicroseconds}") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (process.StandardOutput.ReadLine() is null)
            throw new InvalidOperationException($"{program} failed.");
        return Disposable.Create(process, static p =>
        {
            p.StandardInput.Close();
            p.WaitForExit();
            p.Dispose();
        });
    }

    private static Result Measure(string program, string interfaceName)
    {
        using var process = Process.Start(new ProcessStartInfo(program, $"measure {interfaceName} {Seconds}") { RedirectStandardOutput = true })!;
        var numbers = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed.");
        double Milliseconds(int i) => double.Parse(numbers[i], CultureInfo.InvariantCulture) / 1e6;
        return new(double.Parse(numbers[0], CultureInfo.InvariantCulture), Milliseconds(1), Milliseconds(2), Milliseconds(3));
    }

    private readonly record struct Result(double Periods, double Median, double P99, double P99Off);
}
