using System.Diagnostics;
using System.Globalization;
using System.Reactive.Linq;

namespace RxCan.Benchmarks.Drain;

/// <summary>
/// How fast a bus drains a full receive buffer on a real kernel, compared with loops in C (drain.c). Every round runs each reader once, one
/// after the other, because an emulated machine's speed drifts; medians count.
/// </summary>
internal static class DrainBenchmark
{
    private const int Frames = 50_000;
    private const int FewFrames = 5_000; // for inherently slow readers
    private const string Baseline = "C recvmmsg";

    public static int Run(string interfaceName, string baseline, int rounds)
    {
        foreach (var isFd in (bool[])[false, true])
        {
            (string Name, int Count, Func<int, Result> Drain)[] readers =
            [
                (Baseline, Frames, n => InC(baseline, interfaceName, n, isFd, "mmsg")),
                ("C recvmmsg, timestamps", Frames, n => InC(baseline, interfaceName, n, isFd, "mmsg-ts")),
                ("C poll and read", Frames, n => InC(baseline, interfaceName, n, isFd, "read")),
                .. from subscribers in (int[])[1, 100, 1000]
                   select ($"RxCan, {subscribers} exact ids", Frames, (Func<int, Result>)(n => InRxCan(interfaceName, n, isFd, subscribers, pushDown: true))),
                .. from subscribers in (int[])[1, 100, 1000]
                   select ($"plain Rx Where, {subscribers}", subscribers == 1000 ? FewFrames : Frames,
                       (Func<int, Result>)(n => InRxCan(interfaceName, n, isFd, subscribers, pushDown: false))),
            ];
            foreach (var (_, _, drain) in readers) // warm up: the JIT's tiers, the kernel's caches
            {
                for (var i = 0; i < 5; i++)
                    drain(FewFrames);
            }

            var results = readers.Select(_ => new List<Result>()).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < readers.Length; i++)
                    results[i].Add(readers[i].Drain(readers[i].Count));
            }

            double Nanoseconds(int i) => Median(results[i].Select(r => r.NanosecondsPerFrame));
            Console.WriteLine($"{(isFd ? "CAN FD, 64 bytes" : "classic, 8 bytes")}, {Frames} frames, median of {rounds} rounds");
            Console.WriteLine($"{"",-26}{"frames/s",12}{"ns/frame",10}{"to C",8}{"to C+ts",9}{"B/frame",9}");
            for (var i = 0; i < readers.Length; i++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{readers[i].Name,-26}{1e9 / Nanoseconds(i),12:F0}{Nanoseconds(i),10:F0}{Nanoseconds(0) / Nanoseconds(i),8:F2}{Nanoseconds(1) / Nanoseconds(i),9:F2}{Median(results[i].Select(r => r.BytesPerFrame)),9:F2}"));
            }
        }

        return 0;
    }

    private static Result InC(string program, string interfaceName, int count, bool isFd, string mode)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, $"{interfaceName} {count} {(isFd ? 1 : 0)} {mode}") { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? new(double.Parse(output, CultureInfo.InvariantCulture) / count, 0)
            : throw new InvalidOperationException($"{program} failed.");
    }

    private static Result InRxCan(string interfaceName, int count, bool isFd, int subscribers, bool pushDown)
    {
        const int Gate = 0x7F0;
        using var bus = CanBus.Open(interfaceName, new() { ReceiveBufferSize = 64 * 1024 * 1024 });
        using var sender = CanBus.Open(interfaceName);
        using var isDone = new ManualResetEventSlim();
        long start = 0, end = 0, sum = 0, allocated = 0;
        var left = count;

        // The reader's thread fills its own buffer, like the C program: otherwise another processor would have the frames in its cache.
        using var fill = bus.Where(CanFilter.Id(Gate)).Subscribe(_ =>
        {
            var data = new byte[isFd ? 64 : 8];
            for (var i = 0; i < count; i++)
            {
                BitConverter.TryWriteBytes(data, i);
                CanId id = i % subscribers;
                sender.Send(isFd ? CanFrame.Fd(id, data) : new CanFrame(id, data));
            }

            allocated = GC.GetAllocatedBytesForCurrentThread();
            start = Stopwatch.GetTimestamp();
        });
        void Take(CanFrame frame)
        {
            sum += frame.Data[0];
            if (--left > 0)
                return;
            end = Stopwatch.GetTimestamp();
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            isDone.Set();
        }

        var subscriptions = new List<IDisposable>();
        for (var i = 0; i < subscribers; i++)
        {
            CanId id = i;
            subscriptions.Add((pushDown ? bus.Where(CanFilter.Id(id)) : bus.Where(f => f.Id == id)).Subscribe(Take));
        }

        sender.Send(new CanFrame(Gate, []));
        isDone.Wait();
        foreach (var subscription in subscriptions)
            subscription.Dispose();
        return new(Stopwatch.GetElapsedTime(start, end).TotalNanoseconds / count, (double)allocated / count);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private readonly record struct Result(double NanosecondsPerFrame, double BytesPerFrame);
}
