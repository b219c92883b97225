using System.Reactive.Concurrency;
using System.Reactive.Subjects;

namespace RxCan.Tests.ChangeSets;

public sealed class RowTextTests
{
    private static readonly CanRowOptions Options = new();
    private static readonly NamedSignal[] Signals = [new("Speed", 0x100, new(0, 8, factor: 0.125), "km/h")];

    [Fact]
    public void The_text_of_a_signal_is_the_same_in_every_culture()
    {
        using var comma = new Comma();
        using var frames = new Subject<CanFrame>();
        var time = new HistoricalScheduler();
        var rows = new List<CanSignalRow>();
        using var subscription = frames.ToChangeSet(Signals, Options, time).Subscribe(changes => rows.AddRange(changes.Select(change => change.Current)));

        frames.OnNext(new(0x100, [3]));
        time.AdvanceBy(Options.Tick);

        Assert.Equal("Speed = 0.375 km/h", $"{Assert.Single(rows)}");
        Assert.Equal("NamedSignal { Name = Speed, Id = 100, Signal = 0|8@1+ (0.125,0), Unit = km/h }", $"{Signals[0]}");
    }
}
