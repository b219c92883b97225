using System.Reactive.Linq;
using RxCan.Uds;

namespace RxCan.Tests.Server;

public class ServerMachineTests
{
    private readonly ServerBench _bench = new();

    [Fact]
    public void A_session_ends_after_S3_without_a_request_to_the_tick()
    {
        _bench.Ask("1003");
        _bench.Advance(4000);
        _bench.Ask("3E80");
        _bench.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.Equal(UdsSession.Extended, _bench.Machine.Session);
        _bench.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(UdsSession.Default, _bench.Machine.Session);
        Assert.Contains(new UdsSessionEntered(UdsSession.Default, HasTimedOut: true), _bench.Events);
    }

    [Fact]
    public void The_default_session_does_not_end()
    {
        Assert.Equal(TimeSpan.MaxValue, _bench.Machine.Due);
        _bench.Ask("1001");
        Assert.Equal(TimeSpan.MaxValue, _bench.Machine.Due);
    }

    [Fact]
    public void The_end_of_a_session_undoes_what_it_did()
    {
        _bench.Unlocked(UdsSession.Extended);
        _bench.Ask("8502");
        _bench.Ask("280301");
        _bench.Ask("2F0300033C");
        _bench.Ask("2A0300");
        _bench.Ask("34 00 14 20481300 20");
        Assert.True(_bench.Test.Ecu.Dtcs.IsFrozen);
        Assert.StartsWith("001234 001234", _bench.Advance(5000));
        Assert.Equal(0, _bench.Machine.Level);
        Assert.False(_bench.Test.Ecu.Dtcs.IsFrozen);
        Assert.Contains(new UdsCommunicationChanged(UdsCommunicationControl.EnableRxAndTx, UdsCommunicationType.NormalAndNetworkManagement, null), _bench.Events);
        Assert.Equal([UdsIOControl.ShortTermAdjustment, UdsIOControl.ReturnControlToEcu], _bench.Test.Controlled);
        Assert.Equal("", _bench.Advance(10_000));
        _bench.Ask("1003");
        Assert.Equal("7F3624", _bench.Ask("3601AA"));
    }

