using System.Reactive.Linq;
using RxCan.IsoTp;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.Pattern;

namespace RxCan.Tests.IsoTp;

/// <summary>What is true of ISO-TP sessions on every bus, with every engine.</summary>
public abstract class IsoTpSessionContract : IDisposable
{
    private static readonly IsoTpAddress Physical = IsoTpAddress.Normal(0x7E0, 0x7E8);

    private readonly List<IDisposable> _owned = [];

    protected IsoTpSessionContract(IsoTpBench bench) => Bench = bench;

    protected IsoTpBench Bench { get; }

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    /// <summary>Options that wait longer for a response than a loaded machine takes.</summary>
    protected static IsoTpOptions Patient { get; } = new() { Requests = new() { P2 = TimeSpan.FromSeconds(30) } };

    /// <summary>The same, and also within a message if the engine allows it.</summary>
    private IsoTpOptions Unhurried => RealTimeIsoTpBench.Timed(Patient with { Engine = Bench.Engine });

    protected IIsoTpSession Open(IsoTpAddress? address = null, IsoTpOptions? options = null) =>
        Own(Bench.Tester.OpenIsoTp(address ?? Physical, (options ?? Patient) with { Engine = Bench.Engine }));

    protected IIsoTpSession OpenEcu(IsoTpAddress? address = null, IsoTpOptions? options = null) =>
        Own(Bench.Ecu.OpenIsoTp(address ?? Physical.Peer, (options ?? Patient) with { Engine = Bench.Engine }));

    /// <summary>A control unit that answers each request immediately.</summary>
    protected IIsoTpSession Answer(Func<byte[], byte[]> answer, IsoTpAddress? address = null, IsoTpOptions? options = null)
    {
        var ecu = OpenEcu(address, options);
        Own(ecu.Select(answer).Subscribe(a => ecu.Send(a)));
        return ecu;
    }

    /// <summary>A control unit that answers when the test says so, and the requests it received.</summary>
    private (IIsoTpSession Ecu, Recorder<byte[]> Asked) Listen()
    {
        var ecu = OpenEcu(options: Unhurried);
        return (ecu, Bench.Record(ecu));
    }

    /// <summary>A peer that sends raw frames: answers frames with certain first bytes with others.</summary>
    protected void Script(params (string Begins, string[] Frames)[] script) =>
        Own(Bench.Ecu.Where(CanFilter.Id(0x7E0)).Subscribe(frame =>
        {
            foreach (var (begins, frames) in script)
            {
                if (Convert.ToHexString(frame.Data).StartsWith(begins, StringComparison.Ordinal))
                {
                    foreach (var reply in frames)
                        Bench.Ecu.Send(new CanFrame(0x7E8, Bytes(reply)));
                }
            }
        }));

    protected T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private protected void AssertEnds<T>(Recorder<T> recorder, DateTimeOffset begun, TimeSpan after)
    {
        Bench.Until(() => recorder.HasEnded);
        var resolution = Bench.Tolerance > TimeSpan.Zero ? Ms(20) : TimeSpan.Zero; // the resolution of the system's timers
        Assert.InRange(recorder.EndedAt - begun, after - resolution, after + Bench.Tolerance);
    }

    private protected IsoTpException AssertFails<T>(Recorder<T> recorder, IsoTpResult result)
    {
        Bench.Until(() => recorder.HasEnded);
        var failure = Assert.IsType<IsoTpException>(recorder.Error);
        Assert.Equal(result, failure.Result);
        Assert.Contains(result.ToString(), failure.Message);
        return failure;
    }

    /// <summary>Asserts that the session still works.</summary>
    private protected void AssertAnswersNext(IIsoTpSession session)
    {
        var next = Bench.Record(session.Request([0x3E, 0x00], Patient.Requests));
        Bench.Until(() => next.HasEnded);
        Assert.Null(next.Error);
        Assert.Equal([[0x7E, 0x00]], next.Values);
    }

    public static TheoryData<string, int> Transfers => new(
        from kind in (string[])["classic", "padded", "extended", "mixed fixed", "fd 8", "fd 64", "fd 24 extended"]
        from blockSize in (int[])[0, 1, 8]
        select (kind, blockSize));

