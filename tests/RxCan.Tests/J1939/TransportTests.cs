using RxCan.J1939;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.J1939;

/// <summary>The transport protocols by handwritten vectors: what goes over the wire, frame by frame. 80 talks to 90.</summary>
public class TransportTests
{
    private readonly TransportSink _sink = new();
    private readonly Transport _transport;
    private TimeSpan _now;

    public TransportTests()
    {
        _transport = new(new() { CtsPackets = 3 }, new(), (pgn, _, _) => pgn != 0xFE00) { Sink = _sink };
        _transport.SetAddress(0x80);
    }

    [Fact]
    public void A_connection_sends_what_is_cleared_to_send()
    {
        Send(0xFEEC, 20, 0x90);
        Sends("1CEC9080#10140003.03ECFE00");
        Sends();
        Gets("1CEC8090#110201FF.FFECFE00");
        Sends("1CEB9080#0100010203040506", "1CEB9080#020708090A0B0C0D");
        Gets("1CEC8090#110103FF.FFECFE00");
        Sends("1CEB9080#030E0F10111213FF");
        Sends();
        Assert.Empty(Events());
        Gets("1CEC8090#13140003.FFECFE00");
        Assert.Equal([TransportReportKind.Sent], Events().Select(e => e.Kind));
        Assert.False(_transport.IsActive);
    }

    [Fact]
    public void A_connection_receives_what_it_clears_to_send()
    {
        Gets("18EC8090#101B0004.FF00EF00");
        Sends("1CEC9080#110301FF.FF00EF00");
        Gets("18EB8090#0100010203040506", "18EB8090#020708090A0B0C0D", "18EB8090#030E0F1011121314");
        Sends("1CEC9080#110104FF.FF00EF00");
        Gets("18EB8090#0415161718191AFF");
        AssertReceived(27);
        Sends("1CEC9080#131B0004.FF00EF00");
        Assert.False(_transport.IsActive);
    }

    [Fact]
    public void The_packet_limit_of_the_sender_applies_too()
    {
        Gets("18EC8090#101B0004.0200EF00");
        Sends("1CEC9080#110201FF.FF00EF00");
    }

    [Fact]
    public void A_message_to_all_sends_a_packet_every_50_ms()
    {
        Send(0xFECA, 15, 0xFF);
        Sends("1CECFF80#200F0003.FFCAFE00");
        Sends();
        foreach (var packet in (string[])["1CEBFF80#0100010203040506", "1CEBFF80#020708090A0B0C0D", "1CEBFF80#030EFFFFFFFFFFFF"])
        {
            Pass(49);
            Sends();
            Pass(1);
            Assert.Empty(Events());
            Sends(packet);
        }

        Assert.Equal([TransportReportKind.Sent], Events().Select(e => e.Kind));
    }

    [Fact]
    public void A_message_to_all_is_received_without_a_reply()
    {
        Gets("1CECFF90#200F0003.FFCAFE00", "1CEBFF90#0100010203040506", "1CEBFF90#0100010203040506", "1CEBFF90#020708090A0B0C0D", "1CEBFF90#030EFFFFFFFFFFFF");
        AssertReceived(15);
        Sends();
        Assert.False(_transport.IsActive);
    }

    [Theory]
    [InlineData(2, J1939AbortReason.BadSequence)]
    [InlineData(0, J1939AbortReason.Timeout)]
    public void A_message_to_all_with_a_missing_packet_is_abandoned_without_a_reply(int packet, J1939AbortReason reason)
    {
        Gets("1CECFF90#200F0003.FFCAFE00");
        if (packet > 0)
            Gets($"1CEBFF90#0{packet}00010203040506");
        else
            Pass(750);
        AssertFailed(TransportReportKind.ReceiveFailed, reason);
        Sends();
    }

