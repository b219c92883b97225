using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reactive;
using System.Reactive.Concurrency;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RxCan.Hosting;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

public sealed class HostingTests
{
    private readonly VirtualCanBus _wire = new();
    private readonly LogRecorder _log = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bus_comes_by_its_key_and_is_disposed_with_its_jobs_when_the_host_stops()
    {
        using var host = Start();
        using var peer = _wire.Connect();
        using var received = peer.Record();
        var can = host.Services.GetRequiredKeyedService<ICanBus>("can0");
        using var frames = can.Record();
        using var job = can.SendCyclic(new CanFrame(0x701, [5]), TimeSpan.FromMilliseconds(1)).Record();
        received.WaitForCount(3);

        await host.StopAsync(Ending);

        Assert.Equal(NotificationKind.OnCompleted, frames.WaitForEnd().Kind);
        job.WaitForEnd();
        Assert.Throws<ObjectDisposedException>(() => can.Send(new CanFrame(1, [])));
        Assert.Same(can, host.Services.GetRequiredKeyedService<ICanBus>("can0"));
    }

    [Fact]
    public void A_bus_is_handed_out_before_its_interface_exists()
    {
        _wire.Remove();
        using var host = Start();
        var can = host.Services.GetRequiredKeyedService<ICanBus>("can0");
        using var frames = can.Record();

        Assert.Equal(CanLinkState.Missing, can.State.Link);
        _wire.LinkUp();
        Eventually.True(
            () =>
            {
                using var peer = _wire.Connect();
                peer.Send(new CanFrame(1, []));
                return frames.Count > 0;
            },
            "frames flow");
    }

    [Fact]
    public void Options_come_from_the_configuration_and_the_lambda_has_the_last_word()
    {
        string? name = null;
        CanBusOptions? options = null;
        using var host = Start(
            bus =>
            {
                bus.Options = bus.Options with { Loopback = true };
                var open = bus.Open;
                bus.Open = (n, o) => open(name = n, options = o);
            },
            ("Name", "vcan7"), ("Fd", "false"), ("ErrorMask", "busoff, Controller"), ("ReceiveBufferSize", "65536"), ("Loopback", "false"),
            ("WaitForInterface", "true"), ("ReceiveOwnMessages", "True"));

        Assert.Equal("vcan7", name);
        Assert.Equal(
            new CanBusOptions
            {
                Fd = false,
                ErrorMask = CanErrorClass.BusOff | CanErrorClass.Controller,
                ReceiveBufferSize = 65536,
                WaitForInterface = true,
                ReceiveOwnMessages = true,
            },
            options);
    }

