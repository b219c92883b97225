using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>Recovery from a removed interface.</content>
public static partial class CanObservable
{
    private static readonly TimeSpan DefaultReconnectPoll = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Subscribes again when a removed interface is back, such as an unplugged USB adapter: the stream continues
    /// instead of ending with <see cref="CanInterfaceNotFoundException"/>. Other errors are forwarded.
    /// </summary>
    /// <remarks>
    /// A bus on SocketCAN or in process, and what the library makes from it, reports when the interface is back; any other source is tried
    /// once per <paramref name="poll"/>. An adapter comes back down and without a bit rate. Frames flow once something has set it
    /// up, such as <see cref="CanLinks.Configure"/> called by an observer of <see cref="CanLinks.Watch"/>.
    /// </remarks>
    /// <typeparam name="T">The type of the items, such as <see cref="CanFrame"/>.</typeparam>
    /// <param name="source">A bus, or a stream made from its frames.</param>
    /// <param name="poll">How often to try if the bus does not report it; once per second if null.</param>
    /// <param name="scheduler">Measures the period. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is zero or negative.</exception>
    public static IObservable<T> Reconnect<T>(this IObservable<T> source, TimeSpan? poll = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var period = poll ?? DefaultReconnectPoll;
        ThrowUnlessPositive(period, nameof(poll));
        var isBack = (BusStream.BusOf(source) as ICanLink).WhenAvailable(period, SchedulerOf(source, scheduler));
        return source.RetryWhen(errors => errors.SelectMany(error =>
            error is CanInterfaceNotFoundException ? isBack : Observable.Throw<Unit>(error))).From(source);
    }
}
