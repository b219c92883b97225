using System.Reactive.Linq;
using RxCan.Tests.Bus;
using RxCan.Uds;

namespace RxCan.Tests.Client;

/// <summary>A session is a subscription; security access tells of its attempts.</summary>
public sealed class UdsSessionTests
{
    private static readonly UdsOptions Options = new() { KeepAlive = TimeSpan.FromSeconds(2) };

    private static ScriptedEcu Ecu(UdsOptions? options = null) =>
        new ScriptedEcu(options ?? Options).On("1003", "5003003201F4").On("1002", "5002003201F4").On("1001", "5001003201F4").On("1101", "5101");

    [Fact]
    public void A_session_is_entered_kept_alive_and_left()
    {
        using var ecu = Ecu();
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        Assert.Empty(ecu.Requests);
        ecu.Pass(7000);
        Assert.Equal(UdsSession.Extended, Assert.Single(session.Values).Session);
        Assert.Equal([2000, 4000, 6000], ecu.TimesOf("3E80"));
        session.Subscription!.Dispose();
        session.Subscription.Dispose();
        ecu.Pass(60_000);
        Assert.Equal([7000], ecu.TimesOf("1001"));
        Assert.Equal([2000, 4000, 6000], ecu.TimesOf("3E80"));
        Assert.False(session.HasEnded);
    }

    [Fact]
    public void A_request_counts_as_a_sign_of_life()
    {
        using var ecu = Ecu().On("22F190", "62F19041");
        ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(1500);
        ecu.Get(ecu.Client.ReadData(0xF190).Do(_ => { }).Take(1));
        Assert.Equal(3500, ecu.TimesOf("3E80")[0]);
    }

