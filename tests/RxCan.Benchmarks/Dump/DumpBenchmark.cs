using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RxCan.Benchmarks.Dump;

/// <summary>
/// How fast 60,000 frames that wait in the kernel become lines in a file, by candump and by rxcan dump, as log lines and as lines for eyes. A quarter
/// of the frames is CAN FD, an eighth of the others remote. Every round runs all of them, one after the other; medians count.
/// </summary>
internal static partial class DumpBenchmark
{
    private const int Count = 60_000;
    private const int WarmUp = 20_000;
    private const int SIGTERM = 15, SIGCONT = 18, SIGSTOP = 19;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.5);

    public static int Run(string interfaceName, string rxcan, int rounds)
    {
        const string Buffer = "-r 67108864"; // as rxcan asks for
        using var bus = CanBus.Open(interfaceName);
        var frames = Frames();
        var file = Path.GetTempFileName();
        foreach (var form in (string[])["-L", ""])
        {
            string[] commands = [$"candump {form} {Buffer} {interfaceName}", $"{rxcan} dump {form} {interfaceName}"];
            var times = commands.Select(_ => new List<double>()).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < commands.Length; i++)
                    times[i].Add(Measure(bus, frames, commands[i], file));
            }

            double[] medians = [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(form.Length > 0 ? form : "default"),-8} candump {medians[0] * 1e3,5:F0} ms, rxcan {medians[1] * 1e3,5:F0} ms: {medians[0] / medians[1]:F2} times as many lines"));
        }

        File.Delete(file);
        return 0;
    }

    /// <summary>The seconds from the moment at which the program may go on to the last line in the file.</summary>
    private static double Measure(ICanBus bus, CanFrame[] frames, string command, string file)
    {
        File.WriteAllText(file, "");
        var listeners = Listeners(bus.Name);
        using var process = Process.Start("/bin/sh", ["-c", $"exec {command} > {file}"]);
        Until(() => Listeners(bus.Name) > listeners, () => $"{command} does not listen.");
        Send(bus, frames.AsSpan(0, WarmUp)); // some may come before the program has said that it listens
        using var log = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var (length, clock) = (0L, Stopwatch.StartNew());
        Until(() =>
        {
            if (RandomAccess.GetLength(log) is var now && now > length)
            {
                length = now;
                clock.Restart();
            }

            return length > 0 && clock.Elapsed > Quiet;
        }, () => $"{command} writes nothing.");

        var expected = Lines(file) + Count;
        Signal(process, SIGSTOP);
        Send(bus, frames);
        Signal(process, SIGCONT);
        clock.Restart();
        var seconds = 0.0;
        Until(() =>
        {
            if (RandomAccess.GetLength(log) is var now && now > length)
                (length, seconds) = (now, clock.Elapsed.TotalSeconds);
            return clock.Elapsed.TotalSeconds - seconds > Quiet.TotalSeconds && Lines(file) == expected;
        }, () => $"{command}: {Lines(file)} lines, not {expected}.");
        Signal(process, SIGTERM);
        process.WaitForExit();
        return seconds;
    }

    private static CanFrame[] Frames()
    {
        var random = new Random(1);
        var lengths = (byte[])[0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];
        return [.. Enumerable.Range(0, Count).Select(i =>
        {
            var id = random.Next(2) == 0 ? CanId.Standard((uint)random.Next(0x800)) : CanId.Extended((uint)random.Next(0x2000_0000));
            var data = new byte[i % 4 == 0 ? lengths[random.Next(lengths.Length)] : random.Next(9)];
            random.NextBytes(data);
            return i % 4 == 0 ? CanFrame.Fd(id, data) : random.Next(8) == 0 ? CanFrame.Remote(id, data.Length) : new(id, data);
        })];
    }

    private static void Send(ICanBus bus, ReadOnlySpan<CanFrame> frames)
    {
        foreach (ref readonly var frame in frames)
            bus.Send(frame);
    }

    private static int Listeners(string interfaceName) =>
        File.ReadLines("/proc/net/can/rcvlist_all").Count(line => line.TrimStart().StartsWith($"{interfaceName} ", StringComparison.Ordinal));

    private static int Lines(string file) => File.ReadAllBytes(file).AsSpan().Count((byte)'\n');

    private static void Until(Func<bool> isDone, Func<string> fault)
    {
        var clock = Stopwatch.StartNew();
        using var never = new ManualResetEvent(false);
        while (!isDone())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException(fault());
            never.WaitOne(1);
        }
    }

    private static void Signal(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
