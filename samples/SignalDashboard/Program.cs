using System.Collections.Concurrent;
using System.Globalization;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan;
using RxCan.Dbc;
using SignalDashboard;

// The signals of a car, shown once a second. On an in-process bus, the car is simulated.
var name = args is [var given, ..] ? given : "virtual:car";
var seconds = args is [_, var limit] ? int.Parse(limit, CultureInfo.InvariantCulture) : int.MaxValue;
try
{
    var vehicle = CanDatabase.Load(Path.Combine(AppContext.BaseDirectory, "vehicle.dbc"));
    var (engine, wheels, lights) = (vehicle["EngineData"], vehicle["WheelSpeeds"], vehicle["Lights"]);
    using ICanBus can = CanBus.Open(name), car = CanBus.Open(name);
    using var simulator = name.StartsWith("virtual:", StringComparison.Ordinal) ? new VehicleSimulator(car, vehicle) : null;

    // A signal is an IObservable<double>, or a stream of values with their names, numbers and times.
    var shiftLight = can.Signal(engine["EngineSpeed"]).Select(rpm => rpm > 4000).DistinctUntilChanged();
    var gears = from gear in can.Decode(engine["Gear"]).DistinctUntilChanged(gear => gear.Raw) select gear.ValueName ?? $"{gear.Value}";
    var accelerations =
        from pair in can.Decode(wheels["FrontLeft"]).Buffer(2, 1)
        where pair is [var first, var second] && second.Timestamp > first.Timestamp
        select (pair[1].Value - pair[0].Value) / 3.6 / (pair[1].Timestamp - pair[0].Timestamp).TotalSeconds;

    // A message that is sent at its cycle time, with the latest content.
    var beams = from isOn in shiftLight.StartWith(false) select lights.Encode(("Beam", isOn ? "High" : "Low"), ("Warning", isOn ? 1 : 0));

    var latest = new ConcurrentDictionary<DbcSignal, DecodedSignal>();
    using var shown = new CompositeDisposable
    {
        can.Decode(vehicle).SelectMany(message => message).Subscribe(signal => latest[signal.Signal] = signal),
        shiftLight.Where(isOn => isOn).Subscribe(_ => Console.WriteLine("shift up")),
        gears.WithLatestFrom(accelerations).Subscribe(now => Console.WriteLine($"gear {now.First} at {now.Second:F1} m/s2")),
        beams.SendCyclic(car, lights.CycleTime!.Value).Subscribe(),
    };

    await Observable.Interval(TimeSpan.FromSeconds(1)).Take(seconds).Do(_ =>
    {
        Console.WriteLine($"--- {name}, {latest.Count} signals");
        foreach (var message in latest.Values.GroupBy(signal => signal.Signal.Message).OrderBy(message => message.Key.Id))
            Console.WriteLine($"{message.Key.Name,-12} {string.Join("   ", message.OrderBy(signal => signal.Signal.StartBit))}");
    }).LastOrDefaultAsync();
    return 0;
}
catch (CanBusException trouble)
{
    Console.Error.WriteLine(trouble.Message);
    return 1;
}
