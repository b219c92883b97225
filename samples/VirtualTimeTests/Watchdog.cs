using System.Reactive.Linq;
using RxCan;

namespace VirtualTimeTests;

/// <summary>Stops the drives when the controller's heartbeat stops, and repeats that until it is back.</summary>
internal static class Watchdog
{
    public static readonly CanId Heartbeat = 0x701;
    public static readonly CanFrame Stop = new(0x080, [0xFF]);

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StopPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The frames to send: at once when the heartbeat falls silent, then every second until it is heard again.</summary>
    public static IObservable<CanFrame> Watch(ICanBus can) => can.Presence(Heartbeat, Limit)
        .Select(heartbeat => heartbeat.IsPresent
            ? Observable.Empty<CanFrame>()
            : Observable.Interval(StopPeriod, can.Scheduler).StartWith(can.Scheduler, 0).Select(_ => Stop))
        .Switch();
}
