using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Cyclic;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>
    /// Reports when the data frames of an identifier stop, and when they resume: the kernel's watch for missing cyclic messages
    /// (<c>RX_TIMEOUT</c>, <c>RX_ANNOUNCE_RESUME</c>). The time-out begins with the subscription, so an identifier never heard is silent
    /// too.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="id">The identifier; classic and CAN FD frames count alike.</param>
    /// <param name="timeout">How long without a frame counts as silence, 1 us to 400 days.</param>
    /// <param name="scheduler">If given, the portable engine watches on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>
    /// A cold observable of alternating silence and presence, silence first; <c>Where(p => !p.IsPresent)</c> keeps the silences. It ends
    /// like the bus's frame stream; while the link is down, there is silence.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is out of range.</exception>
    /// <exception cref="ArgumentException">The identifier is that of an error frame.</exception>
    public static IObservable<CanPresence> Presence(this ICanBus can, CanId id, TimeSpan timeout, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        _ = CanFilter.Id(id);
        BroadcastPeriod.Checked(timeout, nameof(timeout));
        scheduler.Checked();
        return Observable.Create<CanPresence>(observer => PortableBroadcastManager.Of(can, scheduler).Presence(id, timeout, observer)).From(can);
    }
}
