using System.Reactive.Linq;
using System.Reactive.Subjects;
using Microsoft.Reactive.Testing;
using RxCan.Dbc;
using RxCan.J1939;
using RxCan.Tests.Bus;
using RxCan.Tests.Codec;

namespace RxCan.Tests.Operators;

public sealed class DbcObservableTests
{
    private static readonly CanDatabase Database = Car.Database;
    private static readonly DbcMessage Engine = Database["EngineData"];

    [Fact]
    public void A_bus_decodes_what_the_database_knows()
    {
        var wire = new VirtualCanBus();
        using ICanBus can = wire.Connect(), other = wire.Connect();
        using var messages = can.Decode(Database).Record();

        other.Send(new CanFrame(0x7FF, [1]));
        other.Send(Engine, ("EngineSpeed", 1000), ("Gear", "First"));
        other.Send(CanFrame.Remote(0x100, 8));
        other.Send(CanFrame.Parse("18F00417#0000008025"));
        messages.WaitForCount(2);

        Assert.Equal(["EngineData", "EEC1"], messages.Values.Select(message => message.Name));
        Assert.Equal(["First", null], messages.Values.Select(message => message.TryGet("Gear", out var gear) ? gear.ValueName : null));
    }

    [Fact]
    public void Signals_that_are_absent_are_left_out()
    {
        CanFrame[] frames =
        [
            Engine.Encode(("EngineSpeed", 1000)),
            new(0x100, [1]),
            CanFrame.Remote(0x100, 8),
            CanFrame.Parse("20000100#0011223344556677"),
            new(0x101, [0x80, 0x25]),
            CanFrame.Fd(0x100, [0xA0, 0x0F]),
        ];
        var mixed = Database["Mixed"];
        CanFrame[] multiplexed = [mixed.Encode(("Pressure", 1)), mixed.Encode(("Flow", 2)), mixed.Encode(("Pressure", 3))];

        Assert.Equal([1000.0, 1000.0], frames.ToObservable().Signal(Engine["EngineSpeed"]).ToArray().Wait());
        Assert.Equal([4000L, 4000L], frames.ToObservable().Decode(Engine["EngineSpeed"]).Select(signal => signal.Raw).ToArray().Wait());
        Assert.Equal([0x100u, 0x100u, 0x100u], frames.ToObservable().Decode(Engine).Select(message => message.Id.Value).ToArray().Wait());
        Assert.Equal([1.0, 3.0], multiplexed.ToObservable().Signal(mixed["Pressure"]).ToArray().Wait());
    }

    [Fact]
    public void A_signal_comes_with_the_time_and_the_identifier_of_its_frame()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var frame = Engine.Encode(("Gear", "Second")).WithTimestamp(time);

        var gear = Observable.Return(frame).Decode(Engine["Gear"]).Wait();

