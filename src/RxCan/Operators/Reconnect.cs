using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>Coming back with an adapter.</content>
public static partial class CanObservable
{
    private static readonly TimeSpan DefaultReconnectPoll = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Subscribes again when the interface is back after it was removed, as a USB adapter is when it is unplugged: the stream goes on
    /// instead of ending with <see cref="CanInterfaceNotFoundException"/>. Other errors pass.
    /// </summary>
    /// <remarks>
    /// A bus on SocketCAN, filtered by <see cref="CanFilter"/> or not, is told by the kernel when the interface is back; anything else is tried
    /// once in <paramref name="poll"/>. An adapter comes back down and without a bit rate: frames flow once something has set it up, such as
    /// <see cref="CanLinks.Configure"/> called by an observer of <see cref="CanLinks.Watch"/>.
    /// </remarks>
    /// <typeparam name="T">The type of the items, such as <see cref="CanFrame"/>.</typeparam>
    /// <param name="source">A bus, or what comes of its frames.</param>
    /// <param name="poll">How often to try where nobody tells; a second if null.</param>
    /// <param name="scheduler">Measures that; the bus's if null and the source is one, else <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is zero or negative.</exception>
    public static IObservable<T> Reconnect<T>(this IObservable<T> source, TimeSpan? poll = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var period = poll ?? DefaultReconnectPoll;
        ThrowUnlessPositive(period, nameof(poll));
        var timer = Observable.Timer(period, scheduler ?? SchedulerOf(source)).Select(_ => Unit.Default);
        var isBack = (BusOf(source) as ICanLink)?.Available?.Catch(timer) ?? timer;
        return source.RetryWhen(errors => errors.SelectMany(error =>
            error is CanInterfaceNotFoundException ? isBack.Take(1) : Observable.Throw<Unit>(error)));
    }
}
