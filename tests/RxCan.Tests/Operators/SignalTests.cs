using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Tests.Operators;

public sealed class SignalTests
{
    [Fact]
    public void It_emits_the_values_of_frames_that_hold_the_signal_and_skips_the_others()
    {
        var signal = new CanSignal(8, 8, factor: 0.5);
        CanFrame[] frames =
        [
            new(0x100, [0, 10]),
            new(0x100, [0]),
            CanFrame.Remote(0x100, 8),
            CanFrame.Parse("20000040#0011223344556677"),
            CanFrame.Fd(0x100, [0, 20]),
        ];
        Assert.Equal([5.0, 10.0], frames.ToObservable().Signal(signal).ToArray().Wait());
    }

    [Fact]
    public void It_forwards_errors()
    {
        using var frames = new Subject<CanFrame>();
        Exception? error = null;
        using var subscription = frames.Signal(new(0, 8)).Subscribe(_ => { }, e => error = e);
        frames.OnError(new InvalidOperationException());
        Assert.IsType<InvalidOperationException>(error);
    }

    [Fact]
    public void A_signal_comes_with_its_frame()
    {
        var frame = new CanFrame(0x100, [0, 10]).WithTimestamp(DateTimeOffset.UnixEpoch);

        var value = new[] { frame, new CanFrame(0x100, [0]) }.ToObservable().SignalWithFrame(new(8, 8, factor: 0.5)).Wait();

        Assert.Equal((5.0, 0x100, DateTimeOffset.UnixEpoch, frame), (value.Value, value.Id, value.Timestamp, value.Frame));
    }

    [Fact]
    public void Several_signals_of_a_frame_come_at_once_and_those_that_it_lacks_are_null()
    {
        CanFrame[] frames = [new(0x100, [1, 2]), new(0x100, [3]), new(0x100, []), CanFrame.Remote(0x100, 8), new(0x100, [1, 2, 3])];

        var values = frames.ToObservable().Signals(new(0, 8), new(8, 8, factor: 0.5)).ToArray().Wait();

        Assert.Equal(["1, 1 in 100#0102", "3, - in 100#03", "1, 1 in 100#010203"], values.Select(v => v.ToString()));
        var (first, second) = values[1];
        Assert.Equal((3.0, null), (first, second));
        Assert.Equal(2, values[0].Count);
        Assert.Equal(values[0], values[2]);
        Assert.NotEqual(values[0], values[1]);
        Assert.Throws<IndexOutOfRangeException>(() => values[0][2]);
        Assert.Throws<ArgumentException>(() => frames.ToObservable().Signals());
    }
}
