using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RxCan.Benchmarks.Paced;

/// <summary>
/// What a frame that arrives on its own costs, as on a real bus, compared with loops in C (paced.c): CPU time of the whole process, and the time from
/// the kernel's stamp to the observer. A program per reader and run, one after the other in every round; medians count.
/// </summary>
internal static partial class PacedBenchmark
{
    private const int Seconds = 4;
    private const int WarmUpRate = 2000;
    private const int WarmUpSeconds = 8; // until the JIT has finished, in an emulated machine

    public static int Run(string interfaces, string baseline, int rounds)
    {
        var first = interfaces.Split(',')[0];
        int[] rates = Environment.GetEnvironmentVariable("PACED_RATES") is { } text ? [.. text.Split(',').Select(int.Parse)] : [500, 2000, 8000];
        foreach (var rate in rates)
        {
            Compare($"{rate} frames/s", rate, rounds, baseline, [
                ("C recvmsg", first, null, "recvmsg"),
                ("C epoll, recvmmsg", first, null, "epoll"),
                ("candump", first, null, "candump"),
                ("RxCan, 1 subscriber", first, 1, ""),
                ("RxCan, 100 exact ids", first, 100, ""),
            ]);
        }

        if (rates.Contains(2000))
        {
            Compare("2000 frames/s on each of eight interfaces", 2000, rounds, baseline, [
                ("C recvmsg, 8 threads", interfaces, null, "recvmsg"),
                ("RxCan, 8 buses", interfaces, 1, ""),
            ]);
        }

        return 0;
    }

    /// <summary>Receives as many frames on each interface, prints what paced.c prints, and ends.</summary>
    public static int Read(string interfaces, int first, int count, int subscribers)
    {
        var names = interfaces.Split(',');
        using var areDone = new CountdownEvent(names.Length);
        var latencies = new double[count * names.Length];
        var begin = Usage(); // compiles it
        var (sum, begun) = (0L, 0);
        var buses = names.Select(name => CanBus.Open(name)).ToArray();
        var subscriptions = buses.SelectMany((bus, number) =>
        {
            var done = -first;
            void Take(CanFrame frame)
            {
                var latency = (Now() - frame.UnixTimeNanoseconds) / 1000.0;
                if (done == 0 && Interlocked.Increment(ref begun) == 1)
                    begin = Usage();
                if (done >= 0 && done < count)
                    latencies[(number * count) + done] = latency;
                sum += frame.Data[0];
                if (++done == count)
                    areDone.Signal();
            }

            return Enumerable.Range(0x123, subscribers).Select(id => bus.Where(CanFilter.Id(id)).Subscribe(Take)).ToArray();
        }).ToArray();
        Console.WriteLine("ready");
        areDone.Wait();
        var end = Usage();
        var (cpu, waits) = ((end.CpuMicroseconds - begin.CpuMicroseconds) / (double)latencies.Length, (end.Waits - begin.Waits) / (double)latencies.Length);
        Array.Sort(latencies);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cpu:F2} {latencies[latencies.Length / 2]:F1} {latencies[latencies.Length * 99L / 100]:F1} {waits:F2}"));
        foreach (var ending in subscriptions.Concat(buses))
            ending.Dispose();
        return 0;
    }

    private static void Compare(string title, int rate, int rounds, string baseline, (string Name, string Interfaces, int? Subscribers, string Kind)[] readers)
    {
        var results = readers.Select(_ => new List<double[]>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < readers.Length; i++)
                results[i].Add(Measure(readers[i].Interfaces, readers[i].Subscribers, readers[i].Kind, baseline, rate));
        }

        double Median(int reader, int column) => results[reader].Select(r => r[column]).Order().ElementAt(rounds / 2);
        var loops = Enumerable.Range(0, readers.Length).Where(i => readers[i].Kind is "recvmsg" or "epoll").ToArray();
        var best = Enumerable.Range(0, 3).Select(column => loops.Min(i => Median(i, column))).ToArray();
        Console.WriteLine($"{title}, median of {rounds} rounds");
        Console.WriteLine($"{"",-24}{"CPU us",9}{"p50 us",9}{"p99 us",9}{"wake-ups",9}{"  to the better C loop"}");
        for (var i = 0; i < readers.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{readers[i].Name,-24}{Median(i, 0),9:F1}{Median(i, 1),9:F0}{Median(i, 2),9:F0}{Median(i, 3),9:F2}{Median(i, 0) / best[0],9:F2}{Median(i, 1) / best[1],6:F2}{Median(i, 2) / best[2],6:F2}"));
        }
    }

    private static string Self => typeof(PacedBenchmark).Assembly.Location;

    /// <summary>
    /// What the process has used, in one call: whatever ran here for the first time would be compiled within what is measured.
    /// </summary>
    private static unsafe (long CpuMicroseconds, long Waits) Usage()
    {
        const int nvcsw = 16;
        var usage = stackalloc nint[32]; // struct rusage: user and system time in seconds and microseconds, then counts
        _ = GetResourceUsage(0, usage);
        return (((usage[0] + usage[2]) * 1_000_000) + usage[1] + usage[3], usage[nvcsw]);
    }

    /// <summary>The time in nanoseconds since 1970, by the call that the loops in C make.</summary>
    private static unsafe long Now()
    {
        var time = stackalloc nint[2]; // struct timespec
        _ = GetTime(0, time);
        return (time[0] * 1_000_000_000) + time[1];
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime"), SuppressGCTransition]
    private static unsafe partial int GetTime(int clock, nint* time);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int GetResourceUsage(int who, nint* usage);

    private static double[] Measure(string interfaces, int? subscribers, string kind, string baseline, int rate)
    {
        var (first, count) = (WarmUpRate * WarmUpSeconds, rate * Seconds);
        var start = subscribers is null
            ? new ProcessStartInfo(baseline, string.Create(CultureInfo.InvariantCulture, $"{interfaces} {first} {count} {kind}"))
            : new ProcessStartInfo("dotnet", string.Create(CultureInfo.InvariantCulture, $"exec {Self} paced-read {interfaces} {first} {count} {subscribers}"));
        start.RedirectStandardOutput = true;
        using var reader = Process.Start(start)!;
        if (reader.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException($"{start.FileName} {start.Arguments} failed.");
        using (var warmUp = Send(first, WarmUpRate))
            warmUp.WaitForExit();
        using var sender = Send(first + (2 * count), rate); // more than are read, because some may be lost
        var result = reader.StandardOutput.ReadLine()!.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        sender.Kill();
        reader.WaitForExit();
        sender.WaitForExit();
        return result;

        Process Send(int frames, int each) =>
            Process.Start(new ProcessStartInfo(baseline, string.Create(CultureInfo.InvariantCulture, $"{interfaces} {frames} send {each}")))!;
    }
}
