using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Uds;

namespace RxCan.Monitor;

/// <summary>
/// A vehicle on the road: control units whose messages have consistent signals, one that answers diagnostic
/// requests, an occasional error frame, and a controller that goes to error warning and back.
/// </summary>
internal sealed class VehicleSimulator : IDisposable
{
    private static readonly PlottedSignal
        EngineSpeed = new("Engine speed", 0x0C9, new(15, 16, CanByteOrder.Motorola, factor: 0.25), "rpm"),
        EngineTorque = new("Engine torque", 0x0C9, new(32, 16, isSigned: true, factor: 0.1), "Nm"),
        Accelerator = new("Accelerator", 0x0BE, new(0, 8, factor: 0.4), "%"),
        SteeringAngle = new("Steering angle", 0x0E5, new(0, 16, isSigned: true, factor: 0.1), "deg"),
        BrakePressure = new("Brake pressure", 0x0F1, new(8, 12, factor: 0.1), "bar"),
        YawRate = new("Yaw rate", 0x130, new(0, 16, isSigned: true, factor: 0.01), "deg/s"),
        Speed = new("Vehicle speed", 0x3E9, new(7, 16, CanByteOrder.Motorola, factor: 0.01), "km/h"),
        Gear = new("Gear", 0x1F5, new(0, 4), ""),
        Coolant = new("Coolant", 0x4C1, new(16, 8, offset: -40), "degC"),
        Battery = new("Battery", 0x52A, new(0, 16, factor: 0.001), "V"),
        RoadSpeed = new("Tachograph speed", CanId.Extended(0x18FEF100), new(8, 16, factor: 1 / 256.0), "km/h");

    private readonly Lock _gate = new();
    private readonly CompositeDisposable _work;
    private readonly ICanBus _units;
    private readonly Message[] _messages;
    private readonly int? _rate;
    private readonly Random _noise = new(1);
    private readonly DateTimeOffset _start;
    private Motion _now;
    private long _sent;
    private int _next;
    private bool _isDisposed;

    /// <summary>Starts it.</summary>
    /// <param name="connect">Connects a control unit to the bus.</param>
    /// <param name="options">The number of messages and their rate.</param>
    public VehicleSimulator(Func<ICanBus> connect, MonitorOptions options)
    {
        _units = connect();
        var diagnosed = connect();
        var vehicle = Messages();
        var others = Enumerable.Range(0, Math.Max(0, options.Ids - vehicle.Length ?? 0)).Select(Other);
        _messages = [.. vehicle.Concat(others).Take(options.Ids ?? vehicle.Length)];
        _rate = options.Rate;
        _start = _units.Scheduler.Now;
        _work =
        [
            Observable.Interval(TimeSpan.FromMilliseconds(2), _units.Scheduler).Subscribe(_ => WhileDriving(SendDue)),
            Observable.Interval(TimeSpan.FromSeconds(7), _units.Scheduler).Subscribe(number => WhileDriving(() => SendError(number))),
            diagnosed.ServeUds(tx: 0x7E8, rx: 0x7E0, Ecu()),
            diagnosed,
            _units,
        ];
    }

    /// <summary>The signals to plot.</summary>
    public static IReadOnlyList<PlottedSignal> Signals { get; } =
        [EngineSpeed, Speed, SteeringAngle, EngineTorque, Accelerator, BrakePressure, YawRate, Gear, Coolant, Battery, RoadSpeed];

