using System.Diagnostics;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Benchmarks.Logs;

/// <summary>Whether a recording of a dense bus, which canplayer plays, loses frames: on the way from the kernel, or to the disk.</summary>
internal static class RecordBenchmark
{
    public static int Run(string interfaceName, int seconds, int framesPerSecond)
    {
        var frames = seconds * framesPerSecond;
        var played = Path.Combine(Path.GetTempPath(), "played.log");
        DenseLog.Write(played, frames, TimeSpan.FromSeconds(1) / framesPerSecond, interfaceName);
        foreach (var name in (string[])["recorded.log", "recorded.blf"])
        {
            var path = Path.Combine(Path.GetTempPath(), name);
            long unreceived = 0, unrecorded = 0;
            using (var can = CanBus.Open(interfaceName, new() { ReceiveBufferSize = 64 << 20 }))
            {
                using var events = can.Events.OfType<CanFramesDropped>().Subscribe(dropped => unreceived += dropped.Count);
                var recording = can.RecordTo(path).Do(happened => unrecorded += happened is CanRecordingDropped dropped ? dropped.Count : 0).ToTask();
                using (var canplayer = Process.Start("canplayer", ["-I", played]))
                    canplayer.WaitForExit();
                Observable.Timer(TimeSpan.FromSeconds(2), DefaultScheduler.Instance).Wait();
                can.Dispose();
                recording.Wait();
            }

            using var reader = LogFormats.OpenReader(path, new());
            var (read, inOrder) = (0, true);
            for (; reader.Read(out var frame); read++)
                inOrder &= BitConverter.ToInt32(frame.Data) == read;
            Console.WriteLine(
                $"{name}: {frames} frames in {seconds} s, {read} in the file, {(inOrder ? "all in order" : "not all in order")}; " +
                $"{unreceived} lost before the bus, {unrecorded} before the disk; {new FileInfo(path).Length} bytes");
        }

        return 0;
    }
}
