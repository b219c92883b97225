using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan.Bus;
using RxCan.Operators;

namespace RxCan;

/// <content>Period and jitter.</content>
public static partial class CanObservable
{
    /// <summary>
    /// Each frame with period and jitter of its identifier, computed from <see cref="CanFrame.Timestamp"/> over all its frames since the
    /// subscription. Data frames, remote frames and each class of error frames count separately; frames of several interfaces count
    /// together.
    /// </summary>
    /// <remarks>Keeps 70 bytes for each identifier that it has seen; frames cost no allocation.</remarks>
    /// <param name="frames">The frames.</param>
    public static IObservable<MeasuredFrame> MeasurePeriod(this IObservable<CanFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return Observable.Defer(() =>
        {
            var meters = new Dictionary<uint, PeriodMeter>();
            return frames.Select(frame =>
            {
                ref var meter = ref CollectionsMarshal.GetValueRefOrAddDefault(meters, frame.RawId, out _);
                meter.Add(frame.Ticks);
                return new MeasuredFrame(frame, meter.Period);
            });
        }).From(frames);
    }
}
