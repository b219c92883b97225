using System.Diagnostics;
using System.Globalization;
using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace RxCan.Benchmarks.Logs;

/// <summary>
/// How late frames of a log are sent onto a real interface, by canplayer and by RxCan. candump takes the kernel's time of each frame. The
/// lateness is counted from the earliest frame, so a clock that drifts shows, too. Canplayer looks every millisecond (its -g); both wait
/// in the same emulated machine, so only the ratio counts.
/// </summary>
internal static class ReplayBenchmark
{
    public static int Run(string interfaceName, int seconds, int framesPerSecond)
    {
        var period = TimeSpan.FromSeconds(1) / framesPerSecond;
        var frames = seconds * framesPerSecond;
        var path = Path.Combine(Path.GetTempPath(), "replay.log");
        DenseLog.Write(path, frames, period, interfaceName);
        WarmUp(path);

        Console.WriteLine($"{frames} frames in {seconds} s; send-time error in ms");
        Console.WriteLine($"{"",-10}{"frames",9}{"median",9}{"p99",9}{"max",9}");
        foreach (var (name, play) in new (string, Action)[] { ("canplayer", () => InC(path)), ("RxCan", () => InRxCan(path, interfaceName)) })
        {
            var late = Measure(interfaceName, play, period);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-10}{late.Length,9}{late[late.Length / 2],9:F3}{late[late.Length * 99 / 100],9:F3}{late[^1],9:F3}"));
        }

        return 0;
    }

    /// <summary>Has the code compiled, onto a bus in this process.</summary>
    private static void WarmUp(string path)
    {
        using var can = CanBus.Open("virtual:warm");
        using var replay = CanLog.Replay(path, speed: 2);
        using var sending = replay.SendTo(can).Subscribe();
        Observable.Timer(TimeSpan.FromSeconds(5), DefaultScheduler.Instance).Wait();
    }

    private static void InC(string path)
    {
        using var process = Process.Start("canplayer", ["-I", path]);
        process.WaitForExit();
    }

    private static void InRxCan(string path, string interfaceName)
    {
        using var can = CanBus.Open(interfaceName);
        using var replay = CanLog.Replay(path);
        foreach (var unsent in replay.SendTo(can).ToEnumerable())
            Console.WriteLine(unsent);
    }

    /// <summary>How late each frame was, in ms, in ascending order.</summary>
    private static double[] Measure(string interfaceName, Action play, TimeSpan period)
    {
        // Into a file, so that no line is read in this process while it sends.
        var dump = Path.Combine(Path.GetTempPath(), "replayed.log");
        using var candump = Process.Start("sh", ["-c", $"exec candump -L -r 67108864 -T 5000 {interfaceName} > {dump}"]);
        Observable.Timer(TimeSpan.FromSeconds(1), DefaultScheduler.Instance).Wait();
        play();
        candump.WaitForExit(); // it ends after a silence

        var late = from line in File.ReadLines(dump)
                   let frame = CanFrame.Parse(line)
                   select (frame.Timestamp - DateTimeOffset.UnixEpoch - DenseLog.Time(BitConverter.ToInt32(frame.Data), period)).TotalMilliseconds;
        double[] sorted = [.. late.Order()];
        return [.. sorted.Select(time => time - sorted[0])];
    }
}
