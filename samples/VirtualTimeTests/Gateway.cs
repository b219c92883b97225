using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan;

namespace VirtualTimeTests;

/// <summary>Connects the powertrain bus and the body bus: the speed for the instrument cluster ten times a second, and the doors unchanged.</summary>
internal static class Gateway
{
    public static readonly CanId WheelSpeed = 0x0B4, ClusterSpeed = 0x320;
    public static readonly CanFilter Doors = CanFilter.Range(0x3A0, 0x3A3);

    private static readonly TimeSpan ClusterPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly CanSignal WheelSpeedSignal = new(7, 16, CanByteOrder.Motorola, factor: 0.01); // km/h
    private static readonly CanSignal ClusterSpeedSignal = new(0, 8, factor: 2); // km/h

    /// <summary>The frames of one bus to forward to the other.</summary>
    public static IObservable<CanFrame> Forward(IObservable<CanFrame> frames, IScheduler scheduler) => Observable.Merge(
        frames.Where(Doors),
        frames.Where(CanFilter.Id(WheelSpeed)).Signal(WheelSpeedSignal)
            .Sample(ClusterPeriod, scheduler)
            .Select(speed => ClusterSpeedSignal.Encode(Math.Min(speed, ClusterSpeedSignal.Maximum), new CanFrame(ClusterSpeed, [0]))));

    /// <summary>Forwards until it is disposed.</summary>
    public static IDisposable Connect(ICanBus powertrain, ICanBus body) => Forward(powertrain, powertrain.Scheduler).Subscribe(frame => body.Send(frame));
}
