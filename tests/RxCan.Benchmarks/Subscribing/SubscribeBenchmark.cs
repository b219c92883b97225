using System.Diagnostics;
using System.Globalization;

namespace RxCan.Benchmarks.Subscribing;

/// <summary>
/// What it costs to subscribe to one identifier and to dispose of that again, on a real kernel: alone on the bus, where the reader comes and goes
/// with the subscription, and beside another subscription. Rounds alternate; medians count.
/// </summary>
internal static class SubscribeBenchmark
{
    private const int Count = 200;

    public static int Run(string interfaceName, int rounds)
    {
        using var alone = CanBus.Open(interfaceName);
        using var shared = CanBus.Open(interfaceName);
        using var other = shared.Where(CanFilter.Id(0x7FF)).Subscribe(_ => { });
        (string Name, ICanBus Bus)[] ways = [("alone", alone), ("beside another", shared)];
        var results = ways.Select(_ => new List<(double Time, double Bytes)>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var result = Measure(ways[i].Bus);
                if (round >= 0)
                    results[i].Add(result);
            }
        }

        for (var i = 0; i < ways.Length; i++)
        {
            var (time, bytes) = results[i].Order().ElementAt(rounds / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ways[i].Name,-15}{time,9:F3} ms {bytes,9:F0} B"));
        }

        return 0;
    }

    private static (double Time, double Bytes) Measure(ICanBus can)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Count; i++)
            can.Where(CanFilter.Id(0x123)).Subscribe(_ => { }).Dispose();
        return (clock.Elapsed.TotalMilliseconds / Count, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / Count);
    }
}
