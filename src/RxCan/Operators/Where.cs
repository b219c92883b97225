using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>Filtering by <see cref="CanFilter"/>.</content>
public static partial class CanObservable
{
    /// <summary>
    /// The frames that pass a filter. On a bus, or on the result of <see cref="ICanBus.Where(CanFilter)"/>, it narrows what the bus
    /// receives; after any other operator it tests each frame.
    /// </summary>
    /// <param name="frames">The frames.</param>
    /// <param name="filter">What to let pass.</param>
    public static IObservable<CanFrame> Where(this IObservable<CanFrame> frames, CanFilter filter)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(filter);
        return frames switch
        {
            ICanBus bus => bus.Where(filter),
            FilteredFrames filtered => filtered.Where(filter),
            _ => frames.Where(frame => filter.Matches(frame)).From(frames),
        };
    }
}
