using System.Reactive;
using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.Tests.Operators;

public sealed class RestartOnBusOffTests
{
    private static readonly CanRestartOptions Options = new() { Delay = Ms(100), MaxDelay = Ms(1000) };

    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);
    private readonly VirtualCanBus _bus;
    private readonly ICanBus _can;
    private readonly ICanBus _wire;
    private readonly List<(double Ms, string What)> _told = [];

    public RestartOnBusOffTests()
    {
        _bus = new(_time);
        _can = _bus.Connect();
        _wire = _bus.Connect();
    }

    [Fact]
    public void A_bus_off_controller_is_restarted_after_the_delay_and_the_restart_is_reported()
    {
        _can.Events.Subscribe(e => Tell(e is CanStateChanged { State: var state } ? $"{state}" : ""));
        using var restarts = Subscribe();

        BusOffAt(10);
        AdvanceTo(5000);

        Assert.Equal([(10, "BusOff"), (110, "restart 1 after 100"), (110, "ErrorActive")], _told);
    }

    [Fact]
    public void Delays_double_up_to_the_limit_and_reset_after_a_while_on_the_bus()
    {
        using var restarts = Subscribe();

        foreach (var at in (int[])[0, 150, 400, 900, 1800, 3000, 4999])
            BusOffAt(at);
        AdvanceTo(20_000);

        Assert.Equal(
            [
                (100, "restart 1 after 100"), (350, "restart 2 after 200"), (800, "restart 3 after 400"), (1700, "restart 4 after 800"),
                (2800, "restart 5 after 1000"), (4000, "restart 6 after 1000"), (5999, "restart 7 after 1000"),
            ],
            _told);
        _told.Clear();

        BusOffAt(20_000);
        AdvanceTo(21_000);

        Assert.Equal([(20_100, "restart 1 after 100")], _told);
    }

    [Fact]
    public void A_flood_of_bus_off_frames_neither_delays_nor_repeats_the_restart()
    {
        using var restarts = Subscribe();

        for (var at = 0; at < 100; at += 10)
            BusOffAt(at);
        AdvanceTo(5000);

        Assert.Equal([(100, "restart 1 after 100")], _told);
    }

    [Fact]
    public void A_failed_restart_is_reported_and_retried_later()
    {
        var failures = 3;
        using var restarts = Subscribe(Options with { Restart = () => _ = failures-- > 0 ? throw new CanPermissionException("x", "no") : 0 });

        BusOffAt(0);
        AdvanceTo(5000);

        Assert.Equal(
            [
                (100, "restart 1 after 100: no"), (300, "restart 2 after 200: no"), (700, "restart 3 after 400: no"), (1500, "restart 4 after 800"),
            ],
            _told);
    }

    [Fact]
    public void A_controller_that_is_restarted_elsewhere_is_left_alone()
    {
        using var restarts = Subscribe();

        BusOffAt(0);
        AdvanceTo(50);
        _wire.Send(CanFrame.Error(new() { Class = CanErrorClass.Restarted }));
        AdvanceTo(5000);

        Assert.Empty(_told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attempts_end_when_the_link_goes_down_or_the_interface_is_removed(bool isRemoved)
    {
        using var restarts = Subscribe();

        BusOffAt(0);
        AdvanceTo(50);
        if (isRemoved)
            _bus.Remove();
        else
            _bus.LinkDown();
        AdvanceTo(5000);

        Assert.Empty(_told);
    }

    [Fact]
    public void A_controller_that_is_already_bus_off_is_restarted_too()
    {
        BusOffAt(0);
        AdvanceTo(1000);
        using var restarts = Subscribe();
        AdvanceTo(5000);

        Assert.Equal([(1100, "restart 1 after 100")], _told);
    }

    [Fact]
    public void Nothing_is_restarted_after_disposing()
    {
        var restarts = Subscribe();
        BusOffAt(0);
        AdvanceTo(50);

        restarts.Dispose();
        AdvanceTo(5000);

        Assert.Empty(_told);
        Assert.Throws<CanInterfaceBusyException>(() => RestartTwice()); // so it was still bus-off
    }

    [Fact]
    public void It_completes_when_the_bus_is_disposed()
    {
        using var restarts = Subscribe();
        BusOffAt(0);
        AdvanceTo(50);

        _can.Dispose();
        AdvanceTo(5000);

        Assert.Equal([(50, "completed")], _told);
    }

    [Fact]
    public void Arguments_are_validated_immediately()
    {
        Assert.Throws<ArgumentNullException>(() => CanObservable.RestartOnBusOff(null!));
        Assert.Throws<ArgumentException>(() => _can.RestartOnBusOff(new() { Delay = Ms(100), MaxDelay = Ms(99) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanRestartOptions { Delay = Ms(-1) });
        Assert.Throws<NotSupportedException>(() => new AnothersBus().RestartOnBusOff());
        new AnothersBus().RestartOnBusOff(new() { Restart = () => { } });
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private IDisposable Subscribe(CanRestartOptions? options = null) => _can.RestartOnBusOff(options ?? Options).Subscribe(
        r => Tell($"restart {r.Attempt} after {r.Delay.TotalMilliseconds}{(r.Error is { } error ? $": {error.Message}" : "")}"),
        error => Tell($"{error}"),
        () => Tell("completed"));

    private void Tell(string what)
    {
        if (what != "")
            _told.Add(((_time.Now - DateTimeOffset.UnixEpoch).TotalMilliseconds, what));
    }

    private void BusOffAt(double ms)
    {
        if (ms > (_time.Now - DateTimeOffset.UnixEpoch).TotalMilliseconds)
            AdvanceTo(ms);
        _wire.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
    }

    private void AdvanceTo(double ms) => _time.AdvanceTo(DateTimeOffset.UnixEpoch + Ms(ms));

    private void RestartTwice()
    {
        ((ICanLink)_can).RestartController();
        ((ICanLink)_can).RestartController();
    }

    /// <summary>A bus from another library.</summary>
    private sealed class AnothersBus : ICanBus
    {
        public string Name => "another's";

        public CanBusOptions Options => CanBusOptions.Default;

        public IScheduler Scheduler => DefaultScheduler.Instance;

        public CanBusState State => default;

        public IObservable<CanBusEvent> Events => System.Reactive.Linq.Observable.Never<CanBusEvent>();

        public IObservable<CanFrame> Where(CanFilter filter) => throw new NotSupportedException();

        public IDisposable Subscribe(IObserver<CanFrame> observer) => throw new NotSupportedException();

        public void Send(in CanFrame frame) => throw new NotSupportedException();

        public ValueTask SendAsync(CanFrame frame, TimeSpan? timeout, IScheduler? scheduler, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