    /// <summary>The number of frames that its control units sent, without diagnostic frames.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _work.Dispose();
    }

    /// <summary>A timer's action may still be running when its subscription is disposed.</summary>
    private void WhileDriving(Action action)
    {
        lock (_gate)
        {
            if (!_isDisposed)
                action();
        }
    }

    private void SendDue()
    {
        var time = (_units.Scheduler.Now - _start).TotalSeconds;
        _now = new(time, _noise);
        if (_rate is { } rate)
        {
            for (var due = (long)(time * rate); _sent < due; _next = (_next + 1) % _messages.Length)
                Send(_messages[_next]);
            return;
        }

        foreach (var message in _messages)
        {
            if (time < message.Due)
                continue;
            message.Due += message.Period * Math.Max(1, Math.Floor((time - message.Due) / message.Period));
            Send(message);
        }
    }

    private void Send(Message message)
    {
        message.Write(message, _now);
        _units.Send(new(message.Id, message.Data));
        message.Counter++;
        Volatile.Write(ref _sent, _sent + 1);
    }

    private void SendError(long number) => _units.Send(CanFrame.Error((number % 5) switch
    {
        2 => new()
        {
            Class = CanErrorClass.Controller | CanErrorClass.Counters,
            Controller = CanControllerStatus.ReceiveWarning,
            ReceiveErrors = 97,
        },
        3 => new() { Class = CanErrorClass.Controller | CanErrorClass.Counters, Controller = CanControllerStatus.Active, ReceiveErrors = 90 },
        4 => new() { Class = CanErrorClass.ArbitrationLost, ArbitrationLostBit = 7 },
        _ => new()
        {
            Class = CanErrorClass.Protocol | CanErrorClass.BusError,
            Protocol = CanProtocolViolation.Stuff,
            Location = CanErrorLocation.CrcSequence,
        },
    }));

    /// <summary>Enough to try a tester without a car.</summary>
    internal static UdsEcu Ecu()
    {
        var ecu = new UdsEcu();
        ecu.Data.Add(UdsData.Vin, "WRXCAN00000000001");
        ecu.Data.Add(UdsData.SerialNumber, "RX-0001");
        ecu.Data.Add(0xF195, [1, 0, 0]); // software version
        return ecu;
    }

    private static Message[] Messages() =>
    [
        // Engine
        new(0x0BE, 8, 0.010, (m, v) => m.Set(Accelerator, v.Accelerator).Set(32, 8, v.Accelerator * 2).Protect()),
        new(0x0C9, 8, 0.010, (m, v) => m.Set(EngineSpeed, v.EngineSpeed).Set(EngineTorque, v.Torque).Protect()),
        new(0x0D3, 8, 0.020, (m, v) => m.Set(0, 16, v.Torque * 8).Set(16, 16, v.EngineSpeed).Set(32, 8, 3).Count()),
        new(0x1A1, 7, 0.020, (m, v) => m.Set(8, 8, v.Accelerator * 2.5).Set(16, 8, v.Braking ? 0x40 : 0).Set(40, 8, 0x7F)),
        new(0x1C3, 8, 0.020, (m, v) => m.Set(0, 16, v.Torque * 4).Set(24, 16, v.Torque * 4 + 12).Protect()),
        new(0x3D1, 8, 0.100, (m, v) => m.Set(0, 16, v.EngineSpeed / 4).Set(16, 16, 1013).Set(48, 8, 0xA0)),
        new(0x4C1, 8, 0.500, (m, v) => m.Set(Coolant, v.Coolant).Set(24, 8, 68).Set(32, 8, 61)),
        new(0x4D1, 8, 0.500, (m, v) => m.Set(0, 8, v.OilTemperature + 40).Set(8, 8, v.EngineSpeed / 20).Set(40, 8, 142)),

        // Gearbox
        new(0x0F9, 8, 0.010, (m, v) => m.Set(0, 16, v.EngineSpeed * 3.9).Set(24, 16, v.Speed * 40).Protect()),
        new(0x1F5, 8, 0.025, (m, v) => m.Set(Gear, v.Gear).Set(24, 8, v.Gear).Set(32, 8, 0x0F).Count()),
        new(0x199, 8, 0.020, (m, v) => m.Set(0, 16, 0xFFFE).Set(32, 16, v.Torque * 2).Protect()),
        new(0x4C9, 6, 0.500, (m, v) => m.Set(8, 8, v.OilTemperature + 32)),

        // Brakes and chassis
        new(0x0C1, 8, 0.010, (m, v) => m.Set(0, 16, v.Wheel(0)).Set(16, 16, v.Distance).Set(32, 16, v.Wheel(1)).Set(48, 16, v.Distance)),
        new(0x0C5, 8, 0.010, (m, v) => m.Set(0, 16, v.Wheel(2)).Set(16, 16, v.Distance).Set(32, 16, v.Wheel(3)).Set(48, 16, v.Distance)),
        new(0x0F1, 6, 0.010, (m, v) => m.Set(BrakePressure, v.BrakePressure).Set(0, 8, v.Braking ? 1 : 0).Protect()),
        new(0x130, 8, 0.020, (m, v) => m.Set(YawRate, v.YawRate).Set(16, 16, v.SideForce).Protect()),
        new(0x17D, 6, 0.100, (m, v) => m.Set(0, 8, v.Braking ? 0x80 : 0).Set(8, 8, 0x11).Count()),
        new(0x1E9, 8, 0.020, (m, v) => m.Set(0, 12, v.SideForce).Set(16, 12, v.YawRate * 10).Set(40, 8, 0x40).Protect()),
        new(0x214, 6, 0.020, (m, v) => m.Set(0, 12, v.BrakePressure * 12).Set(40, 8, v.Braking ? 0x28 : 8)),
        new(0x2F9, 7, 0.050, (m, v) => m.Set(0, 16, v.Speed * 63).Set(32, 8, 0xC4)),
        new(0x3E9, 8, 0.100, (m, v) => m.Set(Speed, v.Speed).Set(24, 16, v.Distance).Set(40, 16, v.Speed * 100)),

        // Steering
        new(0x0E5, 7, 0.010, (m, v) => m.Set(SteeringAngle, v.Steering).Set(16, 16, v.Steering * 3).Protect()),
        new(0x148, 5, 0.025, (m, v) => m.Set(0, 8, Math.Abs(v.Steering) / 2).Count()),

        // Body, instruments, supply
        new(0x12A, 8, 0.100, (m, v) => m.Set(8, 8, 0x1F).Set(40, 8, 0x02)),
        new(0x140, 3, 0.200, (m, v) => m.Set(0, 8, v.Braking ? 0x43 : 0x03).Set(8, 8, Math.Abs(v.Steering) > 120 ? v.Blink : 0)),
        new(0x3F9, 8, 0.250, (m, v) => m.Set(0, 16, 3520).Set(16, 8, 0x64).Set(48, 16, v.Time)),
        new(0x52A, 4, 0.500, (m, v) => m.Set(Battery, v.Battery).Set(16, 8, 0x81)),
        new(0x5E1, 8, 1.000, (m, v) => m.Set(0, 32, v.Time + 1_735_000_000).Set(32, 24, v.Distance / 100)),

        // Network management, tachograph and a trailer
        new(0x620, 8, 0.500, (m, _) => m.Set(0, 8, 0x10).Set(8, 8, 0x40)),
        new(0x621, 8, 0.500, (m, _) => m.Set(0, 8, 0x11).Set(8, 8, 0x40)),
        new(0x627, 8, 0.500, (m, _) => m.Set(0, 8, 0x17).Set(8, 8, 0x40)),
        new(CanId.Extended(0x0CFE6CEE), 8, 0.050, (m, v) => m.Set(0, 8, 0xC3).Set(32, 16, v.EngineSpeed * 8).Set(48, 16, v.Speed * 256)),
        new(CanId.Extended(0x18FEF100), 8, 0.100, (m, v) => m.Set(RoadSpeed, v.Speed).Set(0, 8, 0xF7).Set(24, 8, v.Braking ? 0x44 : 4)),
        new(CanId.Extended(0x18FEE900), 8, 1.000, (m, v) => m.Set(0, 32, v.Time / 40 + 8000).Set(32, 32, v.Time / 20 + 90_000)),
    ];

    /// <summary>A message without meaning, to have more than a vehicle has: a counter, a wave and noise.</summary>
    private static Message Other(int number) => new(
        CanId.Extended(0x18FF0000 + (uint)number), // J1939's proprietary messages
        8,
        0.1,
        (m, v) => m.Set(16, 16, 32_000 + 30_000 * Math.Sin(v.Time / 3 + number)).Set(48, 8, v.Noise).Count());

    /// <summary>The vehicle's motion at a given time.</summary>
    private readonly struct Motion
    {
        private static readonly double[] Ratios = [13.6, 8.1, 5.6, 4.2, 3.3, 2.7];

        public Motion(double time, Random noise)
        {
            Time = time;
            Noise = noise.Next(256);
            var phase = time % 60;
            var cruise = 62 - 40 * Math.Cos(time / 60 * 2 * Math.PI) + 9 * Math.Sin(time / 3.7);
            var slope = 40 / 60.0 * 2 * Math.PI * Math.Sin(time / 60 * 2 * Math.PI) + 9 / 3.7 * Math.Cos(time / 3.7);
            Speed = Math.Max(0, cruise) + noise.NextDouble() * 0.05;
            Gear = Speed switch { < 18 => 1, < 32 => 2, < 47 => 3, < 64 => 4, < 84 => 5, _ => 6 };
            EngineSpeed = 780 + Speed * Ratios[Gear - 1] * 7 + noise.NextDouble() * 8;
            Accelerator = Math.Clamp(18 + slope * 9, 0, 100);
            Torque = Math.Clamp(Accelerator * 2.6 - 22 + noise.NextDouble(), -60, 300);
            Braking = slope < -3.2;
            BrakePressure = Braking ? Math.Min(400, -(slope + 3.2) * 14) : 0;
            Steering = 160 * Math.Sin(time / 5) * Math.Sin(time / 13) + noise.NextDouble() * 0.3;
            YawRate = Steering * Speed / 900;
            SideForce = 2048 + YawRate * Speed / 2;
            Distance = time * 45;
            Coolant = 88 + 3 * Math.Sin(phase / 60 * 2 * Math.PI);
            OilTemperature = 94 + 2 * Math.Sin(time / 40);
            Battery = 14.1 + 0.2 * Math.Sin(time / 9) + noise.NextDouble() * 0.01;
            Blink = (long)(time * 3) % 2;
        }

        public double Time { get; }
        public double Noise { get; }
        public double Speed { get; }
        public int Gear { get; }
        public double EngineSpeed { get; }
        public double Accelerator { get; }
        public double Torque { get; }
        public bool Braking { get; }
        public double BrakePressure { get; }
        public double Steering { get; }
        public double YawRate { get; }
        public double SideForce { get; }
        public double Distance { get; }
        public double Coolant { get; }
        public double OilTemperature { get; }
        public double Battery { get; }
        public double Blink { get; }

        public double Wheel(int number) => Speed * (100 + (number % 2 == 0 ? 1 : -1) * YawRate / 40 + number * 0.02);
    }

    /// <summary>A message that a control unit sends once per period.</summary>
    private sealed class Message(CanId id, int length, double period, Action<Message, Motion> write)
    {
        public CanId Id { get; } = id;

        /// <summary>In seconds.</summary>
        public double Period { get; } = period;

        public byte[] Data { get; } = new byte[length];

        public Action<Message, Motion> Write { get; } = write;

        /// <summary>In seconds since the start. Not all at once: control units start at different times.</summary>
        public double Due { get; set; } = id.Value % 97 / 97.0 * period;

        public long Counter { get; set; }

        public Message Set(PlottedSignal signal, double value)
        {
            signal.Signal.Encode(Math.Clamp(value, signal.Signal.Minimum, signal.Signal.Maximum), Data);
            return this;
        }

        /// <summary>An unsigned Intel signal; only its low bits are sent.</summary>
        public Message Set(int startBit, int bits, double value)
        {
            new CanSignal(startBit, bits).EncodeRaw((long)value & ((1L << bits) - 1), Data);
            return this;
        }

        /// <summary>A rolling counter in the last byte's low nibble.</summary>
        public Message Count()
        {
            Data[^1] = (byte)((Data[^1] & 0xF0) | (int)(Counter & 0xF));
            return this;
        }

        /// <summary>A rolling counter, and a checksum in the byte before it.</summary>
        public Message Protect()
        {
            Count();
            Data[^2] = 0;
            var sum = (int)Id.Value;
            foreach (var b in Data)
                sum += b;
            Data[^2] = (byte)(sum ^ 0xFF);
            return this;
        }
    }
}
