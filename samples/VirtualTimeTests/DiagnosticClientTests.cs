using System.Reactive.Linq;
using Microsoft.Reactive.Testing;
using RxCan;
using RxCan.IsoTp;

namespace VirtualTimeTests;

/// <summary>The control unit's single frames are recorded; its long answers come from its own session.</summary>
public sealed class DiagnosticClientTests : ReactiveTest, IDisposable
{
    private static readonly CanId Tx = 0x7E0, Rx = 0x7E8;
    private static readonly byte[] Vin = [0x62, 0xF1, 0x90, .. "WRXCAN00000000001"u8];

    private readonly TestScheduler _time = new();
    private readonly ICanBus _tester;
    private readonly ICanBus _ecu;
    private readonly IIsoTpSession _session;
    private readonly ITestableObserver<CanFrame> _requests;

    public DiagnosticClientTests()
    {
        var bus = new VirtualCanBus(_time);
        (_tester, _ecu) = (bus.Connect(), bus.Connect());
        _session = _tester.OpenIsoTp(Tx, Rx);
        _requests = _time.CreateObserver<CanFrame>();
        _ecu.Where(CanFilter.Id(Tx)).Where(frame => frame.Data[0] == 3).Subscribe(_requests); // requests, but no flow control
    }

    public void Dispose()
    {
        _session.Dispose();
        _tester.Dispose();
        _ecu.Dispose();
    }

    [Fact]
    public void A_control_unit_that_sleeps_is_asked_again_after_pauses_that_double()
    {
        using var ecu = _ecu.OpenIsoTp(tx: Rx, rx: Tx);
        using var answering = ecu.Where(_ => _time.Clock > S(60)).Subscribe(_ => ecu.Send(Vin)); // wakes after a minute

        var vin = _time.Start(() => DiagnosticClient.ReadVin(_session, _time), created: 0, subscribed: S(0.5), disposed: S(300));

        Assert.Equal([0.5, 1.65, 3.8, 7.95, 16.1, 32.25, 64.4], _requests.Messages.Select(message => Seconds(message.Time)));
        Assert.Equal("WRXCAN00000000001", vin.Messages[0].Value.Value);
        Assert.Equal(64.4, Seconds(vin.Messages[0].Time));
        Assert.Equal(2, vin.Messages.Count); // it completed
    }

    [Fact]
    public void After_eight_attempts_the_client_gives_up()
    {
        var vin = _time.Start(() => DiagnosticClient.ReadVin(_session, _time), created: 0, subscribed: S(0.5), disposed: S(300));

        Assert.Equal(8, _requests.Messages.Count);
        Assert.IsType<TimeoutException>(Assert.Single(vin.Messages).Value.Exception);
        Assert.Equal(0.5 + 127 + (8 * 0.15), Seconds(vin.Messages[0].Time));
    }

    [Fact]
    public void A_busy_control_unit_is_asked_again_and_a_refusal_is_final()
    {
        var ecu = _time.CreateHotObservable(
            OnNext(S(0.6), CanFrame.Parse("7E8#037F2221")), // busy, repeat request
            OnNext(S(1.7), CanFrame.Parse("7E8#037F2278")), // response pending: no answer yet
            OnNext(S(4.7), CanFrame.Parse("7E8#037F2233"))); // security access denied
        using var answering = ecu.Subscribe(frame => _ecu.Send(frame));

        var vin = _time.Start(() => DiagnosticClient.ReadVin(_session, _time), created: 0, subscribed: S(0.5), disposed: S(300));

        Assert.Equal([0.5, 1.6], _requests.Messages.Select(message => Seconds(message.Time)));
        Assert.IsType<InvalidOperationException>(Assert.Single(vin.Messages).Value.Exception);
        Assert.Equal(4.7, Seconds(vin.Messages[0].Time));
    }

    private static long S(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    /// <summary>To the millisecond: a frame takes one tick of 100 ns to reach its receiver.</summary>
    private static double Seconds(long ticks) => Math.Round(TimeSpan.FromTicks(ticks).TotalSeconds, 3);
}
