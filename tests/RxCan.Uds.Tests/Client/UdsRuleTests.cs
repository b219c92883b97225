using System.Reactive;
using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Client;

/// <summary>The rules between a request and its response, to the tick.</summary>
public sealed class UdsRuleTests
{
    private static readonly UdsRequestOptions Suppressed = new() { SuppressPositiveResponse = true };

    private static double Ms<T>(ScriptedEcu ecu, Recorder<T> recorder) => (recorder.EndedAt - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    [Fact]
    public void A_request_gives_its_positive_response_and_completes()
    {
        using var ecu = new ScriptedEcu().On("22F190", "62F1904142");
        Assert.Equal("4142", Convert.ToHexString(ecu.Get(ecu.Client.ReadData(0xF190))));
    }

    [Fact]
    public void A_negative_response_is_an_error_with_the_name_of_its_code()
    {
        using var ecu = new ScriptedEcu().On("22F190", "7F2231");
        var error = ecu.Fails<UdsNegativeResponseException>(ecu.Client.ReadData(0xF190));
        Assert.Equal((UdsService.ReadDataByIdentifier, UdsNegativeResponseCode.RequestOutOfRange), (error.Service, error.Code));
        Assert.Equal("ReadDataByIdentifier (22) was refused: RequestOutOfRange (31).", error.Message);
        Assert.Equal("7F2231", Convert.ToHexString(error.Response.Span));
    }

    [Theory]
    [InlineData("7F22F0", "VehicleManufacturerSpecificConditionsNotCorrect (F0)")]
    [InlineData("7F2279", "reserved code 79")]
    public void Codes_without_a_name_are_described(string response, string name)
    {
        using var ecu = new ScriptedEcu().On("22F190", response);
        Assert.Contains(name, ecu.Fails<UdsNegativeResponseException>(ecu.Client.ReadData(0xF190)).Message);
    }

    [Fact]
    public void P2_is_the_time_until_a_response_begins()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(150) }).On("22F190", "150 62F19041");
        var late = ecu.Record(ecu.Client.ReadData(0xF190));
        ecu.Pass(149.9999);
        Assert.False(late.HasEnded);
        ecu.Pass(0.0001);
        Assert.IsType<TimeoutException>(late.Error);
        Assert.Equal(150, Ms(ecu, late));
    }

    [Fact]
    public void A_long_response_that_begins_in_time_is_waited_for()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(20), IsoTp = new() { STmin = TimeSpan.FromMilliseconds(10) } })
            .On("22F190", "19 62F190" + new string('0', 2000));
        Assert.Equal(1000, ecu.Get(ecu.Client.ReadData(0xF190)).Length);
    }

    [Fact]
    public void Response_pending_extends_the_wait_to_P2_star_each_time()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50), P2Star = TimeSpan.FromMilliseconds(2000) })
            .On("22F190", "40 7F2278", "2039 7F2278", "4038 62F19041");
        var read = ecu.Record(ecu.Client.ReadData(0xF190));
        ecu.Pass(4038);
        Assert.True(read.IsCompleted);

        using var silent = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50), P2Star = TimeSpan.FromMilliseconds(2000) })
            .On("22F190", "40 7F2278");
        var lost = silent.Record(silent.Client.ReadData(0xF190));
        silent.Pass(2039.9999);
        Assert.False(lost.HasEnded);
        silent.Pass(0.0001);
        Assert.Contains("P2*", Assert.IsType<TimeoutException>(lost.Error).Message);
    }

    [Fact]
    public void A_request_may_be_pending_for_ten_minutes()
    {
        using var ecu = new ScriptedEcu();
        var pending = Enumerable.Range(0, 150).Select(i => $"{i * 4000} 7F3178");
        ecu.On("3101FF00", [.. pending, "600000 7101FF0000"]);
        var run = ecu.Record(ecu.Client.StartRoutine(0xFF00));
        ecu.Pass(599_999);
        Assert.False(run.HasEnded);
        ecu.Pass(1);
        Assert.Equal("00", Convert.ToHexString(Assert.Single(run.Values)));
        Assert.Single(ecu.Requests);
    }

    [Fact]
    public void A_limit_ends_what_is_pending_for_too_long_at_that_time()
    {
        using var ecu = new ScriptedEcu();
        ecu.On("3101FF00", [.. Enumerable.Range(0, 100).Select(i => $"{100 + (i * 1000)} 7F3178")]);
        var run = ecu.Record(ecu.Client.StartRoutine(0xFF00, default, new() { PendingLimit = TimeSpan.FromSeconds(30) }));
        ecu.Pass(30_099.9999);
        Assert.False(run.HasEnded);
        ecu.Pass(0.0001);
        Assert.Contains(nameof(UdsRequestOptions.PendingLimit), Assert.IsType<TimeoutException>(run.Error).Message);
    }

    [Fact]
    public void Busy_is_an_error_or_repeats_the_request()
    {
        using var ecu = new ScriptedEcu().On("22F190", "7F2221").On("22F190", "7F2221").On("22F190", "7F2278", "500 62F19041");
        var busy = new UdsRequestOptions { BusyRetries = 2, BusyDelay = TimeSpan.FromMilliseconds(70) };
        Assert.Equal([0x41], ecu.Get(ecu.Client.ReadData(0xF190, busy)));
        Assert.Equal([0, 70, 140], ecu.TimesOf("22F190"));

        using var always = new ScriptedEcu().On("22F190", "7F2221");
        var error = always.Fails<UdsNegativeResponseException>(always.Client.ReadData(0xF190, busy));
        Assert.Equal(UdsNegativeResponseCode.BusyRepeatRequest, error.Code);
        Assert.Equal(3, always.Requests.Length);
        Assert.Equal(UdsNegativeResponseCode.BusyRepeatRequest, always.Fails<UdsNegativeResponseException>(always.Client.ReadData(0xF190)).Code);
        Assert.Equal(4, always.Requests.Length);
    }

    [Fact]
    public void Silence_is_success_if_the_positive_response_is_suppressed()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50) }).On("3E80").On("22F190", "62F19041");
        var present = ecu.Record(ecu.Client.TesterPresent(Suppressed));
        var next = ecu.Record(ecu.Client.ReadData(0xF190));
        ecu.Pass(50);
        Assert.Equal([Unit.Default], present.Values);
        Assert.True(present.IsCompleted && next.IsCompleted);
        Assert.Equal([50], ecu.TimesOf("22F190"));
    }

    [Fact]
    public void A_suppressed_request_may_still_be_refused()
    {
        using var ecu = new ScriptedEcu().On("2883", "7F2813").On("288301", "7F2822");
        var error = ecu.Fails<UdsNegativeResponseException>(
            ecu.Client.CommunicationControl(UdsCommunicationControl.DisableRxAndTx, options: Suppressed).Select(_ => new object()));
        Assert.Equal(UdsNegativeResponseCode.ConditionsNotCorrect, error.Code);
    }

    [Fact]
    public void Response_pending_promises_a_response_even_if_it_was_suppressed()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50), P2Star = TimeSpan.FromSeconds(1) })
            .On("8581", "7FC578", "7F8578", "600 C501").On("8582", "7F8578");
        var on = ecu.Record(ecu.Client.ControlDtcSetting(UdsDtcSetting.On, default, Suppressed));
        ecu.Pass(600);
        Assert.True(on.IsCompleted);
        var off = ecu.Record(ecu.Client.ControlDtcSetting(UdsDtcSetting.Off, default, Suppressed));
        ecu.Pass(1000);
        Assert.IsType<TimeoutException>(off.Error);
    }

    [Fact]
    public void Only_a_service_with_a_sub_function_can_suppress_its_response()
    {
        using var ecu = new ScriptedEcu().On("22F190", "62F19041").On("22F190", "62F19042");
        Assert.Equal([0x41], ecu.Get(ecu.Client.ReadData(0xF190, Suppressed)));
        Assert.Equal(["22F190"], ecu.Requests);
    }

    [Theory]
    [InlineData("62F18C99")] // another identifier
    [InlineData("6E F190")] // another service
    [InlineData("7E00")] // a reply to TesterPresent
    [InlineData("7F3E12")]
    [InlineData("7F2E31")] // another service is refused
    [InlineData("7F22")] // not a whole negative response
    public void What_answers_something_else_is_not_taken_for_the_answer(string stray)
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50) }).On("22F190", stray.Replace(" ", ""), "40 62F19041");
        Assert.Equal([0x41], ecu.Get(ecu.Client.ReadData(0xF190)));
    }

    [Fact]
    public void A_late_answer_is_not_taken_for_the_next_requests()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50) }).On("22F190", "80 62F19041").On("22F190", "62F19042");
        var first = ecu.Record(ecu.Client.ReadData(0xF190));
        var second = ecu.Record(ecu.Client.ReadData(0xF190));
        ecu.Pass(200);
        Assert.IsType<TimeoutException>(first.Error);
        Assert.Equal([0x42], Assert.Single(second.Values));
    }

    [Fact]
    public void Requests_are_sent_one_at_a_time_in_the_order_of_their_subscriptions()
    {
        using var ecu = new ScriptedEcu();
        for (var i = 0; i < 20; i++)
            ecu.On($"22{i:X4}", $"10 62{i:X4}{i:X2}");
        var all = Enumerable.Range(0, 20).Select(i => ecu.Record(ecu.Client.ReadData((ushort)i))).ToArray();
        ecu.Pass(200);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"22{i:X4}"), ecu.Requests);
        Assert.All(all, (r, i) => Assert.Equal([(byte)i], Assert.Single(r.Values)));
        Assert.All(ecu.Requests, (hex, i) => Assert.Equal([i * 10.0], ecu.TimesOf(hex)));
    }

    [Fact]
    public void Disposing_of_a_waiting_request_removes_it()
    {
        using var ecu = new ScriptedEcu().On("220001", "10 62000101").On("220003", "62000303");
        var first = ecu.Record(ecu.Client.ReadData(1));
        var removed = ecu.Record(ecu.Client.ReadData(2));
        var last = ecu.Record(ecu.Client.ReadData(3));
        removed.Subscription!.Dispose();
        ecu.Pass(100);
        Assert.True(first.IsCompleted && last.IsCompleted);
        Assert.False(removed.HasEnded);
        Assert.Equal(["220001", "220003"], ecu.Requests);
    }

    [Fact]
    public void Disposing_of_the_open_request_lets_the_next_one_go_once_its_answer_can_no_longer_come()
    {
        using var ecu = new ScriptedEcu(new() { P2 = TimeSpan.FromMilliseconds(50) }).On("220001", "10 62000101").On("220002", "62000202");
        var first = ecu.Record(ecu.Client.ReadData(1));
        ecu.Pass(1);
        var second = ecu.Record(ecu.Client.ReadData(2));
        first.Subscription!.Dispose();
        ecu.Pass(100);
        Assert.True(second.IsCompleted);
        Assert.Equal([10], ecu.TimesOf("220002")); // with the late answer
        Assert.False(first.HasEnded);
    }

    [Fact]
    public void Subscribing_again_sends_the_request_again()
    {
        using var ecu = new ScriptedEcu().On("22F190", "62F19041").On("22F190", "62F19042");
        var read = ecu.Client.ReadData(0xF190);
        Assert.Empty(ecu.Requests);
        Assert.Equal([0x41], ecu.Get(read));
        Assert.Equal([0x42], ecu.Get(read));
        Assert.Equal("22F190", Convert.ToHexString(read.Message.Span));
    }

    [Fact]
    public void P2_and_P2_star_are_those_of_the_session_response_and_a_margin()
    {
        using var ecu = new ScriptedEcu(new() { Margin = TimeSpan.FromMilliseconds(25) }).On("1003", "500300640032").On("22F190").On("22F18C", "7F2278");
        ecu.Get(ecu.Client.SessionControl(UdsSession.Extended));
        var start = ecu.Now.TotalMilliseconds;
        var read = ecu.Record(ecu.Client.ReadData(0xF190));
        ecu.Pass(124.9999);
        Assert.False(read.HasEnded);
        ecu.Pass(0.0001);
        Assert.IsType<TimeoutException>(read.Error);
        ecu.Pass(1000);
        start = ecu.Now.TotalMilliseconds;
        var pending = ecu.Record(ecu.Client.ReadData(0xF18C));
        ecu.Pass(5000);
        Assert.Equal(start + 500 + 25, Ms(ecu, pending));

        using var own = new ScriptedEcu(new() { UseServerTiming = false }).On("1003", "500300640032").On("22F190");
        own.Get(own.Client.SessionControl(UdsSession.Extended));
        start = own.Now.TotalMilliseconds;
        read = own.Record(own.Client.ReadData(0xF190));
        own.Pass(5000);
        Assert.Equal(start + 1000, Ms(own, read));
    }

    [Fact]
    public void A_value_that_cannot_be_decoded_fails_its_request_and_no_other()
    {
        using var ecu = new ScriptedEcu().On("22F190", "62F19041").On("220001", "62000101");
        var vin = ecu.Record(ecu.Client.ReadData(UdsData.Vin));
        var next = ecu.Record(ecu.Client.ReadData(1));
        ecu.Pass(10);
        Assert.Contains("expects 17", Assert.IsType<FormatException>(vin.Error).Message);
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void An_observer_that_throws_does_not_stop_the_queue()
    {
        using var ecu = new ScriptedEcu().On("220001", "62000101").On("220002", "62000202");
        ecu.Client.ReadData(1).Subscribe(_ => throw new InvalidOperationException("mine"));
        var next = ecu.Record(ecu.Client.ReadData(2));
        ecu.Pass(100);
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void A_disposed_client_ends_what_waits()
    {
        using var ecu = new ScriptedEcu();
        var open = ecu.Record(ecu.Client.ReadData(1));
        var waiting = ecu.Record(ecu.Client.ReadData(2));
        ecu.Client.Dispose();
        ecu.Client.Dispose();
        ecu.Pass(10);
        Assert.IsType<ObjectDisposedException>(open.Error);
        Assert.IsType<ObjectDisposedException>(waiting.Error);
        Assert.IsType<ObjectDisposedException>(ecu.Record(ecu.Client.ReadData(3)).Error);
    }

    [Fact]
    public void A_client_over_a_session_leaves_it_open()
    {
        using var ecu = new ScriptedEcu().On("220001", "62000101");
        using var session = ecu.Can.OpenIsoTp(0x7E0, 0x7E8);
        var client = ecu.Can.OpenUds(session);
        Assert.Equal([1], ecu.Get(client.ReadData(1)));
        var open = ecu.Record(client.ReadData(2));
        client.Dispose();
        ecu.Pass(10);
        Assert.IsType<ObjectDisposedException>(open.Error);
        var raw = ecu.Record(session.Request([0x22, 0x00, 0x01]));
        ecu.Pass(2000);
        Assert.True(raw.IsCompleted);
    }

    [Fact]
    public void A_bus_that_is_removed_fails_the_requests_and_reconnects_with_the_next()
    {
        using var ecu = new ScriptedEcu().On("220001", "62000101");
        var read = ecu.Record(ecu.Client.ReadData(2));
        ecu.Bus.Remove();
        ecu.Pass(1);
        Assert.IsAssignableFrom<CanBusException>(read.Error);
        Assert.IsAssignableFrom<CanBusException>(ecu.Record(ecu.Client.ReadData(1)).Also(_ => ecu.Pass(1)).Error);
        ecu.Bus.LinkUp();
        using var other = ecu.Bus.Connect();
        using var session = other.OpenIsoTp(0x7E8, 0x7E0);
        session.Subscribe(_ => session.Send([0x62, 0, 1, 1]));
        Assert.Equal([1], ecu.Get(ecu.Client.ReadData(1)));
    }

    [Fact]
    public void A_functional_request_gives_the_answer_of_each_control_unit()
    {
        using var ecu = new ScriptedEcu();
        var units = Enumerable.Range(0, 3).Select(i =>
        {
            var listener = ecu.Can.OpenIsoTp(IsoTpAddress.Normal((uint)(0x7E8 + i), 0x7DF).WithFunctionalRx());
            var answerer = ecu.Bus.Connect().OpenIsoTp(IsoTpAddress.Normal((uint)(0x7E8 + i), (uint)(0x7E0 + i)));
            listener.Subscribe(_ =>
            {
                switch (i)
                {
                    case 0:
                        answerer.Send([0x62, 0xF1, 0x90, .. "WRXCAN00000000001"u8]);
                        break;
                    case 1:
                        answerer.Send([0x7F, 0x22, 0x78]);
                        ecu.Time.ScheduleMs(3000, () => answerer.Send([0x62, 0xF1, 0x90, .. "WRXCAN00000000002"u8]));
                        break;
                    default:
                        answerer.Send([0x7F, 0x22, 0x22]);
                        break;
                }
            });
            return listener;
        }).ToArray();
        using var all = ecu.Bus.Connect().OpenUds(IsoTpAddress.FunctionalObd, new() { P2 = TimeSpan.FromMilliseconds(100) });
        var answers = ecu.Record(all.ReadData(UdsData.Vin).ByEcu);
        var values = ecu.Record(all.ReadData(UdsData.Vin));
        ecu.Pass(10_000);
        Assert.True(answers.IsCompleted);
        Assert.Equal(
            ["7E0 -> 7E8: WRXCAN00000000001", "7E1 -> 7E9: WRXCAN00000000002", "7E2 -> 7EA: ReadDataByIdentifier (22) was refused: ConditionsNotCorrect (22)."],
            answers.Values.Select(a => $"{a}").Order());
        Assert.Equal(["WRXCAN00000000001", "WRXCAN00000000002"], values.Values);
        Assert.True(values.IsCompleted);
        Assert.All(units, unit => unit.Dispose());
    }

    [Fact]
    public void A_functional_request_must_fit_a_frame_and_may_be_suppressed()
    {
        using var ecu = new ScriptedEcu();
        using var all = ecu.Bus.Connect().OpenUds(IsoTpAddress.FunctionalObd);
        var tooLong = ecu.Record(all.WriteData(0xF190, new byte[17]));
        var present = ecu.Record(all.TesterPresent(Suppressed));
        ecu.Pass(2000);
        Assert.IsType<ArgumentException>(tooLong.Error);
        Assert.Equal([Unit.Default], present.Values);
        Assert.True(present.IsCompleted);
    }

    [Fact]
    public void ByEcu_of_one_control_unit_gives_its_refusal_as_a_value()
    {
        using var ecu = new ScriptedEcu().On("22F190", "7F2231");
        var answer = ecu.Get(ecu.Client.ReadData(0xF190).ByEcu);
        Assert.IsType<UdsNegativeResponseException>(answer.Error);
        Assert.Throws<UdsNegativeResponseException>(() => answer.Value);
    }

    [Fact]
    public void An_unknown_service_is_sent_as_bytes()
    {
        using var ecu = new ScriptedEcu().On("BA0102", "FA03");
        Assert.Equal("FA03", Convert.ToHexString(ecu.Get(ecu.Client.Request([0xBA, 1, 2]))));
    }

    [Fact]
    public void Arguments_are_checked_at_once()
    {
        using var ecu = new ScriptedEcu();
        Assert.Throws<ArgumentException>(() => ecu.Client.Request([]));
        Assert.Throws<ArgumentException>(() => ecu.Client.Request(new byte[8201]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ecu.Client.RequestSeed(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ecu.Client.Unlock(0x7F, seed => seed));
        Assert.Throws<ArgumentException>(() => ecu.Client.ReadData([]));
        Assert.Throws<ArgumentException>(() => ecu.Client.CommunicationControl(UdsCommunicationControl.EnableRxAndTxWithEnhancedAddress));
        Assert.Throws<ArgumentException>(() => ecu.Client.ReadDtcs(UdsDtcReport.ByStatusMask));
        Assert.Throws<ArgumentOutOfRangeException>(() => ecu.Client.ClearDtcs(0x1000000));
        Assert.Throws<ArgumentException>(() => ecu.Client.WriteMemory(new(0, 2), [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdsMemory(0x100, 1) { AddressBytes = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new UdsOptions { P2 = TimeSpan.Zero });
    }
}
