using System.Reactive.Linq;
using RxCan;

namespace Replay;

/// <summary>A user's code: it watches a bus, and does not know whether that is a vehicle or a log.</summary>
internal static class Detector
{
    public static readonly CanId Engine = 0x3E8, Gateway = 0x701;
    public static readonly CanSignal Coolant = new(0, 8, offset: -40); // degrees Celsius

    public static IObservable<string> Watch(ICanBus can) => Observable.Merge(
        can.Where(CanFilter.Id(Engine)).Signal(Coolant)
            .Select(temperature => temperature > 110)
            .DistinctUntilChanged()
            .Select(isHot => isHot ? Observable.Timer(TimeSpan.FromSeconds(3), can.Scheduler) : Observable.Empty<long>())
            .Switch()
            .Select(_ => "the coolant has been hotter than 110 degrees for 3 s"),
        can.Presence(Gateway, TimeSpan.FromSeconds(1.2)).Select(gateway => gateway.IsPresent ? "the gateway is back" : "the gateway is silent"));
}
