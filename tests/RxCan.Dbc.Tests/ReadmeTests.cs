using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan;
using RxCan.Dbc;
using RxCan.J1939;
using RxCan.Tests.Bus;
using RxCan.Tests.Codec;
using RxCan.Tests.Simulation;

namespace RxCan.Tests;

/// <summary>The code of the package's README.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly ConsoleRecorder Console = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("rxcan").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Its_code_is_compiled() => ReadmeCode.AssertCompiled("src/RxCan.Dbc/README.md", "ReadmeTests.cs", "ModelReadmeTests.cs");

    [Fact]
    public void Decoding()
    {
        File.WriteAllText(Path.Combine(_folder, "vehicle.dbc"), Car.Text);
        var CanDatabase = new Files(_folder);
        CanDatabase vehicle = CanDatabase.Load("vehicle.dbc");
        DbcMessage engine = vehicle["EngineData"];
        using ICanBus can = CanBus.Open("virtual:vehicle");          // or "can0"
        using var other = CanBus.Open("virtual:vehicle");
        using var seen = other.Record();

        can.Decode(vehicle).Subscribe(message => Console.WriteLine(message));      // EngineData { EngineSpeed = 2400 rpm, Gear = Third }
        can.Signal(engine["EngineSpeed"]).Where(rpm => rpm > 4000).Subscribe(rpm => Console.WriteLine($"shift up at {rpm} rpm"));
        can.Decode(engine["Gear"]).DistinctUntilChanged(gear => gear.Raw).Subscribe(gear => Console.WriteLine($"{gear.Timestamp:O} {gear.ValueName}"));

        can.Decode(engine).Subscribe(message =>
        {
            if (message["EngineSpeed"] > 4000 && message["Gear"] is { } gear)      // double?: null while it is absent
                Console.WriteLine($"{gear}. gear");
            foreach (var signal in message)                                        // those that are present
                Console.WriteLine($"{signal.Signal.Name} is {signal.Value} {signal.Signal.Unit}, raw {signal.Raw}");
        });
        can.Send(engine, ("EngineSpeed", 2400), ("Gear", "Third"));
        other.Send(engine, ("EngineSpeed", 4500), ("Gear", "Third"));

        seen.WaitForCount(1);
        var lines = Console.WaitForLines(9);
        Assert.Contains("EngineData { EngineSpeed = 4500 rpm, Temperature = 20 degC, Gear = Third, Torque = 0 Nm, Counter = 0 }", lines);
        Assert.Contains("shift up at 4500 rpm", lines);
        Assert.Contains("3. gear", lines);
        Assert.Contains("EngineSpeed is 4500 rpm, raw 18000", lines);
        Assert.Equal("EngineData { EngineSpeed = 2400 rpm, Temperature = 20 degC, Gear = Third, Torque = 0 Nm, Counter = 0 }", $"{engine.Decode(seen.Values[0])}");
    }

    [Fact]
    public void Encoding()
    {
        var vehicle = Car.Database;
        var engine = vehicle["EngineData"];
        using ICanBus can = CanBus.Open("virtual:encoding"), other = CanBus.Open("virtual:encoding");
        using var seen = other.Record();
        var speeds = new BehaviorSubject<double>(1000);

        var sent = engine.Encode(("EngineSpeed", 2400), ("Gear", SignalValue.Raw(7)));     // a CanFrame; the rest has its start value
        var changed = engine.Update(sent, ("Gear", "Third"));                              // the same frame with another gear
        var faster = engine["EngineSpeed"].Encode(3000, changed);                          // one signal
        speeds.Select(rpm => engine.Encode(("EngineSpeed", rpm))).SendCyclic(can, engine.CycleTime ?? TimeSpan.FromMilliseconds(20)).Subscribe();
        var frame = faster;
        DecodedMessage? known = vehicle.Decode(frame);                             // null: not in the database
        double? speed = engine["EngineSpeed"].Decode(frame);
        long? raw = engine["EngineSpeed"].DecodeRaw([0x80, 0x25]);

        Assert.Equal("EngineData { EngineSpeed = 3000 rpm, Temperature = 20 degC, Gear = Third, Torque = 0 Nm, Counter = 0 }", known.ToString());
        Assert.Equal((3000, 9600), (speed, raw));
        seen.WaitForCount(2);
        Assert.All(seen.Values, cyclic => Assert.Equal(1000, engine["EngineSpeed"].Decode(cyclic)));
    }

    [Fact]
    public void RestBus()
    {
        var vehicle = Network.Database;
        using ICanBus can = CanBus.Open("virtual:rest"), other = CanBus.Open("virtual:rest");
        using var seen = other.Record();
        var wheelSpeed = new BehaviorSubject<double>(30);

        using var rest = can.RestBus(vehicle, nodes: ["Gateway", "ABS"]);
        wheelSpeed.Subscribe(rest.Signal("WheelSpeeds.FrontLeft"));                // an IObservable<double>
        rest.Update("Status", ("Ignition", "On"), ("Odometer", 12345));            // several at once, also by name
        rest.Errors.Subscribe(error => Console.WriteLine(error.Message));          // values that a signal cannot have, and what the bus refuses
        seen.WaitFor(frame => vehicle["WheelSpeeds"]["FrontLeft"].Decode(frame) == 30 && frame.Id == 0x100);
        seen.WaitFor(frame => frame.ToString() == "200#023AE20100000000");
        wheelSpeed.OnNext(301);
        Assert.Contains("WheelSpeeds.FrontLeft cannot be 301", Console.WaitForLines(1)[0]);
        rest.Dispose();

        var options = new RestBusOptions
        {
            Protection = message => message.Name switch
            {
                "WheelSpeeds" => MessageProtection.Counter(message["Counter"]),    // a signal that counts
                "Brake" => MessageProtection.AutosarProfile1(dataId: 0x123),       // AUTOSAR E2E profile 1A; AutosarProfile5 for CAN FD
                "Display" => new(counts: 16, (frame, count) => frame.WithData([.. frame.Data[..7], (byte)(count << 4)])),
                _ => null,
            },
        };
        using var protectedRest = can.RestBus(vehicle, ["Gateway", "ABS"], options);
        seen.WaitFor(frame => frame.ToString() == "101#9101000000000000");
        seen.WaitFor(frame => frame.Id == 0x100 && vehicle["WheelSpeeds"]["Counter"].DecodeRaw(frame.Data) == 2);
    }

    [Fact]
    public void J1939()
    {
        var truck = Car.Database;
        using ICanBus can = CanBus.Open("virtual:truck"), other = CanBus.Open("virtual:truck");
        using var receiver = other.OpenJ1939(0x20);
        using var received = receiver.Decode(truck).Record();

        using var node = can.OpenJ1939(address: 0x10);
        node.Decode(truck).Subscribe(message => Console.WriteLine($"{message} from {J1939Id.From(message.Id).Source:X2}"));
        node.Send(truck["VIN"].Pgn!.Value, truck["VIN"].EncodeData(("Year", 2026)));
        can.Send(truck["EEC1"].Encode(("Rpm", 1200)).WithId(truck["EEC1"].IdFrom(source: 0x10)));
        receiver.Send(0xFEEC, truck["VIN"].EncodeData(("Year", 2025)));

        // The packets of a broadcast are paced in real time, and the receiver gives up one that stalls with the machine.
        for (var tries = 0; tries < 30 && !SpinWait.SpinUntil(() => received.Values.Count > 1 && Console.Lines.Count > 0, TimeSpan.FromSeconds(2)); tries++)
        {
            node.Send(truck["VIN"].Pgn!.Value, truck["VIN"].EncodeData(("Year", 2026)));
            receiver.Send(0xFEEC, truck["VIN"].EncodeData(("Year", 2025)));
        }

        Assert.Equal(["EEC1 { Rpm = 1200 rpm }", "VIN { Year = 2026 }"], received.Values.Select(message => message.ToString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("VIN { Year = 2025 } from 20", Console.WaitForLines(1)[0]);
    }
}
