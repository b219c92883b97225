using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>send, gen, record, play, bridge.</summary>
public sealed class TrafficTests : Scratch
{
    [Fact]
    public void Frames_and_messages_are_sent()
    {
        using var can = CanBus.Open("virtual:send");
        using var received = new Recording<CanFrame>(can);

        Rx.Run("send virtual:send 123#DEADBEEF 123##1AABB 123#R");
        Rx.Run($"send virtual:send EngineData EngineSpeed=2400 Gearbox Gear=Third Torque=-0.5 7FF# --dbc {At("vehicle.dbc")}");

        Assert.Equal(
            ["123#DEADBEEF", "123##1AABB", "123#R", "1A0#8025000000000000", "200#03FFF00000000000", "7FF#"],
            received.WaitForCount(6).Values.Select(f => f.ToString()));
    }

    [Fact]
    public void A_frame_is_sent_cyclically()
    {
        using var can = CanBus.Open("virtual:cyclic");
        using var received = new Recording<CanFrame>(can);

        Rx.Run("send virtual:cyclic 123#11 --every 5ms --count 3");
        Rx.Run("send virtual:cyclic 124#11 --every 5ms --for 50ms");
        using (var rx = Rx.Start("send virtual:cyclic 125#11 --every 1ms"))
        {
            received.WaitFor(f => f.Id == 0x125);
            Assert.Equal(0, rx.Interrupt().Status);
        }

        Assert.Equal(3, received.Values.Count(f => f.Id == 0x123));
        Assert.Contains(received.Values, f => f.Id == 0x124);
    }

    [Fact]
    public void A_seed_makes_the_same_frames()
    {
        using var can = CanBus.Open("virtual:gen");
        using var received = new Recording<CanFrame>(can);

        Rx.Run("gen virtual:gen -g 0 -m -f -n 50 --seed 7");
        Rx.Run("gen virtual:gen -g 0 -m -f -n 50 --seed 7");
        Rx.Run("gen virtual:gen -g 0 -I 123 -l 2 -D i -n 3");
        Rx.Run("gen virtual:gen -g 0 -I i -D 1122 -e -n 2");

        var frames = received.WaitForCount(105).Values;
        Assert.Equal(frames.Take(50), frames.Skip(50).Take(50));
        Assert.Contains(frames, f => f.IsFd);
        Assert.Contains(frames, f => f.IsRemote);
        Assert.Equal(["123#0000", "123#0100", "123#0200", "00000000#1122", "00000001#1122"], frames.Skip(100).Select(f => f.ToString()));
    }

    [Fact]
    public void A_bus_is_recorded_and_played_again()
    {
        using var can = CanBus.Open("virtual:record");
        using (var rx = Rx.Start($"record virtual:record -o {At("made.log")} --filter 100-1FF -n 5"))
        {
            Eventually.True(
                () =>
                {
                    can.Send(new CanFrame(0x300, []));
                    can.Send(new CanFrame(0x100, [1, 2]));
                    return rx.Talk.Contains("5 frames", StringComparison.Ordinal);
                },
                "a recording");
            Assert.Equal(0, rx.Status);
        }

        Assert.Equal(5, Text("made.log").Split('\n').Count(line => line.Contains(" 100#0102", StringComparison.Ordinal)));
        using var received = new Recording<CanFrame>(can);
        Rx.Run($"play {At("drive.log")} virtual:record --speed 0");
        Assert.Equal(5, received.WaitForCount(5).Count);
        Rx.Run($"play {At("drive.log")} virtual:record --speed 0 --filter 123 --map can0=x");
        Assert.Equal(6, received.WaitForCount(6).Count);
    }

    [Fact]
    public void A_log_is_not_recorded_over_itself()
    {
        var before = Text("drive.log");

        Rx.Fails(2, "is the log that is read: name another file", $"record {At("drive.log")} -o {Folder}/./drive.log");

        Assert.Equal(before, Text("drive.log"));
    }

    [Fact]
    public void What_is_in_a_log_is_told()
    {
        var text = Rx.Run($"info {At("drive.log")} --ids");

        Assert.Contains("5 frames: 1 FD, 0 remote, 0 errors\n", text, StringComparison.Ordinal);
        Assert.Contains("2023-11-14 22:13:20.000Z to 2023-11-14 22:13:22.600Z: 2.6 s", text, StringComparison.Ordinal);
        Assert.Contains("can0: 4 frames, 3 identifiers\n       123  1\n", text, StringComparison.Ordinal);
        Assert.Contains("\"frames\":5,\"fd\":1", Rx.Run($"info {At("drive.log")} --json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(2, "is not a CAN frame", "send virtual:bad 12#11");
        Rx.Fails(2, "say in which database", "send virtual:bad EngineData");
        Rx.Fails(2, "is not a time: write 10ms", "send virtual:bad 123# --every 0,5");
        Rx.Fails(2, "need a period", "send virtual:bad 123# --count 5");
        Rx.Fails(2, "No database has", $"send virtual:bad Nobody --dbc {At("vehicle.dbc")}");
        Rx.Fails(2, "EngineSpeed", $"send virtual:bad EngineData EngineSpeed=9999 --dbc {At("vehicle.dbc")}");
        Rx.Fails(2, "has no signal Bogus. It has: EngineSpeed.", $"send virtual:bad EngineData Bogus=1 --dbc {At("vehicle.dbc")}");
        Rx.Fails(2, "The name of the bus is empty", "send virtual: 123#11");
        Rx.Fails(2, "the extension is not", "record virtual:bad -o drive.xyz");
        Rx.Fails(1, "there is no such file", "play nothing.log virtual:bad");
        Rx.Fails(2, "is not a speed", $"play {At("drive.log")} virtual:bad --speed -1");
    }
}