    [Theory]
    [MemberData(nameof(Transfers))]
    public void Messages_arrive_both_ways_simultaneously(string kind, int blockSize)
    {
        int[] lengths = [1, 5, 6, 7, 8, 11, 12, 13, 14, 61, 62, 63, 64, 200, 4093, 4094, 4095, 4096, 4097, 6000];
        if (blockSize == 1 && !Bench.IsQuick)
            lengths = [.. lengths.Where(length => length < 4000), 4096];
        var address = kind.EndsWith("extended", StringComparison.Ordinal) ? IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1)
            : kind == "mixed fixed" ? IsoTpAddress.MixedFixed(0x10, 0xF1, 0x99)
            : Physical;
        var isFd = kind.StartsWith("fd", StringComparison.Ordinal);
        var options = new IsoTpOptions
        {
            Engine = Bench.Engine,
            BlockSize = (byte)blockSize,
            Padding = kind == "padded" ? 0xAA : null,
            Fd = isFd,
            TxDataLength = isFd ? int.Parse(kind.Split(' ')[1]) : 8,
        };
        options = RealTimeIsoTpBench.Timed(options);
        var (tester, ecu) = (Open(address, options), OpenEcu(address.Peer, options));
        var (atTester, atEcu) = (Bench.Record(tester), Bench.Record(ecu));
        foreach (var length in lengths)
        {
            var payload = P(length);
            var there = tester.SendAsync(payload, Stop);
            var back = ecu.SendAsync(payload, Stop);
            Bench.Until(() => there.IsCompleted && back.IsCompleted);
            Assert.True(there.IsCompletedSuccessfully && back.IsCompletedSuccessfully, $"{length} bytes: {there.Exception} {back.Exception}");
        }

