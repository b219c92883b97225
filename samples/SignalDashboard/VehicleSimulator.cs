using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan;
using RxCan.Dbc;

namespace SignalDashboard;

/// <summary>The car, while it is not disposed: engine, wheels and battery send their messages at the cycle times of the database.</summary>
internal sealed class VehicleSimulator : IDisposable
{
    private readonly CompositeDisposable _senders = [];

    public VehicleSimulator(ICanBus can, CanDatabase vehicle)
    {
        DbcMessage engine = vehicle["EngineData"], wheels = vehicle["WheelSpeeds"], battery = vehicle["BatteryData"];
        _senders.Add(Every(engine, i => engine.Encode(("EngineSpeed", 3000 + (1800 * Wave(i))), ("Gear", 1 + (i / 50 % 6)), ("Torque", 200 * Wave(i)))).SendTo(can).Subscribe());
        _senders.Add(Every(wheels, i =>
        {
            var speed = 60 + (40 * Wave(i));
            return wheels.Encode(("FrontLeft", speed), ("FrontRight", speed * 1.01), ("RearLeft", speed), ("RearRight", speed * 1.01));
        }).SendTo(can).Subscribe());
        _senders.Add(Every(battery, i => battery.Encode((i % 2 == 0 ? "VoltageFront" : "VoltageRear", 48 + Wave(i)))).SendTo(can).Subscribe());
    }

    public void Dispose() => _senders.Dispose();

    private static IObservable<CanFrame> Every(DbcMessage message, Func<long, CanFrame> encode) => Observable.Interval(message.CycleTime!.Value).Select(encode);

    private static double Wave(long i) => Math.Sin(i / 50.0);
}
