using System.Diagnostics;
using System.Globalization;
using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.Uds;

namespace RxCan.Benchmarks.Uds;

/// <summary>
/// How fast 1 MB is downloaded over the kernel's ISO-TP: by TransferData in blocks of 4095 bytes, and by bare ISO-TP messages of the same length, one
/// after the other and each answered by two bytes as a block is. Every round runs all three, because an emulated machine's load drifts; medians count.
/// </summary>
internal static class FlashBenchmark
{
    private const int Length = 1 << 20;
    private const int Block = 4095;
    private const int WarmUp = 2; // for the JIT's tiers

    public static int Run(string interfaceName, int rounds)
    {
        using var here = CanBus.Open(interfaceName);
        using var there = CanBus.Open(interfaceName);
        using var sender = here.OpenIsoTp(0x700, 0x708, new() { Engine = EngineKind.Kernel });
        using var receiver = there.OpenIsoTp(0x708, 0x700, new() { Engine = EngineKind.Kernel });
        var isAnswering = false;
        long received = 0;
        using var all = new AutoResetEvent(false);
        using var answers = receiver.Subscribe(message =>
        {
            if (isAnswering)
                receiver.Send([0x76, message[1]]);
            if (Interlocked.Add(ref received, message.Length) >= Length)
                all.Set();
        });
        var ecu = new UdsEcu();
        ecu.Memory.Add(new UdsMemoryArea(0, new byte[Length]) { WriteAccess = UdsAccess.Always });
        using var server = there.ServeUds(tx: 0x7E8, rx: 0x7E0, ecu, new() { MaxBlockLength = Block, P2 = TimeSpan.FromSeconds(2) });
        using var client = here.OpenUds(tx: 0x7E0, rx: 0x7E8);
        using var session = client.Session(UdsSession.Programming).Subscribe();
        var image = new byte[Length];
        var block = new byte[Block];

        (string Name, Func<Task> Run)[] ways =
        [
            ("messages", async () =>
            {
                (isAnswering, received) = (false, 0);
                for (var sent = 0; sent < Length; sent += Block)
                    await sender.SendAsync(block).ConfigureAwait(false);
                all.WaitOne();
            }),
            ("requests", async () =>
            {
                (isAnswering, received) = (true, 0);
                for (var sent = 0; sent < Length; sent += Block)
                    await sender.Request(block);
                all.WaitOne();
            }),
            ("UDS", async () => await client.Download(0, image)),
        ];
        var results = ways.Select(_ => new List<double>()).ToArray();
        for (var round = -WarmUp; round < rounds; round++)
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var clock = Stopwatch.StartNew();
                ways[i].Run().GetAwaiter().GetResult();
                if (round >= 0)
                    results[i].Add(Length / clock.Elapsed.TotalSeconds / 1000);
            }
        }

        double[] medians = [.. results.Select(result => result.Order().ElementAt(result.Count / 2))];
        for (var i = 0; i < ways.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ways[i].Name,-10}{medians[i],9:F0} kB/s"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"UDS to messages: {medians[2] / medians[0]:F2}, to requests: {medians[2] / medians[1]:F2}"));
        return 0;
    }
}
