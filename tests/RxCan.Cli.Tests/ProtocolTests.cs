using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests;

/// <summary>isotp, obd, j1939, bridge, doctor, completion.</summary>
public sealed class ProtocolTests : Scratch
{
    [Fact]
    public void An_ISO_TP_message_is_sent_and_received()
    {
        using var can = CanBus.Open("virtual:isotp");
        using var session = can.OpenIsoTp(0x7E8, 0x7E0);
        using var received = new Recording<byte[]>(session);

        Rx.Run("isotp virtual:isotp --tx 7E0 --rx 7E8 send \"22 F1 90\" 0102030405060708");
        Assert.Equal("22F1900102030405060708", Convert.ToHexString(received.WaitForCount(1).Values[0]));

        using var rx = Rx.Start("isotp virtual:isotp --tx 7E0 --rx 7E8 recv");
        rx.WaitForOutput(
            output =>
            {
                session.Send([0x62, 0xF1, 0x90]);
                return output.StartsWith("62F190\n", StringComparison.Ordinal);
            },
            "a message");
        Assert.Equal(0, rx.Interrupt().Status);
    }

    [Fact]
    public void A_conversation_of_a_log_is_put_together()
    {
        var log = Write("isotp.log", """
            (1.000000) can0 7E0#0322F190
            (1.010000) can0 7E8#100A62F190575258
            (1.011000) can0 7E0#300000
            (1.012000) can0 7E8#2143414E30

            """);

        var lines = Rx.Run($"isotp {log} --tx 7E0 --rx 7E8 dump").Split('\n');

        Assert.EndsWith(" 7E0 [3] 22 F1 90", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" 7E8 [10] 62 F1 90 57 52 58 43 41 4E 30", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_answers_in_time() => Rx.Fails(3, "no message came", "isotp virtual:isotp-silent --tx 7E0 --rx 7E8 recv -T 20");

    [Fact]
    public void OBD_values_are_read()
    {
        using var can = CanBus.Open("virtual:obd");
        var ecu = new UdsEcu();
        ecu.Serve((UdsService)0x01, request => request.Data.Span[0] switch
        {
            0x00 => (UdsReply)new byte[] { 0x00, 0x00, 0x10, 0x00, 0x00 },
            _ => (UdsReply)new byte[] { 0x0C, 0x1A, 0xF8 },
        });
        using var server = can.ServeUds(0x7E8, 0x7E0, ecu, new() { FunctionalId = 0x7DF });

        Assert.Equal("7E8  0C  Engine speed: 1726 rpm\n", Rx.Run("obd virtual:obd 0C --p2 2s"));
        Assert.Contains("\"pid\":\"0C\",\"name\":\"Engine speed\",\"value\":1726,\"unit\":\"rpm\"", Rx.Run("obd virtual:obd 0C --p2 2s --json"), StringComparison.Ordinal);
        Assert.Equal("7E8  0C  Engine speed\n", Rx.Run("obd virtual:obd --p2 2s"));
        Rx.Fails(3, "", "obd virtual:obd-silent 0C");
    }

    [Fact]
    public void A_parameter_group_is_asked_for_and_a_refusal_has_status_4()
    {
        using var can = CanBus.Open("virtual:j1939");
        using var node = can.OpenJ1939(0x10);
        using var answering = node.AnswerRequest(0xFEEB, _ => new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }).Subscribe();
        using var refusing = node.AnswerRequest(0xFEEC, _ => J1939Acknowledgement.Negative).Subscribe();

        Assert.EndsWith(" 10>F9 0FEEB [10] 01 02 03 04 05 06 07 08 09 0A\n", Rx.Run("j1939 virtual:j1939 request FEEB --to 10"), StringComparison.Ordinal);
        Rx.Fails(4, "", "j1939 virtual:j1939 request FEEC --to 10");
        Rx.Fails(2, "is not a hexadecimal number", "j1939 virtual:j1939 request XYZ");
        Rx.Fails(2, "'FF' is not the address of a node: write 00 to FD.", "j1939 virtual:j1939 claim FF");
        Rx.Fails(2, "'FE' is not the address of a node", "j1939 virtual:j1939 request FEEC --from FE");
        Rx.Fails(3, "time-out", "j1939 virtual:j1939-silent send EF00 112233445566778899 --to 80");
    }

    [Fact]
    public void J1939_of_a_log_is_put_together_whole()
    {
        var log = Write("j1939.log", """
            (1.000000) can0 18EEFF80#0100E0FF00000080
            (1.100000) can0 1CECFF80#20160004FFEBFE00
            (1.150000) can0 1CEBFF80#0101020304050607
            (1.200000) can0 1CEBFF80#0208090A0B0C0D0E
            (1.250000) can0 1CEBFF80#030F101112131415
            (1.300000) can0 1CEBFF80#0416FFFFFFFFFFFF

            """);

        var lines = Rx.Run($"j1939 {log} dump").Split('\n');

        Assert.Equal("(1.000000000) 80>FF 0EE00 [8] 01 00 E0 FF 00 00 00 80 :: claims 80: manufacturer 2047, function 0, number 1", lines[0]);
        Assert.Contains("80>FF 0FEEB [22] 01 02 03", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("14 15 16", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_bridge_moves_frames_both_ways_with_other_identifiers()
    {
        using ICanBus left = CanBus.Open("virtual:left"), right = CanBus.Open("virtual:right");
        using Recording<CanFrame> onLeft = new(left), onRight = new(right);
        using var rx = Rx.Start("bridge virtual:left virtual:right --id 123=456");

        Eventually.True(
            () =>
            {
                left.Send(CanFrame.Parse("123#11"));
                right.Send(CanFrame.Parse("456#22"));
                return onRight.Count > 0 && onLeft.Count > 0;
            },
            "frames on both sides");

        Assert.Equal("456#11", onRight.Values[0].ToString());
        Assert.Equal("123#22", onLeft.Values[0].ToString());
        Assert.Equal(0, rx.Interrupt().Status);
        Rx.Fails(2, "the same bus", "bridge virtual:x virtual:x");
        Rx.Fails(2, "rxcan record", "bridge virtual:x x.log");
    }

    [Fact]
    public void The_doctor_names_what_mends_it()
    {
        using var rx = Rx.Start("doctor");

        Assert.InRange(rx.Status, 0, 1);
        Assert.Matches("(?m)^(ok|weak|bad) ", rx.Output);
        if (!File.Exists("/proc/net/can/stats"))
            Assert.Contains("modprobe can-raw", rx.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shells_get_completions()
    {
        Assert.Contains("complete -o default -F _rxcan rxcan", Rx.Run("completion bash"), StringComparison.Ordinal);
        Assert.Contains("--values\n", Rx.Run("[suggest:16] \"rxcan decode --va\""), StringComparison.Ordinal);
        Rx.Fails(2, "There is no completion for 'tcsh'", "completion tcsh");
    }
}
