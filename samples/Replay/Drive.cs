using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan;

namespace Replay;

/// <summary>Three simulated minutes in a vehicle, recorded on virtual time: the same log every time.</summary>
internal static class Drive
{
    public static void Record(string path)
    {
        var time = new HistoricalScheduler(new DateTimeOffset(2026, 3, 2, 7, 30, 0, TimeSpan.Zero));
        var bus = new VirtualCanBus(time);
        using ICanBus vehicle = bus.Connect(), logger = bus.Connect();
        using (logger.RecordTo(path).Subscribe())
        using (Observable.Interval(TimeSpan.FromSeconds(1), time).Subscribe(second => vehicle.Send(Detector.Coolant.Encode(Temperature(second), new CanFrame(Detector.Engine, [0])))))
        using (Observable.Interval(TimeSpan.FromSeconds(0.5), time).Where(half => half is < 144 or > 150).Subscribe(_ => vehicle.Send(new CanFrame(Detector.Gateway, [0x05]))))
            time.AdvanceBy(TimeSpan.FromMinutes(3));
        time.Start(); // writes the rest
    }

    /// <summary>It rises to 95, is too high for two seconds, and in the third minute for ten.</summary>
    private static double Temperature(long second) => second is 39 or 40 or (>= 140 and < 150) ? 118 : Math.Min(95, 20 + second);
}