    [Theory]
    [InlineData("Fd", "maybe")]
    [InlineData("ReceiveBufferSize", "-1")]
    [InlineData("ReceiveBufferSize", "99999999999")]
    [InlineData("ErrorMask", "Everything")]
    public void A_wrong_value_in_the_configuration_is_named(string key, string value)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Start(null, (key, value)));
        Assert.Contains($"'{value}' at CanBuses:can0:{key}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_can_be_added_once()
    {
        var services = new ServiceCollection().AddCanBus("can0");
        Assert.Throws<ArgumentException>(() => services.AddCanBus("can0"));
        services.AddCanBus("can1");
    }

    [Fact]
    public void Events_are_logged_with_their_level()
    {
        using var host = Start();
        using var peer = _wire.Connect();
        _log.WaitFor("the bus is up");
        peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        using var bad = host.Services.GetRequiredKeyedService<ICanBus>("can0").Subscribe(_ => throw new InvalidTimeZoneException("on purpose"));
        peer.Send(new CanFrame(1, []));
        _log.WaitFor("on purpose");
        _wire.LinkDown();
        _log.WaitFor("link down");
        _wire.LinkUp();
        _log.WaitFor("link up");

        Assert.Equal(
            [
                (LogLevel.Information, "the bus is up, ErrorActive"), (LogLevel.Debug, "error bus-off"), (LogLevel.Error, "state BusOff"),
                (LogLevel.Error, "an observer threw InvalidTimeZoneException: on purpose"), (LogLevel.Warning, "link down"), (LogLevel.Information, "link up"),
            ],
            _log.Entries.Where(e => e.Category == "RxCan.can0").Select(e => (e.Level, e.Text[(e.Text.LastIndexOf("virtual: ", StringComparison.Ordinal) + 9)..])));
    }

    [Fact]
    public async Task Health_is_the_state_of_the_bus()
    {
        using var host = Start();
        using var peer = _wire.Connect();
        var can = host.Services.GetRequiredKeyedService<ICanBus>("can0");

        Assert.Equal((HealthStatus.Healthy, "virtual is up, ErrorActive"), await Check());
        peer.Send(CanFrame.Error(new() { Class = CanErrorClass.Controller, Controller = CanControllerStatus.ReceivePassive, ReceiveErrors = 129 }));
        Eventually.True(() => can.State.Controller == CanState.ErrorPassive, "the controller is error-passive");
        Assert.Equal((HealthStatus.Degraded, "virtual is up, ErrorPassive"), await Check());
        peer.Send(CanFrame.Error(new() { Class = CanErrorClass.BusOff }));
        Eventually.True(() => can.State.Controller == CanState.BusOff, "the controller is bus-off");
        Assert.Equal((HealthStatus.Unhealthy, "virtual is up, BusOff"), await Check());
        _wire.LinkDown();
        Assert.Equal((HealthStatus.Unhealthy, "virtual is down"), await Check());
        _wire.Remove();
        Assert.Equal((HealthStatus.Unhealthy, "virtual is missing"), await Check());

        async Task<(HealthStatus, string?)> Check()
        {
            var entry = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ending)).Entries["can0"];
            return (entry.Status, entry.Description);
        }
    }

    [Fact]
    public void Metrics_count_frames_and_events_and_show_the_state()
    {
        using var host = Start();
        using var peer = _wire.Connect();
        var can = host.Services.GetRequiredKeyedService<ICanBus>("can0");
        using var frames = can.Record();
        var measured = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == CanMetrics.MeterName && instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.Start();

        for (byte i = 0; i < 10; i++)
            peer.Send(new CanFrame(1, [i]));
        can.Send(new CanFrame(2, []));
        can.SendAsync(new CanFrame(2, [])).AsTask().Wait(Ending);
        frames.WaitForCount(10);
        _wire.LinkDown();
        Eventually.True(() => measured.ContainsKey("can.bus.events link_down"), "the event is counted");
        listener.RecordObservableInstruments();

        Assert.Equal(
            [
                "can.bus.events link_down 1", "can.bus.status down 1", "can.bus.status missing 0", "can.bus.status up 0", "can.frames.dropped 0",
                "can.frames.received 10", "can.frames.sent 2",
            ],
            measured.Select(m => $"{m.Key} {m.Value}").Order(StringComparer.Ordinal));

        void Measure(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Assert.Equal("can0", tags[0].Value);
            measured[tags.Length > 1 ? $"{instrument.Name} {tags[1].Value}" : instrument.Name] = value;
        }
    }

    [Fact]
    public void What_a_bus_discards_is_a_warning_and_counted_by_its_kind()
    {
        using var fed = new FedBus();
        using var host = Start(bus => bus.Open = (_, _) => fed);
        var kinds = new ConcurrentQueue<object?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "can.bus.events" && instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => kinds.Enqueue(tags[1].Value));
        listener.Start();
        Eventually.True(
            () =>
            {
                fed.Discard(new FormatException("no frames")); // nobody may watch it yet
                return kinds.Contains("data_discarded");
            },
            "it is counted");
        Eventually.True(() => _log.Entries.Any(e => e.Level == LogLevel.Warning && e.Text.EndsWith("data discarded: no frames", StringComparison.Ordinal)), "it is logged");
    }

    private IHost Start(Action<CanBusRegistration>? configure = null, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new()); // not one that watches files
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"CanBuses:can0:{s.Key}", (string?)s.Value)));
        builder.Logging.ClearProviders().AddProvider(_log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddCanBus("can0", bus =>
        {
            bus.Open = (_, options) => _wire.Connect(options);
            configure?.Invoke(bus);
        });
        builder.Services.AddHealthChecks().AddCanBus("can0");
        var host = builder.Build();
        host.Start();
        return host;
    }

    private sealed class FedBus() : CanBusBase("fed", CanBusOptions.Default, DefaultScheduler.Instance)
    {
        public void Discard(Exception reason) => Report(new CanDataDiscarded(Name, Scheduler.Now, reason));

        public override void Send(in CanFrame frame) => throw new NotSupportedException();

        public override ValueTask SendAsync(CanFrame frame, TimeSpan? timeout, IScheduler? scheduler, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected override void Connect(CanConnection connection)
        {
        }

        protected override void Apply(CanFilter filter, CanErrorClass errors)
        {
        }

        protected override void Idle(CanConnection connection)
        {
        }

        protected override void Close(CanConnection? connection) => Complete(connection);
    }

    private sealed class LogRecorder : ILoggerProvider
    {
        public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

        public void WaitFor(string text) => Eventually.True(() => Entries.Any(e => e.Text.Contains(text, StringComparison.Ordinal)), $"'{text}' is logged");

        public void Dispose()
        {
        }

        private sealed class Recorder(LogRecorder log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.Entries.Enqueue((category, logLevel, formatter(state, exception)));
        }
    }
}
