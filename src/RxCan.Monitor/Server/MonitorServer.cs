using System.Net;
using System.Reactive.Concurrency;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using RxCan.Links;
using RxCan.Logs;
using RxCan.Monitor.Components;

namespace RxCan.Monitor;

/// <summary>The web server of a monitor.</summary>
internal static class MonitorServer
{
    private const string Vehicle = "virtual:vehicle";
    private const int ReceiveBufferSize = 64 << 20; // 100,000 frames: a machine that stalls for seconds loses nothing

    /// <summary>Opens the buses and creates the server.</summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="links">The changes of the interfaces; those that the kernel reports if null.</param>
    /// <param name="restart">Restarts a controller; the kernel if null.</param>
    /// <exception cref="CanBusException">A bus cannot be opened.</exception>
    /// <exception cref="IOException">A log cannot be opened.</exception>
    /// <exception cref="CanLogException">A file is no log.</exception>
    public static WebApplication Build(MonitorOptions options, IObservable<CanLinkChange>? links = null, Action<string>? restart = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(MonitorServer).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear(); // the command line alone says where it listens
        var buses = Open(options);

        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (options.Address is { } any && any.Equals(IPAddress.IPv6Any))
                kestrel.ListenAnyIP(options.Port);
            else if (options.Address is not null)
                kestrel.Listen(options.Address, options.Port);
            else if (options.Port == 0)
                kestrel.Listen(IPAddress.Loopback, 0);
            else
                kestrel.ListenLocalhost(options.Port);
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // Program says why it does not start
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1)); // open pages do not hold it up
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        // A browser lets a hidden page speak once a minute.
        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents(circuits => circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(15))
            .AddHubOptions(hub => (hub.KeepAliveInterval, hub.ClientTimeoutInterval) = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Access>();
        builder.Services.AddSingleton<IAntiforgery, NoForms>(); // after those of Blazor: the last one counts
        builder.Services.AddSingleton(_ => new LiveLinks(links ?? CanLinks.Watch(LiveLinks.Poll), restart ?? CanLinks.Restart, buses[0].Scheduler, options));
        builder.Services.AddSingleton(services => new LiveBuses(buses, options, services.GetRequiredService<LiveLinks>()));
        builder.Services.AddSingleton<CyclicJobs>();
        builder.Services.AddSingleton<OpenWorkspace>();
        builder.Services.AddSingleton<BusRecorder>();
        builder.Services.AddSingleton<Exchanges>();
        builder.Services.AddScoped<View>();
        if (options.IsSimulated)
            builder.Services.AddSingleton(_ => new VehicleSimulator(() => CanBus.Open(Vehicle), options));

        var app = builder.Build();
        var access = app.Services.GetRequiredService<Access>();
        app.Use(next => context => access.ServeAsync(context, next));
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        app.MapGet("/trace.log", TraceDownload.WriteAsync);
        app.MapGet("/workspace.json", (OpenWorkspace workspace, string[] plot) =>
            Results.File(System.Text.Encoding.UTF8.GetBytes(workspace.Current(plot, folder: null).ToString()), "application/json", "workspace.json"));
        app.Services.GetRequiredService<LiveBuses>();
        app.Services.GetRequiredService<OpenWorkspace>();
        app.Services.GetService<VehicleSimulator>();
        return app;
    }

    /// <summary>What is open where, in one line. For a server that is started.</summary>
    public static string Describe(WebApplication app)
    {
        var options = app.Services.GetRequiredService<MonitorOptions>();
        var buses = app.Services.GetRequiredService<LiveBuses>();
        var port = new Uri(app.Urls.First().Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
        var host = options.Address is null ? "localhost"
            : options.Address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName()
            : options.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{options.Address}]" : $"{options.Address}";
        var name = options.IsSimulated ? "a simulated vehicle" : string.Join(", ", buses.All.Select(bus =>
            bus.IsInProcess ? $"{bus.Name} (in this process only)"
            : bus.Log is not null ? $"the log {bus.Name}"
            : bus.Name));
        var who = options.Token is not null ? "whoever has this address" : "this machine only";
        var may = options.IsReadOnly || !buses.Sendable.Any() ? "read only" : "may send";
        return $"rxcan-monitor: {name} at http://{host}:{port}/{(options.Token is null ? "" : $"?token={options.Token}")} ({who}; {may}). Ctrl+C ends it.";
    }

    /// <summary>Opens all buses, or none.</summary>
    private static List<ICanBus> Open(MonitorOptions options)
    {
        var buses = new List<ICanBus>();
        try
        {
            foreach (var bus in options.IsSimulated ? [new(Vehicle)] : options.Buses)
            {
                buses.Add(bus.LogFile is { } file
                    ? new LogPlayer(file, bus.Name, DefaultScheduler.Instance)
                    : CanBus.Open(bus.Name, new() { ReceiveOwnMessages = true, ReceiveBufferSize = ReceiveBufferSize }));
            }

            return buses;
        }
        catch
        {
            buses.ForEach(bus => bus.Dispose());
            throw;
        }
    }
}