    [Fact]
    public void A_session_is_kept_alive_while_a_request_is_pending()
    {
        using var ecu = Ecu();
        ecu.On("3101FF00", [.. Enumerable.Range(0, 150).Select(i => $"{i * 4000} 7F3178"), "600000 7101FF00"]);
        ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(1);
        var run = ecu.Record(ecu.Client.StartRoutine(0xFF00));
        ecu.Pass(600_001);
        Assert.True(run.IsCompleted);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => 1 + (i * 2000.0)), ecu.TimesOf("3E80"));
    }

    [Fact]
    public void A_reply_to_TesterPresent_is_not_taken_for_an_answer()
    {
        using var ecu = Ecu().On("3E80", "7E00").On("3101FF00", "7F3178", "4500 7101FF0055");
        ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(1);
        Assert.Equal([0x55], ecu.Get(ecu.Client.StartRoutine(0xFF00)));
    }

    [Fact]
    public void A_refused_session_is_an_error_and_is_not_left()
    {
        using var ecu = new ScriptedEcu().On("1002", "7F1022");
        var session = ecu.Record(ecu.Client.Session(UdsSession.Programming));
        ecu.Pass(10_000);
        Assert.Equal(UdsNegativeResponseCode.ConditionsNotCorrect, Assert.IsType<UdsNegativeResponseException>(session.Error).Code);
        session.Subscription!.Dispose();
        ecu.Pass(10_000);
        Assert.Equal(["1002"], ecu.Requests);
    }

    [Fact]
    public void Disposing_before_the_turn_of_a_session_sends_nothing_and_before_the_answer_leaves_it()
    {
        using var ecu = Ecu().On("22F190", "500 62F19041");
        var read = ecu.Record(ecu.Client.ReadData(0xF190));
        ecu.Client.Session(UdsSession.Extended).Subscribe().Dispose();
        ecu.Pass(1000);
        Assert.True(read.IsCompleted);
        Assert.Equal(["22F190"], ecu.Requests);

        using var slow = new ScriptedEcu().On("1003", "500 5003003201F4").On("1001", "5001003201F4");
        var session = slow.Client.Session(UdsSession.Extended).Subscribe();
        slow.Pass(100);
        session.Dispose();
        slow.Pass(60_000);
        Assert.Equal(["1003", "1001"], slow.Requests);
    }

    [Fact]
    public void Another_session_takes_over()
    {
        using var ecu = Ecu();
        var extended = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        var programming = ecu.Record(ecu.Client.Session(UdsSession.Programming));
        ecu.Pass(2500);
        Assert.True(extended.IsCompleted);
        Assert.False(programming.HasEnded);
        extended.Subscription!.Dispose();
        Assert.Equal([2000], ecu.TimesOf("3E80"));
        programming.Subscription!.Dispose();
        ecu.Pass(5000);
        Assert.Equal(["1003", "1002", "3E80", "1001"], ecu.Requests);
    }

    [Fact]
    public void A_reset_ends_the_session_with_an_error()
    {
        using var ecu = Ecu();
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(100);
        ecu.Get(ecu.Client.Reset());
        Assert.Equal(UdsSession.Extended, Assert.IsType<UdsSessionException>(session.Error).Session);
        session.Subscription!.Dispose();
        ecu.Pass(10_000);
        Assert.Equal(["1003", "1101"], ecu.Requests);
    }

    [Fact]
    public void A_control_unit_that_has_left_the_session_is_noticed_if_the_session_is_checked()
    {
        using var ecu = Ecu(Options with { CheckSession = true }).On("22F186", "62F18603").On("22F186", "62F18601");
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(3999);
        Assert.False(session.HasEnded);
        ecu.Pass(1);
        Assert.Contains("not Extended", Assert.IsType<UdsSessionException>(session.Error).Message);
        Assert.Equal(["1003", "22F186", "22F186"], ecu.Requests);
    }

    [Fact]
    public void A_control_unit_that_cannot_be_checked_is_kept_alive_as_usual()
    {
        using var ecu = Ecu(Options with { CheckSession = true }).On("22F186", "7F2231");
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(6500);
        Assert.False(session.HasEnded);
        Assert.Equal(["1003", "22F186", "3E80", "3E80"], ecu.Requests);
    }

    [Fact]
    public void A_control_unit_that_could_not_be_reached_for_S3_has_left_the_session()
    {
        using var ecu = Ecu(Options with { IsoTp = new() { NAs = TimeSpan.FromSeconds(1) } });
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(100);
        ecu.Bus.LinkDown();
        ecu.Pass(4899.9999);
        Assert.False(session.HasEnded);
        ecu.Pass(0.0001);
        Assert.Contains("(S3)", Assert.IsType<UdsSessionException>(session.Error).Message);
    }

    [Fact]
    public void A_removed_bus_ends_the_session()
    {
        using var ecu = Ecu();
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(100);
        ecu.Bus.Remove();
        ecu.Pass(1);
        Assert.IsAssignableFrom<CanBusException>(session.Error);
    }

    [Fact]
    public void Disposing_of_the_client_returns_to_the_default_session()
    {
        using var ecu = Ecu();
        var session = ecu.Record(ecu.Client.Session(UdsSession.Extended));
        ecu.Pass(100);
        ecu.Client.Dispose();
        ecu.Pass(1000);
        Assert.Equal(["1003", "1001"], ecu.Requests);
        Assert.IsType<ObjectDisposedException>(session.Error);
    }

    [Fact]
    public void Unlocking_sends_the_key_of_the_seed()
    {
        using var ecu = new ScriptedEcu().On("2701", "6701AABB").On("27025544", "6702");
        var steps = ecu.Record(ecu.Client.Unlock(1, seed => [.. seed.Select(b => (byte)~b)]));
        ecu.Pass(100);
        Assert.Equal([new(UdsUnlockState.KeySent, 1), new UdsUnlockStep(UdsUnlockState.Unlocked, 1)], steps.Values);
        Assert.True(steps.IsCompleted);
    }

    [Fact]
    public void A_seed_of_zeros_needs_no_key()
    {
        using var ecu = new ScriptedEcu().On("270301", "67030000");
        var step = ecu.Get(ecu.Client.Unlock(3, seed => throw new InvalidOperationException(), new() { Data = new byte[] { 1 } }));
        Assert.Equal(new(UdsUnlockState.Unlocked, 0), step);
    }

    [Fact]
    public void Invalid_keys_and_lock_outs_are_data_and_the_delay_is_waited_for_to_the_tick()
    {
        using var ecu = new ScriptedEcu().On("2701", "6701AA").On("2701", "6701AA").On("2701", "7F2737").On("2701", "6701AA")
            .On("270255", "7F2735").On("270255", "7F2736").On("270255", "6702");
        var steps = ecu.Record(ecu.Client.Unlock(
            1, seed => [0x55], new() { Attempts = 3, Delay = TimeSpan.FromSeconds(10), Delays = 2 }));
        ecu.Pass(19_999.9999);
        Assert.Equal([0, 0, 10_000], ecu.TimesOf("2701"));
        ecu.Pass(0.0001);
        ecu.Pass(100);
        Assert.Equal(
            [
                "KeySent 1", "InvalidKey 1", "KeySent 2", "InvalidKey 2", "Delayed 2 10", "Delayed 2 10", "KeySent 3", "Unlocked 3",
            ],
            steps.Values.Select(s => $"{s.State} {s.Attempts}{(s.Delay > TimeSpan.Zero ? $" {s.Delay.TotalSeconds}" : "")}"));
        Assert.True(steps.IsCompleted);
    }

    [Theory]
    [InlineData("7F2735", UdsNegativeResponseCode.InvalidKey)]
    [InlineData("7F2736", UdsNegativeResponseCode.ExceededNumberOfAttempts)]
    [InlineData("7F2724", UdsNegativeResponseCode.RequestSequenceError)]
    public void What_cannot_be_unlocked_is_an_error(string response, UdsNegativeResponseCode code)
    {
        using var ecu = new ScriptedEcu().On("2701", "6701AA").On("270255", response);
        var steps = ecu.Record(ecu.Client.Unlock(1, seed => [0x55]));
        ecu.Pass(100);
        Assert.Equal(code, Assert.IsType<UdsNegativeResponseException>(steps.Error).Code);
    }

    [Fact]
    public void A_key_function_that_throws_fails_the_unlocking()
    {
        using var ecu = new ScriptedEcu().On("2701", "6701AA");
        var error = ecu.Fails<NotSupportedException>(ecu.Client.Unlock(1, seed => throw new NotSupportedException("no key")).Select(s => (object)s));
        Assert.Equal("no key", error.Message);
    }
}
