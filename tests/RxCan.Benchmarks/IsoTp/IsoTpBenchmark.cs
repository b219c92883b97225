using System.Diagnostics;
using System.Globalization;
using RxCan.IsoTp;

namespace RxCan.Benchmarks.IsoTp;

/// <summary>
/// How fast messages of 4095 bytes with BS 0 and STmin 0 pass through a real kernel: by can-utils (a process for each message), by a C program
/// whose sockets stay open (isotp.c), and by RxCan with the kernel's engine and the portable one. Every round runs all of them, one after the
/// other, because an emulated machine's load drifts; medians count.
/// </summary>
internal static class IsoTpBenchmark
{
    private const int Count = 50;
    private const int Length = 4095;
    private const int WarmUp = 12; // for the JIT's tiers

    public static int Run(string interfaceName, string baseline, int rounds)
    {
        using var kernel = new Pair(interfaceName, EngineKind.Kernel);
        using var portable = new Pair(interfaceName, EngineKind.Portable);
        (string Name, Func<double> Measure)[] engines =
        [
            ("can-utils", () => In(Path.Combine(Path.GetDirectoryName(baseline)!, "canutils"), interfaceName, Count / 10)), // it is slow
            ("C", () => In(baseline, interfaceName, Count)),
            ("kernel", kernel.Run),
            ("portable", portable.Run),
        ];
        for (var i = 0; i < WarmUp; i++)
        {
            kernel.Run();
            portable.Run();
        }

        var results = engines.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < engines.Length; i++)
                results[i].Add(Count * Length / engines[i].Measure() / 1000);
        }

        Console.WriteLine($"{Count} messages of {Length} bytes, median of {rounds} rounds");
        double[] medians = [.. results.Select(Median)];
        for (var i = 0; i < engines.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engines[i].Name,-10}{medians[i],9:F0} kB/s"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"kernel to can-utils: {medians[2] / medians[0]:F2}, to C: {medians[2] / medians[1]:F2}, portable to kernel: {medians[3] / medians[2]:F2}"));
        return RunRequests(interfaceName, baseline, rounds);
    }

    /// <summary>A request of three bytes and its response of twenty, as when a diagnostic tool reads a vehicle's identification number: from the call to the response.</summary>
    private static int RunRequests(string interfaceName, string baseline, int rounds)
    {
        const int count = 200, length = 20;
        using var can = CanBus.Open(interfaceName);
        using var server = can.OpenIsoTp(0x6E8, 0x6E0, new() { Engine = EngineKind.Kernel }); // not the identifiers of the program in C, which it would answer
        using var client = can.OpenIsoTp(0x6E0, 0x6E8, new() { Engine = EngineKind.Kernel });
        var response = new byte[length];
        using var answers = server.Subscribe(_ => server.Send(response));
        byte[] request = [0x22, 0xF1, 0x90];
        var times = new double[count];
        using var isDone = new AutoResetEvent(false);
        var (c, rxCan) = (new List<double>(), new List<double>());
        for (var round = -WarmUp; round < rounds; round++)
        {
            for (var i = 0; i < count; i++)
            {
                var clock = Stopwatch.StartNew();
                using var requesting = client.Request(request).Subscribe(_ =>
                {
                    times[i] = clock.Elapsed.TotalMicroseconds;
                    isDone.Set();
                });
                if (!isDone.WaitOne(TimeSpan.FromMinutes(1)))
                    throw new InvalidOperationException("A response was lost.");
            }

            if (round < 0)
                continue;
            Array.Sort(times);
            rxCan.Add(times[count / 2]);
            c.Add(In(baseline, string.Create(CultureInfo.InvariantCulture, $"{interfaceName} {count} {length} request")) * 1e6);
        }

        var (here, there) = (Median(rxCan), Median(c));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"request of 3 bytes, response of {length}: C {there:F0} us, kernel {here:F0} us, kernel to C: {here / there:F2}"));
        return 0;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private static double In(string program, string interfaceName, int count) =>
        In(program, string.Create(CultureInfo.InvariantCulture, $"{interfaceName} {count} {Length}")) * Count / count;

    /// <summary>The seconds that a program prints in nanoseconds.</summary>
    private static double In(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) / 1e9 : throw new InvalidOperationException($"{program} failed.");
    }

    private sealed class Pair : IDisposable
    {
        private readonly byte[] _payload = new byte[Length];
        private readonly CountdownEvent _missing = new(Count);
        private readonly ICanBus _here;
        private readonly ICanBus _there;
        private readonly IIsoTpSession _sender;

        public Pair(string interfaceName, EngineKind engine)
        {
            // Different identifiers for each, so that they do not answer each other.
            var id = 0x100u * (uint)(engine + 1);
            _here = CanBus.Open(interfaceName);
            _there = CanBus.Open(interfaceName);
            _sender = _here.OpenIsoTp(id, id + 8, new() { Engine = engine, BlockSize = 0 });
            _there.OpenIsoTp(id + 8, id, new() { Engine = engine, BlockSize = 0 }).Subscribe(message => _missing.Signal(message.Length == Length ? 1 : 0));
        }

        public double Run()
        {
            _missing.Reset();
            var clock = Stopwatch.StartNew();
            Send().GetAwaiter().GetResult();
            return _missing.Wait(TimeSpan.FromMinutes(1)) ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException("Messages were lost.");
        }

        public void Dispose()
        {
            _here.Dispose();
            _there.Dispose();
            _missing.Dispose();
        }

        private async Task Send()
        {
            for (var i = 0; i < Count; i++)
                await _sender.SendAsync(_payload).ConfigureAwait(false);
        }
    }
}