        Bench.Until(() => atEcu.Count == lengths.Length && atTester.Count == lengths.Length);
        Assert.Equal(lengths.Select(P), atEcu.Values);
        Assert.Equal(lengths.Select(P), atTester.Values);
    }

    [Fact]
    public void A_request_is_cold_and_its_first_response_completes_it()
    {
        Answer(r => [(byte)(r[0] + 0x40), .. r[1..]]);
        var seen = Bench.Record(Bench.Ecu.Where(CanFilter.Id(0x7E0)));
        var request = Open().Request([0x22, 0xF1, 0x90]);
        Bench.Pass(Ms(20));
        Assert.Equal(0, seen.Count);

        var first = Bench.Record(request);
        Bench.Until(() => first.HasEnded);
        var second = Bench.Record(request);
        Bench.Until(() => second.HasEnded && seen.Count >= 2);
        Assert.True(first.IsCompleted && second.IsCompleted);
        Assert.Equal([[0x62, 0xF1, 0x90]], first.Values);
        Assert.Equal([[0x62, 0xF1, 0x90]], second.Values);
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void Long_requests_get_long_responses()
    {
        Answer(r => [.. r, .. r], options: Unhurried);
        var session = Open(options: Unhurried);
        var hot = Bench.Record(session);
        var response = Bench.Record(session.Request(P(3000)));
        Bench.Until(() => response.HasEnded && hot.Count == 1);
        Assert.Equal([.. P(3000), .. P(3000)], Assert.Single(response.Values));
    }

    [Fact]
    public void Requests_are_queued_and_never_interleaved()
    {
        var (ecu, asked) = Listen();
        var session = Open();
        var requests = Enumerable.Range(1, 3).Select(i => Bench.Record(session.Request([(byte)i]))).ToArray();
        for (var i = 0; i < 3; i++)
        {
            Bench.Until(() => asked.Count > i);
            Bench.Pass(Ms(20));
            Assert.Equal(i + 1, asked.Count);
            Assert.All(requests[i..], later => Assert.False(later.HasEnded));
            ecu.Send([(byte)(i + 1), 0xFF]);
            Bench.Until(() => requests[i].HasEnded);
            Assert.Equal([[(byte)(i + 1), 0xFF]], requests[i].Values);
        }
    }

    [Fact]
    public void A_request_disposed_in_the_queue_is_never_sent()
    {
        var (ecu, asked) = Listen();
        var session = Open();
        var first = Bench.Record(session.Request([1]));
        var second = Bench.Record(session.Request([2]));
        var third = Bench.Record(session.Request([3]));
        second.Subscription!.Dispose();
        second.Subscription.Dispose();
        Bench.Until(() => asked.Count == 1);
        ecu.Send([1]);
        Bench.Until(() => asked.Count == 2);
        ecu.Send([3]);
        Bench.Until(() => third.HasEnded);
        Assert.Equal([[1]], first.Values);
        Assert.Equal([[3]], third.Values);
        Assert.Equal([[1], [3]], asked.Values);
        Assert.False(second.HasEnded);
    }

    [Fact]
    public void A_late_answer_reaches_the_session_but_not_the_next_request()
    {
        var (ecu, asked) = Listen();
        var session = Open();
        var hot = Bench.Record(session);
        var begun = Bench.Now;
        var late = Bench.Record(session.Request([1], new() { P2 = Ms(100), LateWindow = Ms(30_000) }));
        AssertEnds(late, begun, Ms(100));
        var failure = Assert.IsType<TimeoutException>(late.Error);
        Assert.Contains("7E0", failure.Message);
        Assert.Contains("01", failure.Message);
        Assert.Contains("100 ms", failure.Message);

        var next = Bench.Record(session.Request([2]));
        ecu.Send([1, 0xFF]);
        Bench.Until(() => asked.Count == 2);
        ecu.Send([2, 0xFF]);
        Bench.Until(() => next.HasEnded);
        Assert.Equal([[2, 0xFF]], next.Values);
        Assert.Equal([[1, 0xFF], [2, 0xFF]], hot.Values);
    }

    [Fact]
    public void The_answer_to_a_disposed_request_does_not_reach_the_next_one()
    {
        var (ecu, asked) = Listen();
        var session = Open(options: Unhurried);
        var hot = Bench.Record(session);
        var gone = Bench.Record(session.Request([1]));
        Bench.Until(() => asked.Count == 1);
        gone.Subscription!.Dispose();
        var next = Bench.Record(session.Request([2]));
        Bench.Pass(Ms(20));
        Assert.Equal(1, asked.Count);
        ecu.Send([1, .. P(100)]);
        Bench.Until(() => asked.Count == 2);
        ecu.Send([2, .. P(100)]);
        Bench.Until(() => next.HasEnded);
        Assert.Equal(2, Assert.Single(next.Values)[0]);
        Assert.Equal([1, 2], hot.Values.Select(v => v[0]));
        Assert.Equal(0, gone.Count);
    }

    [Fact]
    public void Response_pending_keeps_a_UDS_request_open()
    {
        var (ecu, asked) = Listen();
        var session = Open();
        var response = Bench.Record(session.Request([0x31, 0x01], DiagnosticRules.Options with { P2 = Ms(4000), P2Star = Ms(30_000) }));
        Bench.Until(() => asked.Count == 1);
        ecu.Send([0x7F, 0x31, 0x78]);
        Bench.Pass(Ms(4500));
        Assert.False(response.HasEnded);
        ecu.Send([0x7F, 0x31, 0x78]);
        ecu.Send([0x71, 0x01]);
        Bench.Until(() => response.HasEnded);
        Assert.True(response.IsCompleted);
        Assert.Equal([[0x7F, 0x31, 0x78], [0x7F, 0x31, 0x78], [0x71, 0x01]], response.Values);
    }

    [Fact]
    public void P2_star_runs_from_the_last_response_pending()
    {
        Answer(_ => [0x7F, 0x31, 0x78]);
        var session = Open();
        var pending = DateTimeOffset.MaxValue;
        var options = DiagnosticRules.Options with { P2 = Ms(30_000), P2Star = Ms(700) };
        var response = Bench.Record(session.Request([0x31, 0x01], options).Do(_ => pending = Bench.Now));
        Bench.Until(() => response.HasEnded);
        Assert.InRange(response.EndedAt - pending, Ms(690), Ms(700) + Bench.Tolerance);
        Assert.Contains("700 ms", Assert.IsType<TimeoutException>(response.Error).Message);
    }

    [Fact]
    public void A_message_for_another_service_does_not_answer_a_UDS_request()
    {
        var ecu = OpenEcu();
        Own(ecu.Subscribe(_ =>
        {
            ecu.Send([0x62, 0x01]);
            ecu.Send([0x7F, 0x22, 0x11]);
            ecu.Send([0x7F, 0x10, 0x12]);
        }));
        var session = Open();
        var hot = Bench.Record(session);
        var response = Bench.Record(session.Request([0x10, 0x03], DiagnosticRules.Options with { P2 = Patient.Requests.P2 }));
        Bench.Until(() => response.HasEnded);
        Assert.Equal([[0x7F, 0x10, 0x12]], response.Values);
        Assert.Equal(3, hot.Count);
    }

    [Fact]
    public void A_response_that_begins_within_P2_is_in_time_however_long_it_takes()
    {
        Answer(_ => P(260), options: Unhurried);
        var session = Open(options: Unhurried with { STmin = Ms(120), Requests = new() { P2 = Ms(4000) } });
        var response = Bench.Record(session.Request([1]));
        Bench.Until(() => response.HasEnded);
        Assert.Null(response.Error);
        Assert.Equal(P(260), Assert.Single(response.Values));
    }

    [Fact]
    public void Sixty_four_sessions_get_the_right_answers_to_a_hundred_requests_each()
    {
        var requests = new List<(byte[] Asked, Recorder<byte[]> Response)>();
        for (var s = 0; s < 64; s++)
        {
            var address = IsoTpAddress.Normal((uint)(0x400 + s), (uint)(0x600 + s));
            Answer(r => [0xAA, .. r], address.Peer, Unhurried);
            var session = Open(address, Unhurried);
            for (var i = 0; i < 100; i++)
            {
                byte[] asked = [(byte)s, (byte)i, .. P(i % 23)];
                requests.Add((asked, Bench.Record(session.Request(asked))));
            }
        }

        Bench.Until(() => requests.TrueForAll(r => r.Response.HasEnded));
        Assert.All(requests, r => Assert.Equal([0xAA, .. r.Asked], Assert.Single(r.Response.Values)));
    }

    [Fact]
    public void A_peer_without_flow_control_causes_N_TIMEOUT_BS_and_the_session_continues()
    {
        Script(("023E00", ["027E00"]));
        var session = Open();
        var begun = Bench.Now;
        var request = Bench.Record(session.Request(P(20)));
        AssertFails(request, IsoTpResult.N_TIMEOUT_BS);
        AssertEnds(request, begun, Ms(1000));
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_peer_that_stops_halfway_causes_N_TIMEOUT_CR_and_the_session_continues()
    {
        Script(("0101", ["1014000102030405", "21060708090A0B0C"]), ("023E00", ["027E00"]));
        AssertNotContinued(Open());
    }

    [Fact]
    public void A_request_whose_response_is_not_continued_can_be_ended_and_the_next_one_is_sent()
    {
        Script(("0101", ["1014620102030405", "00"]), ("023E00", ["027E00"]));
        var session = Open();
        var given = Bench.Record(session.Request([1]));
        Bench.Pass(Ms(20));
        given.Subscription!.Dispose();
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_listener_notices_that_a_message_is_not_continued()
    {
        var errors = Bench.Record(Open(options: new() { ListenOnly = true }).Errors);
        Bench.Ecu.Send(new CanFrame(0x7E8, Bytes("1014620102030405")));
        Bench.Until(() => errors.Count == 1);
        Assert.Equal(IsoTpResult.N_TIMEOUT_CR, Assert.IsType<IsoTpException>(errors.Values[0]).Result);
    }

    [Fact]
    public void A_message_longer_than_the_time_for_a_frame_is_received_whole()
    {
        var session = Open(options: Unhurried with { STmin = Ms(120) });
        var (received, errors) = (Bench.Record(session), Bench.Record(session.Errors));
        OpenEcu(options: Unhurried).Send(P(200));
        Bench.Until(() => received.Count + errors.Count > 0);
        Assert.Equal([P(200)], received.Values);
        Assert.Empty(errors.Values);
    }

    [Theory]
    [InlineData("210607")] // a consecutive frame that is too short
    [InlineData("10140102030405")] // first frames that do not fill their frame
    [InlineData("101401")]
    [InlineData("1005010203040506")] // a first frame that would fit a single frame
    [InlineData("00")] // single frames that say they are empty, or longer than they are
    [InlineData("")]
    [InlineData("0F01020304050607")]
    public void An_invalid_frame_does_not_keep_a_message_that_is_not_continued_from_ending(string invalid)
    {
        Script(("0101", ["1014620102030405", invalid]), ("023E00", ["027E00"]));
        AssertNotContinued(Open());
    }

    [Theory]
    [InlineData(64, 32)]
    [InlineData(32, 64)]
    public void A_CAN_FD_frame_of_the_wrong_length_does_not_keep_a_message_that_is_not_continued_from_ending(int first, int second)
    {
        Own(Bench.Ecu.Where(CanFilter.Id(0x7E0)).Subscribe(frame =>
        {
            IEnumerable<byte[]> replies = frame.Data[0] switch
            {
                1 => [[0x10, 0xC8, .. P(first - 2)], [0x21, .. P(second - 1)]],
                2 => [Bytes("027E00")],
                _ => [],
            };
            foreach (var reply in replies)
                Bench.Ecu.Send(CanFrame.Fd(0x7E8, reply));
        }));
        AssertNotContinued(Open(options: Patient with { Fd = true, TxDataLength = 64 }));
    }

    private void AssertNotContinued(IIsoTpSession session)
    {
        var errors = Bench.Record(session.Errors);
        var begun = Bench.Now;
        var request = Bench.Record(session.Request([1]));
        AssertFails(request, IsoTpResult.N_TIMEOUT_CR);
        AssertEnds(request, begun, Ms(1000));
        Assert.Same(request.Error, Assert.Single(errors.Values));
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_wrong_sequence_number_causes_N_WRONG_SN_and_the_session_continues()
    {
        Script(("0101", ["1014000102030405", "22060708090A0B0C"]), ("023E00", ["027E00"]));
        var session = Open(options: Unhurried);
        AssertFails(Bench.Record(session.Request([1])), IsoTpResult.N_WRONG_SN);
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_peer_that_keeps_asking_to_wait_causes_N_WFT_OVRN_and_the_session_continues()
    {
        Script(("10", [.. Enumerable.Repeat("310000", 11)]), ("023E00", ["027E00"]));
        var session = Open(options: Unhurried with { WaitLimit = 10 });
        AssertFails(Bench.Record(session.Request(P(20))), IsoTpResult.N_WFT_OVRN);
        AssertAnswersNext(session);
    }

    [Theory]
    [InlineData("300100", "21", "300300", "24", "300000")]
    [InlineData("300200", "22", "300000", "none", "")]
    public void Each_flow_control_sets_the_block_size(string first, string after, string second, string later, string third)
    {
        Script(("10", [first]), (after, [second]), (later, [third]));
        var each = Open(options: Unhurried).SendAsync(P(80), Stop);
        Bench.Until(() => each.IsCompleted);
        Assert.True(each.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("300300")]
    [InlineData("300000")]
    public void Without_dynamic_flow_control_the_first_one_sets_the_block_size_for_all(string second)
    {
        Script(("10", ["300100"]), ("21", [second]));
        var first = Open(options: new() { DynamicFlowControl = false }).SendAsync(P(80), Stop);
        Bench.Until(() => first.IsCompleted);
        Assert.Equal(IsoTpResult.N_TIMEOUT_BS, Assert.IsType<IsoTpException>(first.Exception?.InnerException).Result);
    }

    [Fact]
    public void A_reserved_flow_status_causes_N_INVALID_FS_and_the_session_continues()
    {
        Script(("10", ["350000"]), ("023E00", ["027E00"]));
        var session = Open(options: Unhurried);
        AssertFails(Bench.Record(session.Request(P(20))), IsoTpResult.N_INVALID_FS);
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_message_inside_another_is_received_and_the_other_ends_with_N_UNEXP_PDU()
    {
        Script(("0101", ["1014000102030405", "100A000102030405", "2106070809"]), ("0102", ["1014000102030405", "0299AA"]));
        var session = Open(options: Unhurried);
        var errors = Bench.Record(session.Errors);
        foreach (var (request, response) in (IEnumerable<(byte, byte[])>)[(1, P(10)), (2, [0x99, 0xAA])])
        {
            var answer = Bench.Record(session.Request([request]));
            Bench.Until(() => answer.HasEnded);
            Assert.Equal([response], answer.Values);
        }

        Bench.Until(() => errors.Count == 2);
        Assert.All(errors.Values, error => Assert.Equal(IsoTpResult.N_UNEXP_PDU, Assert.IsType<IsoTpException>(error).Result));
    }

    [Theory]
    [InlineData("1000000000140001 2102030405060708 22090A0B0C0D0E0F 2310111213", 0, 20)] // the 32-bit escape for 20 bytes
    [InlineData("0005000102030405060708CC", 0, 5)] // CAN FD: 5 bytes in a frame of 12
    [InlineData("100A000102030405 210607 220809", 0, 10)] // a last frame that is too short, and one more
    [InlineData("100A000102030405 00 2106070809", 10, 0)] // an invalid single or first frame in the middle
    [InlineData("100A000102030405 1003000102030405 2106070809", 10, 0)]
    public void The_engines_differ_in_what_they_ignore_as_the_page_says(string frames, int portable, int kernel)
    {
        var isFd = frames.StartsWith("00", StringComparison.Ordinal);
        var session = Open(options: Unhurried with { Fd = isFd });
        var received = Bench.Record(session);
        foreach (var data in frames.Split(' ').Append("0163").Select(Bytes))
            Bench.Ecu.Send(isFd ? CanFrame.Fd(0x7E8, data) : new CanFrame(0x7E8, data));
        Bench.Until(() => received.Values.Any(payload => payload is [0x63]));
        var expected = Bench.Engine == EngineKind.Kernel ? kernel : portable;
        Assert.Equal(expected == 0 ? [[0x63]] : [P(expected), [0x63]], received.Values);
    }

    [Fact]
    public void Flow_control_after_N_Bs_is_too_late_and_the_session_continues()
    {
        Script(("023E00", ["027E00"]));
        var session = Open();
        AssertFails(Bench.Record(session.Request(P(20))), IsoTpResult.N_TIMEOUT_BS);
        Bench.Ecu.Send(new CanFrame(0x7E8, Bytes("300000")));
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_message_stopped_halfway_makes_room_for_the_next()
    {
        var ecu = OpenEcu(options: Unhurried with { STmin = Ms(100) });
        var received = Bench.Record(ecu);
        var sent = Bench.Record(Bench.Ecu.Where(CanFilter.Id(0x7E0)));
        var session = Open(options: Unhurried);
        using var cancel = new CancellationTokenSource();
        var stopped = session.SendAsync(P(4000), cancel.Token);
        Bench.Until(() => sent.Count >= 3);
        cancel.Cancel();
        var next = session.SendAsync([1, 2], Stop);
        Bench.Until(() => next.IsCompleted && received.Count >= 1 && sent.Count >= 4);
        Assert.True(stopped.IsCanceled && next.IsCompletedSuccessfully);
        Assert.Equal([[1, 2]], received.Values);
        Assert.InRange(sent.Count, 4, 50);
    }

    [Fact]
    public void A_peer_without_room_causes_N_BUFFER_OVFLW_and_the_session_continues()
    {
        Script(("10", ["320000"]), ("023E00", ["027E00"]));
        var session = Open(options: Unhurried);
        AssertFails(Bench.Record(session.Request(P(20))), IsoTpResult.N_BUFFER_OVFLW);
        AssertAnswersNext(session);
    }

    [Fact]
    public void A_failed_send_fails_its_task_or_is_reported_to_Errors()
    {
        var session = Open();
        var errors = Bench.Record(session.Errors);
        var awaited = session.SendAsync(P(20), Stop);
        session.Send(P(30));
        Bench.Until(() => errors.Count == 1 && awaited.IsCompleted);
        Assert.Equal(IsoTpResult.N_TIMEOUT_BS, Assert.IsType<IsoTpException>(awaited.Exception!.InnerException).Result);
        Assert.Equal(IsoTpResult.N_TIMEOUT_BS, Assert.IsType<IsoTpException>(errors.Values[0]).Result);
    }

    [Fact]
    public void Invalid_messages_are_rejected_immediately()
    {
        var session = Open(options: new() { MaxLength = 100 });
        Assert.Throws<ArgumentException>(() => session.Send([]));
        Assert.Throws<ArgumentException>(() => session.Request([]));
        Assert.Throws<ArgumentException>(() => { _ = session.SendAsync(P(101), Stop); });
        session.Send(P(100));
    }

    [Fact]
    public void Disposing_the_session_completes_its_streams_and_fails_pending_operations()
    {
        var session = Open(options: Unhurried);
        var (hot, messages, errors, progress) =
            (Bench.Record(session), Bench.Record(session.Messages), Bench.Record(session.Errors), Bench.Record(session.Progress));
        var open = Bench.Record(session.Request([1]));
        var queued = Bench.Record(session.Request([2]));
        var sending = session.SendAsync(P(50), Stop);
        Bench.Pass(Ms(20));
        session.Dispose();
        session.Dispose();
        Bench.Until(() => hot.IsCompleted && messages.IsCompleted && errors.IsCompleted && progress.IsCompleted && open.HasEnded && queued.HasEnded);
        Assert.IsType<ObjectDisposedException>(open.Error);
        Assert.IsType<ObjectDisposedException>(queued.Error);
        Assert.IsType<ObjectDisposedException>(sending.Exception!.InnerException);
        Assert.Throws<ObjectDisposedException>(() => session.Send([1]));
        Assert.IsType<ObjectDisposedException>(Bench.Record(session.Request([1])).Error);
        Assert.True(Bench.Record(session).IsCompleted);
    }
}
