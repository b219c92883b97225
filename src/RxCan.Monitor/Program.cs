using RxCan.Monitor.Components;
using RxCan.Links;

namespace RxCan.Monitor;

/// <summary>Shows a CAN bus live in the browser: <c>rxcan-monitor can0</c>, or a simulated vehicle.</summary>
internal static class Program
{
    private const string Vehicle = "virtual:vehicle";

    private const string Usage = """
        usage: rxcan-monitor [interface] [options]
          interface               such as can0 or virtual:demo; a simulated vehicle by default

          --urls URL              where to serve the page (http://localhost:5000)
          --bitrate BIT/S         for the bus load; by default the interface's, or 500000 if it has none
          --data-bitrate BIT/S    for the data phase of CAN FD frames; by default the interface's
          --dbc FILE              a CAN database: names of messages, decoded signals, plots by name
          --stale-after SECONDS   when a silent identifier turns grey (2)
          --gone-after SECONDS    when it leaves the table (15)
          --rate FRAMES/S         of the simulated vehicle, spread evenly over its identifiers; realistic by default
          --ids NUMBER            number of identifiers of the simulated vehicle; its own by default
        """;

    private static int Main(string[] args)
    {
        if (args.Any(arg => arg is "-h" or "-?" or "--help"))
        {
            Console.WriteLine(Usage);
            return 0;
        }

        try
        {
            Build(args).Run();
            return 0;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException)
        {
            Console.Error.WriteLine($"rxcan-monitor: {e.Message}{(e is FormatException ? $"\n{Usage}" : "")}");
            return e is FormatException ? 2 : 1;
        }
    }

    /// <summary>Opens the bus and creates the server.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="links">The changes of the interfaces; those that the kernel reports if null.</param>
    /// <param name="restart">Restarts a controller; the kernel if null.</param>
    /// <exception cref="FormatException">An argument is wrong.</exception>
    /// <exception cref="CanBusException">The bus cannot be opened.</exception>
    /// <exception cref="IOException">The database cannot be read.</exception>
    public static WebApplication Build(string[] args, IObservable<CanLinkChange>? links = null, Action<string>? restart = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(Program).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        var options = MonitorOptions.From(args, builder.Configuration);
        var can = CanBus.Open(options.Interface ?? Vehicle, new() { ReceiveOwnMessages = true });

        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(_ => can); // a factory, so that the server disposes it
        builder.Services.AddSingleton(_ => new LiveLinks(links ?? CanLinks.Watch(LiveLinks.Poll), restart ?? CanLinks.Restart, can.Scheduler));
        builder.Services.AddSingleton<LiveBus>();
        builder.Services.AddSingleton<CyclicJobs>();
        builder.Services.AddScoped<View>();
        if (options.Interface is null)
            builder.Services.AddSingleton(_ => new VehicleSimulator(() => CanBus.Open(Vehicle), options));

        var app = builder.Build();
        app.MapStaticAssets();
        app.UseAntiforgery();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        app.Services.GetRequiredService<LiveBus>();
        app.Services.GetService<VehicleSimulator>();
        return app;
    }
}
