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
}
