using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>Signals.</content>
public static partial class CanObservable
{
    /// <summary>
    /// The values of a signal. It decodes every frame that is long enough, so filter for the identifier first. Shorter, remote and
    /// error frames are skipped, where <c>Select(f => signal.Decode(f))</c> would end with an error.
    /// </summary>
    /// <param name="frames">The frames.</param>
    /// <param name="signal">What to decode.</param>
    public static IObservable<double> Signal(this IObservable<CanFrame> frames, CanSignal signal)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(signal);
        return frames.Where(frame => signal.IsIn(frame)).Select(frame => signal.Decode(frame)).From(frames);
    }

    /// <summary>As <see cref="Signal"/>, with the frame of each value: its time stamp and its identifier.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="signal">What to decode.</param>
    public static IObservable<CanSignalValue> SignalWithFrame(this IObservable<CanFrame> frames, CanSignal signal)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(signal);
        return frames.Where(frame => signal.IsIn(frame)).Select(frame => new CanSignalValue(signal.Decode(frame), frame)).From(frames);
    }

    /// <summary>
    /// Several signals of each frame at once, for every frame that holds at least one of them; one that a frame is too short for is null. Filter
    /// for the identifier first.
    /// </summary>
    /// <param name="frames">The frames.</param>
    /// <param name="signals">What to decode, at least one.</param>
    /// <exception cref="ArgumentException">There are no signals, or one is null.</exception>
    public static IObservable<CanSignalValues> Signals(this IObservable<CanFrame> frames, params ReadOnlySpan<CanSignal> signals)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (signals.IsEmpty || signals.Contains(null))
            throw new ArgumentException("Give at least one signal, and none that is null.", nameof(signals));
        CanSignal[] all = [.. signals];
        return frames.Where(frame => IsAnyIn(frame, all)).Select(frame => new CanSignalValues(frame, all)).From(frames);
    }

    private static bool IsAnyIn(in CanFrame frame, CanSignal[] signals)
    {
        foreach (var signal in signals)
        {
            if (signal.IsIn(frame))
                return true;
        }

        return false;
    }
}
