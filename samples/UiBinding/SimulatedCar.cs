using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan;
using RxCan.Dbc;

namespace UiBinding;

/// <summary>The nodes of the database as a rest bus. The battery is there for three of ten seconds.</summary>
internal sealed class SimulatedCar : IDisposable
{
    private readonly CompositeDisposable _parts = [];

    public SimulatedCar(ICanBus can, CanDatabase vehicle)
    {
        var rest = can.RestBus(vehicle, ["Engine", "Chassis"]);
        _parts.Add(rest);
        _parts.Add(Observable.Interval(TimeSpan.FromMilliseconds(50), can.Scheduler).Select(i => 3000 + (1800 * Math.Sin(i / 20.0)))
            .Subscribe(rest.Signal("EngineData.EngineSpeed")));
        _parts.Add(Observable.Timer(TimeSpan.Zero, TimeSpan.FromSeconds(10), can.Scheduler)
            .Select(_ => Observable.Using(
                () => can.RestBus(vehicle, ["Battery"]),
                _ => Observable.Timer(TimeSpan.FromSeconds(3), can.Scheduler)))
            .Switch()
            .Subscribe());
    }

    public void Dispose() => _parts.Dispose();
}