        Assert.Equal((2.0, "Second", time, 0x100), (gear.Value, gear.ValueName, gear.Timestamp, gear.Id));
    }

    [Fact]
    public void A_J1939_message_comes_from_any_source_but_not_from_one_that_has_its_own()
    {
        CanFrame[] frames =
        [
            CanFrame.Parse("0CF004FE#0000008025"), CanFrame.Parse("18F00400#0000008026"), CanFrame.Parse("18F00421#0000008027"),
            CanFrame.Parse("18EF2233#09"),
        ];
        Assert.Equal([1200.0, 1232.0], frames.ToObservable().Signal(Database["EEC1"]["Rpm"]).ToArray().Wait());
        Assert.Equal([1200.0, 1232.0], frames.ToObservable().Decode(Database["EEC1"]["Rpm"]).Select(rpm => rpm.Value).ToArray().Wait());
        Assert.Equal([1264.0], frames.ToObservable().Decode(Database["EEC1_Second"]).Select(message => message["Rpm"]!.Value).ToArray().Wait());
        Assert.Equal([9.0], frames.ToObservable().Signal(Database["Command"]["Value"]).ToArray().Wait());
        Assert.Equal(4, frames.ToObservable().Decode(Database).Count().Wait());
    }

    [Fact]
    public void A_node_decodes_messages_of_many_frames()
    {
        var time = new TestScheduler();
        var wire = new VirtualCanBus(time);
        using ICanBus can = wire.Connect(), other = wire.Connect();
        using var node = can.OpenJ1939(0x10, new() { Engine = EngineKind.Portable });
        using var sender = other.OpenJ1939(0x20, new() { Engine = EngineKind.Portable });
        var (messages, vins, years) = (new Recorder<DecodedMessage>(), new Recorder<DecodedMessage>(), new Recorder<double>());
        using var all = node.Decode(Database).Subscribe(messages);
        using var some = node.Decode(Database["VIN"]).Subscribe(vins);
        using var one = node.Signal(Database["VIN"]["Year"]).Subscribe(years);

        sender.Send(0xFEEC, Database["VIN"].EncodeData(("Year", 2026)));
        sender.Send(0xFEED, [1, 2, 3]);
        sender.Send(0xF004, Database["EEC1"].EncodeData(("Rpm", 1200)));
        sender.Send(0xFEEC, [1, 2, 3]);
        time.AdvanceBy(TimeSpan.FromSeconds(2).Ticks);

        Assert.Equal(["EEC1 { Rpm = 1200 rpm }", "VIN {  }", "VIN { Year = 2026 }"], messages.Values.Select(message => message.ToString()));
        Assert.Equal(2, vins.Count);
        Assert.All(vins.Values, vin => Assert.Equal(0x20, J1939Id.From(vin.Id).Source));
        Assert.Equal([2026.0], years.Values);
        Assert.Throws<ArgumentException>(() => node.Decode(Engine));
    }

    [Fact]
    public void Streams_end_as_their_source_does()
    {
        foreach (var end in (Action<Subject<CanFrame>>[])[frames => frames.OnCompleted(), frames => frames.OnError(new InvalidOperationException())])
        {
            using var frames = new Subject<CanFrame>();
            var (messages, signals, values) = (new Recorder<DecodedMessage>(), new Recorder<DecodedSignal>(), new Recorder<double>());
            using var first = frames.Decode(Database).Subscribe(messages);
            using var second = frames.Decode(Engine["Gear"]).Subscribe(signals);
            using var third = frames.Signal(Engine["Gear"]).Subscribe(values);
            end(frames);
            Assert.True(messages.HasEnded && signals.HasEnded && values.HasEnded);
            Assert.Equal(messages.Error, values.Error);
        }
    }

    [Fact]
    public void Arguments_are_checked_at_once()
    {
        var frames = Observable.Never<CanFrame>();
        Assert.Throws<ArgumentNullException>("database", () => frames.Decode((CanDatabase)null!));
        Assert.Throws<ArgumentNullException>("message", () => frames.Decode((DbcMessage)null!));
        Assert.Throws<ArgumentNullException>("signal", () => frames.Decode((DbcSignal)null!));
        Assert.Throws<ArgumentNullException>("signal", () => frames.Signal((DbcSignal)null!));
        Assert.Throws<ArgumentNullException>("frames", () => ((IObservable<CanFrame>)null!).Decode(Database));
        Assert.Throws<ArgumentNullException>("message", () => new VirtualCanBus().Connect().Send((DbcMessage)null!));
        Assert.Throws<ArgumentNullException>("signal", () => Engine.Decode(default(CanFrame)).TryGet((DbcSignal)null!, out _));
    }

    [Fact]
    public void A_frame_in_a_stream_allocates_nothing()
    {
        using var frames = new Subject<CanFrame>();
        var frame = Engine.Encode(("EngineSpeed", 1000));
        var sum = 0.0;
        using var messages = frames.Decode(Database).Subscribe(message => sum += message[Engine["EngineSpeed"]] ?? 0);
        using var values = frames.Signal(Engine["EngineSpeed"]).Subscribe(value => sum += value);
        using var signals = frames.Decode(Engine["EngineSpeed"]).Subscribe(signal => sum += signal.Value);

        Allocation.AssertNone(() => frames.OnNext(frame));
        Assert.Equal(18_000, sum);
    }

    [Fact]
    public void A_large_J1939_database_asks_for_all_extended_frames()
    {
        var text = string.Concat(Enumerable.Range(0, 300).Select(i => $"BO_ {0x98F00000L + (i << 8)} M{i}: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n"));
        var database = CanDatabase.Parse(text + "BA_DEF_ BO_ \"VFrameFormat\" INT 0 9;\nBA_DEF_DEF_ \"VFrameFormat\" 3;\n");

        Assert.True(database.Filter.Matches(new CanFrame(CanId.Extended(1), [])));
        Assert.False(database.Filter.Matches(new CanFrame(1, [])));
        Assert.Equal("M299", Observable.Return(CanFrame.Parse("0CF12B55#01")).Decode(database).Wait().Name);
    }
}
