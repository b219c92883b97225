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
    using ICanBus can = CanBus.Open(name), car = CanBus.Open(name);
    using var simulator = name.StartsWith("virtual:", StringComparison.Ordinal) ? new VehicleSimulator(car) : null;

    // The types of vehicle.dbc are made at compile time: their properties are signals.
    var engine = can.Messages<Vehicle.EngineData>();
    var shiftLight = engine.Select(now => now.EngineSpeed > 4000).DistinctUntilChanged();
    var gears = from now in engine.DistinctUntilChanged(now => now.Gear) select now.Gear;
    var accelerations =
        from pair in can.ReceivedMessages<Vehicle.WheelSpeeds>().Buffer(2, 1)
        where pair is [var first, var second] && second.Timestamp > first.Timestamp
        select (pair[1].Message.FrontLeft - pair[0].Message.FrontLeft) / 3.6 / (pair[1].Timestamp - pair[0].Timestamp).TotalSeconds;

    // A message that is sent at its cycle time, with the latest content.
    var lights = from isOn in shiftLight.StartWith(false) select new Vehicle.Lights { Beam = isOn ? Vehicle.Beam.High : Vehicle.Beam.Low, Warning = isOn };

    // At run time, the database decodes what no line of code names.
    var latest = new ConcurrentDictionary<DbcSignal, DecodedSignal>();
    using var shown = new CompositeDisposable
    {
        can.Decode(vehicle).SelectMany(message => message).Subscribe(signal => latest[signal.Signal] = signal),
        shiftLight.Where(isOn => isOn).Subscribe(_ => Console.WriteLine("shift up")),
        gears.WithLatestFrom(accelerations).Subscribe(now => Console.WriteLine($"gear {now.First} at {now.Second:F1} m/s2")),
        lights.SendCyclic(car).Subscribe(),
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
