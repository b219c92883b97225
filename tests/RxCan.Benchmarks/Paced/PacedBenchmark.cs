using System.Diagnostics;
using System.Globalization;

namespace RxCan.Benchmarks.Paced;

/// <summary>
/// What a frame that arrives on its own costs, as on a real bus, compared with loops in C (paced.c): CPU time of the whole process, and the time from
/// the kernel's stamp to the observer. A program per reader and run, one after the other in every round; medians count.
/// </summary>
internal static class PacedBenchmark
{
    private const int Seconds = 4;
    private const int FirstFrames = 1000; // until the JIT has finished

    public static int Run(string interfaces, string baseline, int rounds)
    {
        var names = interfaces.Split(',');
        foreach (var rate in (int[])[500, 2000, 8000])
        {
            (string Name, string Program, Func<string, string> Arguments, string Interfaces)[] readers =
            [
                ("C recvmsg", baseline, n => $"{names[0]} {n} recvmsg", names[0]),
                ("C epoll, recvmmsg", baseline, n => $"{names[0]} {n} epoll", names[0]),
                ("RxCan, 1 subscriber", "dotnet", n => $"exec {Self} paced-read {names[0]} {n} 1", names[0]),
                ("RxCan, 100 exact ids", "dotnet", n => $"exec {Self} paced-read {names[0]} {n} 100", names[0]),
            ];
            var results = readers.Select(_ => new List<double[]>()).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < readers.Length; i++)
                    results[i].Add(Measure(readers[i].Program, readers[i].Arguments, baseline, readers[i].Interfaces, rate));
            }

            double Median(int reader, int column) => results[reader].Select(r => r[column]).Order().ElementAt(rounds / 2);
            var best = Enumerable.Range(0, 3).Select(column => Math.Min(Median(0, column), Median(1, column))).ToArray();
            Console.WriteLine($"{rate} frames/s, median of {rounds} rounds");
            Console.WriteLine($"{"",-24}{"CPU us",9}{"p50 us",9}{"p99 us",9}{"  to the better C loop"}");
            for (var i = 0; i < readers.Length; i++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{readers[i].Name,-24}{Median(i, 0),9:F1}{Median(i, 1),9:F0}{Median(i, 2),9:F0}{Median(i, 0) / best[0],9:F2}{Median(i, 1) / best[1],6:F2}{Median(i, 2) / best[2],6:F2}"));
            }
        }

        return 0;
    }

    /// <summary>Receives as many frames, prints what paced.c prints, and ends.</summary>
    public static int Read(string interfaceName, int count, int subscribers)
    {
        using var bus = CanBus.Open(interfaceName);
        using var isDone = new ManualResetEventSlim();
        var latencies = new double[count];
        var (done, cpu) = (-FirstFrames, 0.0);
        var sum = 0L;
        void Take(CanFrame frame)
        {
            var now = DateTimeOffset.UtcNow;
            if (done == 0)
                cpu = Cpu();
            if (done >= 0 && done < count)
                latencies[done] = (now - frame.Timestamp).TotalMicroseconds;
            sum += frame.Data[0];
            if (++done == count)
                isDone.Set();
        }

        var subscriptions = Enumerable.Range(0x123, subscribers).Select(id => bus.Where(CanFilter.Id(id)).Subscribe(Take)).ToArray();
        Console.WriteLine("ready");
        isDone.Wait();
        cpu = (Cpu() - cpu) / count;
        Array.Sort(latencies);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cpu:F2} {latencies[count / 2]:F1} {latencies[count * 99 / 100]:F1}"));
        foreach (var subscription in subscriptions)
            subscription.Dispose();
        return 0;
    }

    private static string Self => typeof(PacedBenchmark).Assembly.Location;

    private static double Cpu() => Environment.CpuUsage.TotalTime.TotalMicroseconds;

    private static double[] Measure(string program, Func<string, string> arguments, string baseline, string interfaces, int rate)
    {
        var count = rate * Seconds;
        var start = new ProcessStartInfo(program, arguments(count.ToString(CultureInfo.InvariantCulture))) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var reader = Process.Start(start)!;
        if (reader.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException($"{program} failed.");
        using var sender = Process.Start(new ProcessStartInfo(baseline, $"{interfaces} {count + FirstFrames + 100} send {rate}"))!;
        var result = reader.StandardOutput.ReadLine()!.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        reader.WaitForExit();
        sender.WaitForExit();
        return result;
    }
}
