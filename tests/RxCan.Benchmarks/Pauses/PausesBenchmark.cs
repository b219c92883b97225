using System.Diagnostics;
using System.Globalization;
using System.Reactive.Linq;

namespace RxCan.Benchmarks.Pauses;

/// <summary>
/// What the garbage collector does to a program that runs all day: 2,000 frames/s of 20 identifiers through the operators of a dashboard, in real
/// time. Prints each tenth of the time: frames, collections, pauses, working set and heap.
/// </summary>
internal static class PausesBenchmark
{
    private const int Ids = 20;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    public static int Run(string interfaceName, int minutes)
    {
        using var here = CanBus.Open(interfaceName);
        using var there = CanBus.Open(interfaceName);
        var (received, results) = (0L, 0L);
        void Count<T>(T result) => Interlocked.Increment(ref results);
        var speed = new CanSignal(0, 16);
        using var frames = here.Subscribe(_ => received++);
        using var changes = here.Where(CanFilter.Id(0x101)).Signal(speed).DistinctUntilChanged().Subscribe(Count);
        using var averages = here.Where(f => f.Id == 0x102).Signal(speed).Buffer(TimeSpan.FromSeconds(1)).Where(b => b.Count > 0).Select(b => b.Average()).Subscribe(Count);
        using var periods = here.MeasurePeriod().Where(f => f.Period.Last > 2 * Period).Subscribe(Count);
        using var table = here.LatestById(TimeSpan.FromMilliseconds(100)).Subscribe(Count);
        using var load = here.BusLoad(500_000, TimeSpan.FromSeconds(1)).Subscribe(Count);
        using var groups = here.GroupBy(f => f.Id.Value).SelectMany(g => g.Sample(TimeSpan.FromMilliseconds(500))).Subscribe(Count);
        var jobs = Enumerable.Range(0x100, Ids).Select(id => Observable.Interval(Period)
            .Select(n => new CanFrame((uint)id, BitConverter.GetBytes(n))).Subscribe(frame => there.TrySend(frame, out _))).ToArray();

        var clock = Stopwatch.StartNew();
        using var isOver = new ManualResetEventSlim();
        Console.WriteLine($"{"minutes",8}{"frames",10}{"results",10}{"gen 0",7}{"gen 1",7}{"gen 2",7}{"paused ms",11}{"longest us",12}{"set MB",8}{"heap MB",9}");
        var longest = TimeSpan.Zero;
        var (seen, step) = (0, TimeSpan.FromMinutes(minutes) / 10);
        using var watch = Observable.Interval(TimeSpan.FromMilliseconds(100)).Subscribe(_ =>
        {
            // Of a collection that another one has followed within 100 ms, the pause is in the sum only.
            if (GC.CollectionCount(0) == seen)
                return;
            seen = GC.CollectionCount(0);
            foreach (var kind in (GCKind[])[GCKind.Ephemeral, GCKind.FullBlocking, GCKind.Background])
            {
                foreach (var pause in GC.GetGCMemoryInfo(kind).PauseDurations)
                    longest = pause > longest ? pause : longest;
            }
        });
        using var report = Observable.Interval(step).Take(10).Subscribe(
            _ => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{clock.Elapsed.TotalMinutes,8:F1}{received,10}{results,10}{GC.CollectionCount(0),7}{GC.CollectionCount(1),7}{GC.CollectionCount(2),7}{GC.GetTotalPauseDuration().TotalMilliseconds,11:F1}{longest.TotalMicroseconds,12:F0}{Environment.WorkingSet / 1e6,8:F1}{GC.GetTotalMemory(false) / 1e6,9:F2}")),
            isOver.Set);
        isOver.Wait();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"CPU: {Environment.CpuUsage.TotalTime / clock.Elapsed:P1} of a core"));
        foreach (var job in jobs)
            job.Dispose();
        return 0;
    }
}
