using System.Reactive.Linq;

namespace RxCan.Tests.Typed;

/// <summary>The code of the README of typed messages.</summary>
public class TypedReadmeTests
{
    private readonly ConsoleRecorder Console = new();

    [Fact]
    public void The_READMEs_code_is_compiled_here() => ReadmeCode.AssertCompiled("src/RxCan.Dbc/Typed/README.md", "TypedReadmeTests.cs");

    [Fact]
    public void Messages_are_received_and_sent()
    {
        var time = new Microsoft.Reactive.Testing.TestScheduler();
        var wire = new VirtualCanBus(time);
        using ICanBus can = wire.Connect(), engineUnit = wire.Connect();
        can.Messages<Vehicle.EngineData>().Where(m => m.EngineSpeed > 4000).Subscribe(m => Console.WriteLine(m.Gear));
        can.Send(new Vehicle.EngineData { EngineSpeed = 2400, Gear = Vehicle.Gear.Third });

        engineUnit.Send(new Vehicle.EngineData { EngineSpeed = 4400, Gear = Vehicle.Gear.Second });
        time.AdvanceBy(1);

        Assert.Equal(["Second"], Console.Lines);
    }

    [Fact]
    public void A_message_is_a_value()
    {
        var frame = new Vehicle.EngineData { EngineSpeed = 1000, Counter = 255 }.ToFrame();
        Vehicle.EngineData engine = Vehicle.EngineData.Decode(frame);      // throws if the frame does not carry it; TryDecode does not
        double speed = engine.EngineSpeed;                                 // in rpm, as its documentation says
        int raw = engine.EngineSpeedRaw;                                   // the number on the bus
        Vehicle.EngineData next = engine with { Counter = (engine.Counter + 1) & 0xFF };
        CanFrame answer = next.ToFrame();
        Assert.Equal((1000d, 4000, (byte)0), (speed, raw, answer.Data[7]));
    }

    [Fact]
    public void Streams_have_frames_and_cycle_times()
    {
        var time = new Microsoft.Reactive.Testing.TestScheduler();
        var wire = new VirtualCanBus(time);
        using ICanBus can = wire.Connect(), engineUnit = wire.Connect();
        can.ReceivedMessages<Vehicle.EngineData>().Subscribe(m => Console.WriteLine($"{m.Timestamp:O} {m.Message}"));
        Send(engineUnit);
        time.AdvanceBy(TimeSpan.FromMilliseconds(150).Ticks);
        Assert.Equal(2, Console.Lines.Count);
        Assert.EndsWith("EngineData { EngineSpeed = 0 rpm, CoolantTemperature = 20 degC, Gear = First, IsRunning = False, Torque = -1 Nm, Counter = 0 }", Console.Lines[0]);

        static void Send(ICanBus can)
        {
            IDisposable job = can.SendCyclic(new Vehicle.EngineData { Gear = Vehicle.Gear.First }).Subscribe();    // at the database's cycle time
        }
    }
}