    [Fact]
    public void A_slow_handler_gets_response_pending_in_time_and_as_often_as_needed()
    {
        Assert.Equal("", _bench.Ask("220200"));
        Assert.Equal("", _bench.Advance(TimeSpan.FromMilliseconds(40) - TimeSpan.FromTicks(1)));
        Assert.Equal("7F2278", _bench.Advance(TimeSpan.FromTicks(1)));
        Assert.Equal("", _bench.Advance(TimeSpan.FromMilliseconds(4000) - TimeSpan.FromTicks(1)));
        Assert.Equal("7F2278", _bench.Advance(TimeSpan.FromTicks(1)));
        Assert.Equal(149, _bench.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1)).Split(' ').Length); // ten minutes of it
        _bench.Test.Slow.OnNext(new byte[] { 7 });
        Assert.Equal("62020007", _bench.Sent);
        Assert.Equal(TimeSpan.MaxValue, _bench.Machine.Due);
    }

    [Fact]
    public void A_suppressed_response_is_sent_after_response_pending()
    {
        _bench.Unlocked();
        Assert.Equal("", _bench.Ask("3181FF00"));
        Assert.Equal("7F3178", _bench.Advance(50));
        _bench.Test.Slow.OnNext(UdsReply.Positive);
        Assert.Equal("7101FF00", _bench.Sent);

        Assert.Equal("", _bench.Ask("3181FF00"));
        _bench.Test.Slow.OnNext(UdsReply.Positive); // within P2
        Assert.Equal("", _bench.Sent);
    }

    [Fact]
    public void A_functional_request_gets_its_negative_response_after_response_pending()
    {
        _bench.Ask("220200", isFunctional: true);
        Assert.Equal("7F2278", _bench.Advance(50));
        _bench.Test.Slow.OnNext(UdsNegativeResponseCode.RequestOutOfRange);
        Assert.Equal("7F2231", _bench.Sent);
    }

    [Fact]
    public void While_an_answer_is_awaited_others_are_told_to_repeat_and_TesterPresent_is_served()
    {
        _bench.Ask("1003");
        _bench.Ask("220200");
        Assert.Equal("7F2221", _bench.Ask("22F190"));
        Assert.Equal("", _bench.Ask("3E80"));
        Assert.Equal("7E00", _bench.Ask("3E00"));
        _bench.Advance(60_000); // far beyond S3, which does not run now
        Assert.Equal(UdsSession.Extended, _bench.Machine.Session);
        _bench.Test.Slow.OnNext(new byte[] { 7 });
        Assert.Equal("62020007", _bench.Sent);
        _bench.Advance(5000);
        Assert.Equal(UdsSession.Default, _bench.Machine.Session);
    }

    [Fact]
    public void Response_pending_ends_at_its_limit()
    {
        var bench = new ServerBench(options: new() { MaxPending = 2 });
        bench.Ask("220200");
        Assert.Equal("7F2278 7F2278 7F2210", bench.Advance(60_000));
        Assert.False(bench.Test.Slow.HasObservers);
        Assert.StartsWith("62F190", bench.Ask("22F190"));
    }

    [Fact]
    public void A_slow_identifier_in_the_middle_keeps_the_order()
    {
        _bench.Ask("22F20002000105");
        _bench.Test.Slow.OnNext(new byte[] { 7 });
        Assert.Equal("62F2001234020007" + "01055A", _bench.Sent);
    }

    [Fact]
    public void A_handler_that_throws_or_fails_is_reported_and_gives_general_reject()
    {
        Assert.Equal("7F2210", _bench.Ask("220202"));
        Assert.Equal("broken", Assert.IsType<UdsHandlerFailed>(_bench.Events[0]).Error.Message);
        _bench.Ask("220200");
        _bench.Test.Slow.OnError(new UdsNegativeResponseException(UdsService.ReadDataByIdentifier, UdsNegativeResponseCode.VoltageTooLow));
        Assert.Equal("7F2293", _bench.Sent);
    }

    [Fact]
    public void Security_is_unlocked_by_the_key_and_locked_by_a_new_session()
    {
        _bench.Ask("1003");
        Assert.Equal("67013657", _bench.Ask("2701"));
        Assert.Equal("6702", _bench.Ask("2702C9A8"));
        Assert.Equal("67010000" + "0000", _bench.Ask("2701")); // zeros: it is unlocked
        Assert.Equal("62020301", _bench.Ask("220203"));
        Assert.Equal("6EF190", _bench.Ask("2EF190" + Convert.ToHexString("WRXCAN00000000002"u8)));
        Assert.Equal("WRXCAN00000000002", _bench.Test.Vin);
        _bench.Ask("1003");
        Assert.Equal("7F2233", _bench.Ask("220203"));
    }

    [Fact]
    public void Wrong_keys_lock_out_to_the_tick_and_leave_one_attempt_afterwards()
    {
        _bench.Ask("1003");
        _bench.Ask("2701");
        Assert.Equal("7F2735", _bench.Ask("27020000"));
        Assert.Equal("7F2724", _bench.Ask("2702C9A8")); // each key needs a seed
        _bench.Ask("2701");
        Assert.Equal("7F2736", _bench.Ask("27020000"));
        for (var i = 0; i < 4; i++, _bench.Advance(2000))
            Assert.Equal("7F2737", _bench.Ask("2701"));
        _bench.Ask("1101"); // a reset does not help
        _bench.Ask("1003");
        _bench.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.Equal("7F2737", _bench.Ask("2701"));
        _bench.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("67013657", _bench.Ask("2701"));
        Assert.Equal("7F2736", _bench.Ask("27020000"));
        _bench.Advance(4000);
        _bench.Ask("3E00");
        _bench.Advance(4000);
        _bench.Ask("3E00");
        _bench.Advance(2000);
        _bench.Ask("2701");
        Assert.Equal("6702", _bench.Ask("2702C9A8"));
    }

    [Fact]
    public void Seeds_are_delayed_after_the_start_and_after_a_reset()
    {
        _bench.Ask("1003");
        Assert.Equal("7F2737", _bench.Ask("271100"));
        _bench.Advance(4000);
        _bench.Ask("3E80");
        _bench.Advance(3000);
        Assert.StartsWith("6711", _bench.Ask("271100"));
        _bench.Ask("1101");
        _bench.Ask("1003");
        Assert.Equal("7F2737", _bench.Ask("271100"));
    }

    [Fact]
    public void A_reset_ends_everything_and_the_server_is_silent_for_a_while()
    {
        var bench = new ServerBench(options: new() { ResetTime = TimeSpan.FromMilliseconds(300) }).Unlocked();
        bench.Ask("310102011234");
        Assert.Equal("5101", bench.Ask("1101"));
        Assert.Equal(UdsSession.Default, bench.Machine.Session);
        Assert.Contains(new UdsServerReset(UdsReset.Hard), bench.Events);
        bench.Advance(TimeSpan.FromMilliseconds(300) - TimeSpan.FromTicks(1));
        Assert.Equal("", bench.Ask("3E00"));
        bench.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("7E00", bench.Ask("3E00"));
        Assert.Equal("7F3124", bench.Ask("31030201"));
    }

    [Fact]
    public void A_download_follows_the_block_counter_and_a_repeated_block_is_not_written_twice()
    {
        _bench.Unlocked(UdsSession.Programming);
        Assert.Equal("74200FFF", _bench.Ask("34 00 14 08000000 06"));
        Assert.Equal("7F3422", _bench.Ask("34 00 14 08000000 06"));
        Assert.Equal("7F3673", _bench.Ask("3602AABB"));
        Assert.Equal("7601", _bench.Ask("3601AABB"));
        Assert.Equal("7601", _bench.Ask("3601AABB"));
        Assert.Equal("7F3673", _bench.Ask("3603CC"));
        Assert.Equal("7F3724", _bench.Ask("37"));
        Assert.Equal("7F3671", _bench.Ask("3602CCDDEEFF00"));
        Assert.Equal("7602", _bench.Ask("3602CCDDEEFF"));
        Assert.Equal("7F3624", _bench.Ask("360300"));
        Assert.Equal("7F3713", _bench.Ask("3700"));
        Assert.Equal("77", _bench.Ask("37"));
        Assert.Equal("7F3724", _bench.Ask("37"));
        Assert.Equal([0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0], _bench.Test.Flash[..7]);
        Assert.Contains(new UdsTransferChanged(false, 6, 6, IsOver: true), _bench.Events);
    }

    [Fact]
    public void An_upload_repeats_a_block_and_wraps_the_counter()
    {
        var bench = new ServerBench(options: new() { MaxBlockLength = 3 });
        bench.Ask("1003");
        Assert.Equal("751003", bench.Ask("35 00 24 20481300 0100"));
        for (var i = 0; i < 256; i++)
        {
            var block = $"{(byte)(i + 1):X2}";
            Assert.Equal($"76{block}{i:X2}", bench.Ask($"36{block}"));
            Assert.Equal($"76{block}{i:X2}", bench.Ask($"36{block}"));
        }

        Assert.Equal("7F3624", bench.Ask("3601"));
        Assert.Equal("77", bench.Ask("37"));
    }

    [Fact]
    public void Files_are_written_read_resumed_and_listed()
    {
        _bench.Ask("1003");
        Assert.Equal("7801020FFF00", _bench.Ask("3801 0002 2F61 00 01 04 04"));
        _bench.Ask("36010102");
        _bench.Ask("1003"); // the session begins again: the file is cut
        Assert.Equal("7806020FFF000000000000000002", _bench.Ask("3806 0002 2F61 00 01 04 04"));
        Assert.Equal("7601", _bench.Ask("36010304"));
        Assert.Equal("77", _bench.Ask("37"));
        Assert.Equal([1, 2, 3, 4], _bench.Test.Ecu.Files!["/a"]);
        Assert.Equal("7804020FFF0000010404", _bench.Ask("3804 0002 2F61 00"));
        Assert.Equal("760101020304", _bench.Ask("3601"));
        Assert.Equal("77", _bench.Ask("37"));
        Assert.Equal("7805020FFF00000119", _bench.Ask("3805 0004 2F6C6F67"));
        Assert.Equal("7601" + Convert.ToHexString("/log/one.txt\n/log/two.txt"u8), _bench.Ask("3601"));
    }

    [Fact]
    public void Dynamic_identifiers_are_read_extended_sent_periodically_and_cleared()
    {
        _bench.Ask("1003");
        Assert.Equal("6C01F210", _bench.Ask("2C01F210 F2000201 01050101"));
        Assert.Equal("6C02F210", _bench.Ask("2C02F210 12 1000 02".Replace("12 1000", "14 20481310", StringComparison.Ordinal)));
        Assert.Equal("62F210345A1011", _bench.Ask("22F210"));
        Assert.Equal("6A", _bench.Ask("2A0210"));
        Assert.Equal("10345A1011", _bench.Advance(200));
        Assert.Equal("6C03F210", _bench.Ask("2C03F210"));
        Assert.Equal("", _bench.Advance(1000));
        Assert.Equal("7F2231", _bench.Ask("22F210"));
    }

    [Fact]
    public void Periodic_data_comes_at_its_rate_to_the_tick_until_it_is_stopped()
    {
        _bench.Ask("1003");
        Assert.Equal("6A", _bench.Ask("2A0200"));
        Assert.Equal("", _bench.Advance(TimeSpan.FromMilliseconds(200) - TimeSpan.FromTicks(1)));
        Assert.Equal("001234", _bench.Advance(TimeSpan.FromTicks(1)));
        _bench.Test.Speed = 0x4321;
        Assert.Equal("004321 004321", _bench.Advance(400));
        Assert.Equal("6A", _bench.Ask("2A0300")); // the rate changes
        Assert.Equal("004321 004321 004321 004321", _bench.Advance(200));
        Assert.Equal("6A", _bench.Ask("2A0400"));
        Assert.Equal("", _bench.Advance(1000));
    }

    [Fact]
    public void Events_are_answered_while_they_are_started()
    {
        _bench.Ask("1003");
        _bench.Ask("8601 02 01 190201");
        _bench.Ask("8603 02 F200 22F200");
        _bench.Ask("8607 02 F200 02 00005000 00 4000 220105"); // speed above 5000, 16 bits from bit 0
        Assert.Equal("C60403" + "010201190201" + "0302F20022F200" + "0702F2000200005000004000220105", StartAndReport());
        _bench.Test.Ecu.Dtcs.Report(0xC07300, failed: true);
        Assert.Equal("5902FF0A9B172FC0730027", _bench.Sent);
        _bench.Test.Speed = 0x1235;
        Assert.Equal("62F2001235", _bench.Advance(50));
        _bench.Test.Speed = 0x5001;
        Assert.Equal("62F2005001 6201055A", _bench.Advance(100));
        Assert.Equal("C6000002", _bench.Ask("860002"));
        _bench.Test.Speed = 0;
        Assert.Equal("", _bench.Advance(100));

        string StartAndReport()
        {
            Assert.Equal("C6050002", _bench.Ask("860502"));
            return _bench.Ask("860402");
        }
    }

    [Fact]
    public void Timing_is_changed_and_counts_for_response_pending()
    {
        _bench.Ask("1003");
        _bench.Ask("8304 000A 0064");
        Assert.Equal("C303000A0064", _bench.Ask("8303"));
        _bench.Ask("220200");
        Assert.Equal("7F2278", _bench.Advance(8));
        Assert.Equal("7F2278", _bench.Advance(800));
    }

    [Fact]
    public void The_bit_rate_changes_after_it_was_verified()
    {
        _bench.Ask("1003");
        Assert.Equal("C701", _bench.Ask("870112"));
        Assert.Equal("C703", _bench.Ask("8703"));
        Assert.Contains(new UdsLinkChanged(500_000), _bench.Events);
        Assert.Equal("7F8724", _bench.Ask("8703"));
    }

    [Fact]
    public void Authentication_opens_what_needs_it()
    {
        Assert.Equal("690812", _bench.Ask("2908"));
        Assert.Equal("FA0102", _bench.Ask("BA0102"));
        Assert.Equal("690010", _bench.Ask("2900"));
        Assert.Equal("7FBA34", _bench.Ask("BA0102"));
    }

    [Fact]
    public void Conditions_are_checked_after_length_and_security()
    {
        _bench.Test.IsMoving = true;
        Assert.Equal("7F2E13", _bench.Ask("2E0205 01"));
        Assert.Equal("7F2E88", _bench.Ask("2E0205 0102"));
        _bench.Test.IsMoving = false;
        Assert.Equal("6E0205", _bench.Ask("2E0205 0102"));
    }

    [Fact]
    public void A_handler_can_delay_what_the_server_does_itself()
    {
        _bench.Test.Ecu.Serve(UdsService.ReadDataByIdentifier, _ => UdsReply.From(_bench.Test.Slow.Select(_ => UdsReply.BuiltIn)));
        Assert.Equal("", _bench.Ask("220105"));
        _bench.Test.Slow.OnNext(default);
        Assert.Equal("6201055A", _bench.Sent);
        _bench.Test.Ecu.Serve(UdsService.ReadDataByIdentifier, _ => UdsReply.Silence);
        Assert.Equal("", _bench.Ask("220105"));
        _bench.Test.Ecu.Restrict(UdsService.ReadDataByIdentifier, null);
        Assert.Equal("7F2211", _bench.Ask("220105"));
    }

    [Fact]
    public void Clearing_trouble_codes_deletes_what_is_stored_with_them()
    {
        Assert.Equal("54", _bench.Ask("14FFFF33"));
        Assert.Equal("5902FF0A9B1750", _bench.Ask("190210").Replace("C0730050", "", StringComparison.Ordinal));
        Assert.Equal("59040A9B1750", _bench.Ask("19040A9B17FF"));
        Assert.Equal("590BFF", _bench.Ask("190B"));
        Assert.Equal("5915FF08051124", _bench.Ask("1915"));
    }

    [Fact]
    public void A_frozen_store_ignores_results_of_tests()
    {
        _bench.Ask("1003");
        _bench.Ask("8502");
        _bench.Test.Ecu.Dtcs.Report(0xC07300, failed: true);
        Assert.Equal((UdsDtcStatus)0x50, _bench.Test.Ecu.Dtcs.Find(0xC07300)!.Status);
        _bench.Ask("8501");
        _bench.Test.Ecu.Dtcs.Report(0xC07300, failed: true, confirmed: true);
        Assert.Equal((UdsDtcStatus)0x2F, _bench.Test.Ecu.Dtcs.Find(0xC07300)!.Status);
        _bench.Test.Ecu.Dtcs.Report(0xC07300, failed: false);
        Assert.Equal((UdsDtcStatus)0x2E, _bench.Test.Ecu.Dtcs.Find(0xC07300)!.Status);
        _bench.Test.Ecu.Dtcs.BeginOperationCycle();
        _bench.Test.Ecu.Dtcs.Report(0xC07300, failed: false);
        _bench.Test.Ecu.Dtcs.BeginOperationCycle();
        Assert.Equal((UdsDtcStatus)0x68, _bench.Test.Ecu.Dtcs.Find(0xC07300)!.Status); // no longer pending
    }
}
