using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Cyclic;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>
    /// Tells when the data frames of an identifier stop, and when they resume: the kernel's watch for absent cyclic messages
    /// (<c>RX_TIMEOUT</c>, <c>RX_ANNOUNCE_RESUME</c>). The time-out begins with the subscription, so an identifier never heard is silent too.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="id">The identifier; classic and CAN FD frames count alike.</param>
    /// <param name="timeout">How long without a frame is silence, 1 us to 400 days.</param>
    /// <param name="scheduler">If given, the portable engine watches, on this scheduler; by default the bus's own broadcast manager, or its scheduler.</param>
    /// <returns>
    /// A cold observable of silence and presence in turn, silence first; <c>Where(p => !p.IsPresent)</c> keeps the silences. It ends
    /// as the bus's frame stream does; a link that is down is silent.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is out of range.</exception>
    /// <exception cref="ArgumentException">The identifier is that of an error frame.</exception>
    public static IObservable<CanPresence> Presence(this ICanBus can, CanId id, TimeSpan timeout, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        _ = CanFilter.Id(id);
        BroadcastPeriod.Checked(timeout, nameof(timeout));
        return Observable.Create<CanPresence>(observer => PortableBroadcastManager.Of(can, scheduler).Presence(id, timeout, observer));
    }
}