    [Fact]
    public void An_extended_connection_sends_an_offset_before_its_packets()
    {
        Send(0xEF00, 1800, 0x90);
        Sends("1CC89080#14080700.0000EF00");
        Gets("1CC88090#15020100.0000EF00");
        Sends("1CC89080#16020000.0000EF00", "1CC79080#0100010203040506", "1CC79080#020708090A0B0C0D");
        Gets("1CC88090#15FF0300.0000EF00");
        Assert.StartsWith("1CC89080#16FF0200", Next(), StringComparison.Ordinal);
        for (var i = 1; i <= 255; i++)
            Assert.StartsWith($"1CC79080#{i:X2}", Next(), StringComparison.Ordinal);
        Gets("1CC88090#15010201.0000EF00");
        Sends("1CC89080#16010101.0000EF00", "1CC79080#01" + Convert.ToHexString(P(1800).AsSpan(1799)) + "FFFFFFFFFFFF");
        Gets("1CC88090#17080700.0000EF00");
        Assert.Equal([TransportReportKind.Sent], Events().Select(e => e.Kind));
    }

    [Fact]
    public void An_extended_connection_receives_packets_after_an_offset()
    {
        Gets("1CC88090#14FA0600.0000EF00");
        var payload = P(1786);
        for (var first = 1; first <= 256; first += 3)
        {
            var count = Math.Min(3, 256 - first + 1);
            Sends($"1CC89080#15{count:X2}{first & 255:X2}{first >> 8:X2}.0000EF00");
            Gets($"1CC88090#16{count:X2}{(first - 1) & 255:X2}{(first - 1) >> 8:X2}.0000EF00");
            for (var i = 0; i < count; i++)
            {
                var content = payload.AsSpan((first + i - 1) * 7);
                Gets($"1CC78090#{i + 1:X2}{Convert.ToHexString(content[..Math.Min(7, content.Length)]).PadRight(14, 'F')}");
            }
        }

        AssertReceived(1786);
        Sends("1CC89080#17FA0600.0000EF00");
    }

    [Fact]
    public void A_missing_packet_is_requested_again_once_the_last_one_arrives()
    {
        Gets("18EC8090#10140003.FF00EF00");
        Sends("1CEC9080#110301FF.FF00EF00");
        Gets("18EB8090#0100010203040506", "18EB8090#030E0F10111213FF");
        Sends("1CEC9080#110202FF.FF00EF00");
        Gets("18EB8090#020708090A0B0C0D", "18EB8090#030E0F10111213FF");
        AssertReceived(20);
    }

    [Fact]
    public void Requesting_a_packet_too_often_closes_the_connection()
    {
        Gets("18EC8090#10140003.FF00EF00");
        Next();
        for (var i = 0; i < 3; i++)
        {
            Gets("18EB8090#030E0F10111213FF");
            if (i < 2)
                Sends("1CEC9080#110301FF.FF00EF00");
        }

        AssertFailed(TransportReportKind.ReceiveFailed, J1939AbortReason.RetransmitLimit);
        Sends("1CEC9080#FF05FFFF.FF00EF00");
    }

    [Fact]
    public void A_sender_that_is_asked_for_the_same_packet_too_often_closes_the_connection()
    {
        Send(0xEF00, 10, 0x90);
        Next();
        for (var i = 0; i < 4; i++)
        {
            Gets("18EC8090#110101FF.FF00EF00");
            if (i < 3)
                Assert.StartsWith("1CEB9080#01", Next(), StringComparison.Ordinal);
        }

        AssertFailed(TransportReportKind.SendFailed, J1939AbortReason.RetransmitLimit);
    }

    [Fact]
    public void A_receiver_may_hold_the_connection()
    {
        Send(0xEF00, 10, 0x90);
        Next();
        for (var i = 0; i < 10; i++)
        {
            Pass(1000);
            Gets("18EC8090#1100FFFF.FF00EF00");
            Sends();
        }

        Pass(1049);
        Assert.Empty(Events());
        Pass(1);
        AssertFailed(TransportReportKind.SendFailed, J1939AbortReason.Timeout);
        Sends("1CEC9080#FF03FFFF.FF00EF00");
    }

