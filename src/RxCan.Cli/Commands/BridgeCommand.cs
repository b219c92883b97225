using System.CommandLine;
using System.Reactive.Linq;
using RxCan.Cli.Text;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan bridge A B</c>.</summary>
internal static class BridgeCommand
{
    public static Command Create(Shell shell)
    {
        var first = Read.Argument("A", "A bus.", BusName.Parse);
        var second = Read.Argument("B", "The other bus.", BusName.Parse);
        var filter = LogOptions.Filter();
        var map = Read.Options("--id", "Give frames from A another identifier; may be repeated. On the way back, it is undone.", "123=456", s =>
        {
            var (from, to) = Read.Pair(s);
            return (From: Read.Id(from)!.Value, To: Read.Id(to)!.Value);
        });
        var oneWay = Read.Switch("--one-way", "Only from A to B.");
        return new BenchCommand("bridge", "Sends what one bus receives on another, both ways, until Ctrl+C.", "rxcan bridge can0 vcan0", "rxcan bridge can0 can1 --one-way --filter 100-1FF --id 123=456")
        {
            first, second, filter, map, oneWay,
        }.Does(shell, parsed =>
        {
            var (a, b) = (parsed.GetValue(first)!, parsed.GetValue(second)!);
            if (a.Name == b.Name)
                throw new UsageException("A and B are the same bus: what it sends would come back forever.");
            if (b.IsLog || b.Name == CanBus.Any)
                throw new UsageException($"{b.Name} cannot be sent to. To write a log, use: rxcan record {a.Name} -o {b.Name}");
            var ids = parsed.GetValue(map) ?? [];
            var isOneWay = parsed.GetValue(oneWay) || a.IsLog || a.Name == CanBus.Any;
            // Frames that this process sent do not come back: a bus does not receive its own.
            using var from = CanSource.Open(shell, a, filter: parsed.GetValue(filter), speed: 1);
            using var to = CanSource.Open(shell, b, filter: parsed.GetValue(filter));
            var there = ids.ToDictionary(i => i.From, i => i.To);
            var back = ids.ToDictionary(i => i.To, i => i.From);
            var moved = Moved(shell, from.Frames, there).SendTo(to.Bus!, TimeSpan.FromSeconds(1));
            if (!isOneWay)
                moved = moved.Merge(Moved(shell, to.Frames, back).SendTo(from.Bus!, TimeSpan.FromSeconds(1)));
            var lost = 0L;
            shell.Run(from.Begun(moved), unsent =>
            {
                if (lost++ == 0)
                    shell.Say($"{unsent.Frame}: {unsent.Reason.Message}");
            });
            if (lost > 0)
                shell.Say($"{lost} frames could not be sent.");
        });
    }

    private static IObservable<CanFrame> Moved(Shell shell, IObservable<CanFrame> frames, Dictionary<CanId, CanId> ids) =>
        frames.Do(_ => shell.HasResult = true).Where(f => !f.IsError).Select(f => ids.TryGetValue(f.Id, out var id) ? f.WithId(id) : f);
}
