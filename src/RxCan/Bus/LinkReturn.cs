using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace RxCan.Bus;

/// <summary>Waits until an interface is back.</summary>
internal static class LinkReturn
{
    /// <summary>Produces one value when the interface exists, or after a while if nobody can tell.</summary>
    public static IObservable<Unit> WhenAvailable(this ICanLink? link, TimeSpan poll, IScheduler scheduler)
    {
        var timer = DueTimer.Every(poll, scheduler);
        return (link?.Available?.Catch(timer) ?? timer).Take(1);
    }
}