    [Fact]
    public void A_slow_receiver_holds_the_connection_every_500_ms()
    {
        var slow = new TransportReceiver(J1939Id.From(CanId.Extended(0x18EC8090)), Convert.FromHexString("100A0002FF00EF00"), 10, _now, new() { Holds = 2 });
        foreach (var (at, data) in ((int, string)[])[(0, "1100FFFFFF00EF00"), (500, "1100FFFFFF00EF00"), (1000, "110201FFFF00EF00")])
        {
            Assert.False(slow.TryTake(Ms(at - 1), out _));
            Assert.True(slow.TryTake(Ms(at), out var frame));
            slow.Sent(Ms(at));
            Assert.Equal(data, Convert.ToHexString(frame.Data));
        }
    }

    [Fact]
    public void A_clear_to_send_for_the_previous_connection_is_ignored()
    {
        Send(0xEF00, 20, 0x90);
        Next();
        Gets("18EC8090#110202FF.FF00EF00");
        Sends();
        Gets("18EC8090#110301FF.FF00EF00");
        Assert.StartsWith("1CEB9080#01", Next(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("18EC8090#110101FF.FF00EF00", J1939AbortReason.CtsWhileSending)]
    [InlineData("18EC8090#FF01FFFF.FF00EF00", J1939AbortReason.Busy)]
    public void A_clear_to_send_or_an_abort_in_mid_data_closes_the_connection(string frame, J1939AbortReason reason)
    {
        Send(0xEF00, 30, 0x90);
        Next();
        Gets("18EC8090#110301FF.FF00EF00");
        Next();
        Gets(frame);
        AssertFailed(TransportReportKind.SendFailed, reason);
        if (reason == J1939AbortReason.CtsWhileSending)
            Sends("1CEC9080#FF04FFFF.FF00EF00");
        Sends();
        Assert.False(_transport.IsActive);
    }

    [Theory]
    [InlineData("1CC88090#15020101.0000EF00", J1939AbortReason.CtsBeyondMessage)]
    [InlineData("1CC88090#15020000.0000EF00", J1939AbortReason.Other)]
    public void A_clear_to_send_for_nonexistent_packets_closes_the_connection(string frame, J1939AbortReason reason)
    {
        Send(0xEF00, 1799, 0x90);
        Next();
        Gets("1CC88090#15010100.0000EF00");
        Next();
        Next();
        Gets(frame);
        AssertFailed(TransportReportKind.SendFailed, reason);
        Sends($"1CC89080#FF{(int)reason:X2}FFFF.FF00EF00");
    }

    [Theory]
    [InlineData("1CC88090#16040000.0000EF00", J1939AbortReason.OffsetBeyondCts)]
    [InlineData("1CC88090#16030100.0000EF00", J1939AbortReason.BadOffset)]
    public void A_wrong_offset_closes_the_connection(string frame, J1939AbortReason reason)
    {
        Gets("1CC88090#14FA0600.0000EF00");
        Next();
        Gets(frame);
        AssertFailed(TransportReportKind.ReceiveFailed, reason);
        Sends($"1CC89080#FF{(int)reason:X2}FFFF.FF00EF00");
    }

    [Theory]
    [InlineData("18EC8090#110301FF.FFF1FE00", 30, "1CEC9080#FF0EFFFF.FF00EF00")]
    [InlineData("18C88090#15030100.00F1FE00", 1800, "1CC89080#FF0EFFFF.FF00EF00")]
    public void A_clear_to_send_for_another_group_closes_the_connection(string frame, int length, string abort)
    {
        Send(0xEF00, length, 0x90);
        Next();
        Gets(frame);
        AssertFailed(TransportReportKind.SendFailed, J1939AbortReason.CtsForOtherPgn);
        Sends(abort);
        Assert.False(_transport.IsActive);
    }

    [Fact]
    public void An_offset_for_another_group_closes_the_connection()
    {
        Gets("1CC88090#14FA0600.0000EF00");
        Next();
        Gets("1CC88090#16030000.00F1FE00");
        AssertFailed(TransportReportKind.ReceiveFailed, J1939AbortReason.OffsetForOtherPgn);
        Sends("1CC89080#FF0AFFFF.FF00EF00");
        Assert.False(_transport.IsActive);
    }

    [Theory]
    [InlineData("18EC8090#110100FF.FF00EF00", 30, J1939AbortReason.Other)]
    [InlineData("18EC8090#110106FF.FF00EF00", 30, J1939AbortReason.Other)]
    [InlineData("18C88090#15010301.0000EF00", 1800, J1939AbortReason.CtsBeyondMessage)]
    public void A_first_clear_to_send_for_nonexistent_packets_closes_the_connection(string frame, int length, J1939AbortReason reason)
    {
        Send(0xEF00, length, 0x90);
        Next();
        Gets(frame);
        AssertFailed(TransportReportKind.SendFailed, reason);
        Assert.EndsWith($"FF{(int)reason:X2}FFFFFF00EF00", Next(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 6, "18EC9080#10140003.0300EF00")]
    [InlineData(3, 6, "0CEC9080#10140003.0300EF00")]
    [InlineData(7, 6, "1CEC9080#10140003.0300EF00")]
    public void Transport_frames_have_the_priority_of_the_options_or_of_the_message(int? option, int message, string frame)
    {
        var transport = new Transport(new() { TransportPriority = option }, new(), (_, _, _) => true) { Sink = _sink };
        transport.SetAddress(0x80);
        transport.Send(new(0xEF00, P(20), 0x90, message));
        Assert.True(transport.TryTake(_now, out var sent, out _));
        Assert.Equal(CanFrame.Parse(frame), sent);
    }

    [Fact]
    public void A_packet_that_is_not_cleared_to_send_closes_the_connection()
    {
        Gets("18EC8090#101E0005.FF00EF00");
        Next();
        Gets("18EB8090#0400010203040506");
        AssertFailed(TransportReportKind.ReceiveFailed, J1939AbortReason.BadSequence);
        Sends("1CEC9080#FF07FFFF.FF00EF00");
    }

    [Theory]
    [InlineData("18EC8090#10080002.FF00EF00", J1939AbortReason.Other)]
    [InlineData("18EC8090#10000000.FF00EF00", J1939AbortReason.Other)]
    [InlineData("18EC8090#10FA0600.FF00EF00", J1939AbortReason.TooLong)]
    [InlineData("18C88090#14F9FFFF.0600EF00", J1939AbortReason.Resources)]
    [InlineData("18C88090#14FFFFFF.FF00EF00", J1939AbortReason.TooLong)]
    [InlineData("18C88090#14F90600.0000EF00", J1939AbortReason.Other)]
    public void An_invalid_connection_is_refused(string announcement, J1939AbortReason reason)
    {
        Gets(announcement);
        AssertFailed(TransportReportKind.ReceiveFailed, reason);
        Sends($"1C{announcement[2..4]}9080#FF{(int)reason:X2}FFFF.FF00EF00");
        Assert.False(_transport.IsActive);
    }

    [Theory]
    [InlineData("18ECFF90#20080002.FF00EF00", J1939AbortReason.Other)]
    [InlineData("18ECFF90#20FA06FF.FF00EF00", J1939AbortReason.TooLong)]
    [InlineData("18EC8090#42140003.FF00EF00", J1939AbortReason.Other)] // no such control byte
    [InlineData("18ECFF90#10140003.FF00EF00", J1939AbortReason.Other)] // a connection to all
    [InlineData("18EC8090#20140003.FF00EF00", J1939AbortReason.Other)] // a message to all, to one node
    [InlineData("18C8FF90#14FA0600.0000EF00", J1939AbortReason.Other)]
    [InlineData("18EC8090#14FA0600.0000EF00", J1939AbortReason.Other)]
    public void What_cannot_be_received_is_reported_without_a_reply(string announcement, J1939AbortReason reason)
    {
        Gets(announcement);
        AssertFailed(TransportReportKind.ReceiveFailed, reason);
        Sends();
        Assert.False(_transport.IsActive);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(255)]
    public void The_length_of_a_message_decides_how_many_packets_it_has(int announced)
    {
        Gets($"18ECFF90#2032{0:X2}{announced:X2}FFCAFE00", $"18EC8090#1032{0:X2}{announced:X2}FF00EF00");
        for (var packet = 1; packet <= 8; packet++)
        {
            if (packet % 3 == 1)
                Sends($"1CEC9080#11{Math.Min(3, 9 - packet):X2}{packet:X2}FF.FF00EF00");
            var data = $"{packet:X2}{Convert.ToHexString(P(56).AsSpan((packet - 1) * 7, 7))}";
            Gets($"18EBFF90#{data}", $"18EB8090#{data}");
        }

        var received = Events().Where(e => e.Kind == TransportReportKind.Received).Select(e => e.Message!);
        Assert.Equal([0xFECA, 0xEF00], received.Select(m => (int)m.Pgn.Value));
        Assert.All(received, m => Assert.Equal(P(50), m.Data.ToArray()));
    }

    [Fact]
    public void Announcements_take_no_memory_until_packets_arrive_and_only_so_many_are_accepted()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var peer = 0; peer < 40; peer++)
            Gets($"18C880{peer:X2}#1400000001.00EF00"); // 16 MiB each
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(36, Events().Count(e => e.Reason == J1939AbortReason.Resources));
        for (var peer = 4; peer < 40; peer++)
            Sends($"1CC8{peer:X2}80#FF02FFFF.FF00EF00");
    }

    [Fact]
    public void A_connection_for_a_message_nobody_asks_for_is_not_answered()
    {
        Gets("18EC8090#100A0002.FF00FE00");
        Sends();
        Assert.False(_transport.IsActive);
    }

    [Fact]
    public void A_second_announcement_replaces_the_first_and_one_for_another_group_is_refused()
    {
        Gets("18EC8090#10140003.FF00EF00");
        Next();
        Gets("18EB8090#01FFFFFFFFFFFFFF", "18EC8090#100A0002.FFF1FE00");
        Sends("1CEC9080#FF01FFFF.FFF1FE00");
        Gets("18EC8090#100A0002.FF00EF00");
        Sends("1CEC9080#110201FF.FF00EF00");
        Gets("18EB8090#0100010203040506", "18EB8090#02070809FFFFFFFF");
        Events().RemoveAll(e => e.Kind == TransportReportKind.Started);
        Sends("1CEC9080#130A0002.FF00EF00");
    }

    [Fact]
    public void Connections_with_different_nodes_protocols_and_directions_run_side_by_side()
    {
        Send(0xEF00, 10, 0x90);
        Send(0xEF00, 10, 0x91);
        Send(0xFECA, 10, 0xFF);
        Send(0xEF00, 11, 0x90); // waits
        Sends("1CEC9080#100A0002.0200EF00", "1CEC9180#100A0002.0200EF00", "1CECFF80#200A0002.FFCAFE00");
        Gets("18EC8090#100A0002.FF00EF00", "18C88090#14FA0600.0000EF00", "18ECFF90#200A0002.FFCAFE00", "18EC8091#100A0002.FF00EF00");
        Assert.Equal(["1CEC9080", "1CC89080", "1CEC9180"], [.. Enumerable.Range(0, 3).Select(_ => Next()[..8])]);
        Assert.Equal(4, Events().Count(e => e.Kind == TransportReportKind.Started));
        Gets("18EC8090#FF01FFFF.FF00EF00"); // may be meant for either connection with 90
        Assert.Equal([TransportReportKind.SendFailed, TransportReportKind.ReceiveFailed], Events().Select(e => e.Kind));
        Sends("1CEC9080#100B0002.0200EF00");
    }

    [Theory]
    [InlineData(null, 1250)]
    [InlineData("18EC8090#110201FF.FF00EF00", 1250)]
    public void A_sender_waits_for_T3(string? frame, int ms)
    {
        Send(0xEF00, 10, 0x90);
        Next();
        if (frame is not null)
        {
            Gets(frame);
            Next();
            Next();
        }

        Pass(ms - 1);
        Assert.Empty(Events());
        Pass(1);
        AssertFailed(TransportReportKind.SendFailed, J1939AbortReason.Timeout);
        Sends("1CEC9080#FF03FFFF.FF00EF00");
        Assert.False(_transport.IsActive);
    }

    [Theory]
    [InlineData(false, 1250)]
    [InlineData(true, 750)]
    public void A_receiver_waits_for_T2_and_T1(bool first, int ms)
    {
        Gets("18EC8090#10140003.FF00EF00");
        Next();
        Events();
        if (first)
            Gets("18EB8090#0100010203040506");
        Pass(ms - 1);
        Assert.Empty(Events());
        Pass(1);
        AssertFailed(TransportReportKind.ReceiveFailed, J1939AbortReason.Timeout);
        Sends("1CEC9080#FF03FFFF.FF00EF00");
    }

    [Fact]
    public void An_end_of_message_that_is_early_or_has_the_wrong_length_is_ignored()
    {
        Send(0xEF00, 10, 0x90);
        Next();
        Gets("18EC8090#130A0002.FF00EF00", "18EC8090#110201FF.FF00EF00");
        Next();
        Next();
        Gets("18EC8090#130B0002.FF00EF00");
        Assert.Empty(Events());
        Gets("18EC8090#130A0002.FF00EF00");
        Assert.Equal([TransportReportKind.Sent], Events().Select(e => e.Kind));
    }

    [Fact]
    public void A_new_address_ends_the_transfers_under_way()
    {
        Send(0xEF00, 10, 0x90);
        Gets("18EC8090#10140003.FF00EF00");
        Events();
        _transport.SetAddress(0x81);
        var ended = Events();
        Assert.Equal([TransportReportKind.ReceiveFailed, TransportReportKind.SendFailed], ended.Select(e => e.Kind));
        Assert.All(ended, e => Assert.Equal(J1939AbortReason.AddressLost, e.Reason));
        Assert.False(_transport.IsActive);
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private void Send(int pgn, int length, byte destination) => _transport.Send(new(pgn, P(length), destination, 7));

    private void Gets(params string[] frames)
    {
        foreach (var text in frames)
        {
            var frame = CanFrame.Parse(text);
            _transport.OnFrame(J1939Id.From(frame.Id), frame.Data, _now);
        }
    }

    private string Next()
    {
        Assert.True(_transport.TryTake(_now, out var frame, out var from), "There is nothing to send.");
        _transport.Sent(from, _now);
        return frame.ToString();
    }

    private void Sends(params string[] frames)
    {
        foreach (var frame in frames)
            Assert.Equal(CanFrame.Parse(frame).ToString(), Next());
        if (frames.Length == 0)
            Assert.False(_transport.TryTake(_now, out var more, out _), $"{more}");
    }

    private void Pass(int ms)
    {
        _now += Ms(ms);
        _transport.OnTime(_now);
    }

    private List<TransportReport> Events() => _sink.Take();

    private void AssertReceived(int length)
    {
        var events = Events();
        Assert.Equal([TransportReportKind.Started, TransportReportKind.Received], events.Select(e => e.Kind));
        Assert.Equal(P(length), events[1].Message!.Data.ToArray());
    }

    private void AssertFailed(TransportReportKind kind, J1939AbortReason reason)
    {
        var failed = Assert.Single(Events(), e => e.Kind != TransportReportKind.Started);
        Assert.Equal((kind, reason), (failed.Kind, failed.Reason));
    }
}
