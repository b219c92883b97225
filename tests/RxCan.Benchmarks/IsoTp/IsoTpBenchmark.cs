using System.Diagnostics;
using System.Globalization;

namespace RxCan.Benchmarks.IsoTp;

/// <summary>
/// How fast messages of 4095 bytes with BS 0 and STmin 0 go through a real kernel: a program in C with the kernel's engine (isotp.c), RxCan
/// with it, and RxCan with the portable one. Every round runs all, one after the other, as an emulated machine's load drifts; medians count.
/// </summary>
internal static class IsoTpBenchmark
{
    private const int Count = 50;
    private const int Length = 4095;

    public static int Run(string interfaceName, string baseline, int rounds)
    {
        (string Name, Func<double> Measure)[] engines =
        [
            ("C", () => InC(baseline, interfaceName)),
            ("kernel", () => InRxCan(interfaceName, IsoTpEngine.Kernel)),
            ("portable", () => InRxCan(interfaceName, IsoTpEngine.Portable)),
        ];
        var results = engines.Select(_ => new List<double>()).ToArray();
        for (var round = -2; round < rounds; round++) // the first ones warm up
        {
            for (var i = 0; i < engines.Length; i++)
            {
                var seconds = engines[i].Measure();
                if (round >= 0)
                    results[i].Add(Count * Length / seconds / 1000);
            }
        }

        Console.WriteLine($"{Count} messages of {Length} bytes, median of {rounds} rounds");
        double[] medians = [.. results.Select(Median)];
        for (var i = 0; i < engines.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engines[i].Name,-10}{medians[i],9:F0} kB/s"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"kernel to C: {medians[1] / medians[0]:F2}, portable to kernel: {medians[2] / medians[1]:F2}"));
        return 0;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private static double InC(string program, string interfaceName)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, $"{interfaceName} {Count} {Length}") { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture) / 1e9
            : throw new InvalidOperationException($"{program} failed.");
    }

    private static double InRxCan(string interfaceName, IsoTpEngine engine)
    {
        using ICanBus here = CanBus.Open(interfaceName), there = CanBus.Open(interfaceName);
        using var sender = here.OpenIsoTp(0x7E0, 0x7E8, new() { Engine = engine, BlockSize = 0 });
        using var receiver = there.OpenIsoTp(0x7E8, 0x7E0, new() { Engine = engine, BlockSize = 0 });
        using var done = new CountdownEvent(Count);
        using var received = receiver.Subscribe(message => done.Signal(message.Length == Length ? 1 : 0));
        var payload = new byte[Length];
        var clock = Stopwatch.StartNew();
        Send().GetAwaiter().GetResult();
        return done.Wait(TimeSpan.FromMinutes(1)) ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException("Messages were lost.");

        async Task Send()
        {
            for (var i = 0; i < Count; i++)
                await sender.SendAsync(payload).ConfigureAwait(false);
        }
    }
}
