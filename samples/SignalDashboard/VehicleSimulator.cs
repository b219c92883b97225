using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan;

namespace SignalDashboard;

/// <summary>The car, while it is not disposed: engine, wheels and battery send their messages at the cycle times of the database.</summary>
internal sealed class VehicleSimulator : IDisposable
{
    private readonly CompositeDisposable _senders = [];

    public VehicleSimulator(ICanBus can)
    {
        _senders.Add(Every(Vehicle.EngineData.CycleTime, i => can.Send(new Vehicle.EngineData
        {
            EngineSpeed = 3000 + (1800 * Wave(i)),
            Gear = Vehicle.Gear.First + (int)(i / 50 % 6),
            Torque = 200 * Wave(i),
        })));
        _senders.Add(Every(Vehicle.WheelSpeeds.CycleTime, i =>
        {
            var speed = 60 + (40 * Wave(i));
            can.Send(new Vehicle.WheelSpeeds { FrontLeft = speed, FrontRight = speed * 1.01, RearLeft = speed, RearRight = speed * 1.01 });
        }));
        _senders.Add(Every(Vehicle.BatteryData.CycleTime, i => can.Send(i % 2 == 0
            ? new Vehicle.BatteryData { Module = 0, VoltageFront = 48 + Wave(i) }
            : new Vehicle.BatteryData { Module = 1, VoltageRear = 48 + Wave(i) })));
    }

    public void Dispose() => _senders.Dispose();

    private static IDisposable Every(TimeSpan? cycle, Action<long> send) => Observable.Interval(cycle!.Value).Subscribe(send);

    private static double Wave(long i) => Math.Sin(i / 50.0);
}
