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
}
