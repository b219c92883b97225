using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace RxCan.Monitor;

/// <summary>Shows CAN buses live in the browser: <c>rxcan-monitor can0</c>, a log, or a simulated vehicle.</summary>
internal static class Program
{
    /// <summary>Exit status: 0 done, 1 trouble with the bus, a file or the address, 2 usage.</summary>
    private static async Task<int> Main(string[] args)
    {
        MonitorOptions? options = null;
        try
        {
            options = MonitorCommand.Read(args, Console.Out);
            if (options is null)
                return 0;
            await using var app = MonitorServer.Build(options);
            await app.StartAsync();
            Console.WriteLine(MonitorServer.Describe(app));
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (OperationCanceledException) // Ctrl+C while it starts
        {
            return 0;
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine($"rxcan-monitor: {e.Message}\nTry: rxcan-monitor --help");
            return 2;
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentException or UnauthorizedAccessException or CanDatabaseException or NotSupportedException)
        {
            Console.Error.WriteLine($"rxcan-monitor: {Why(e, options)}");
            return 1;
        }
    }

    private static string Why(Exception error, MonitorOptions? options) => error switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"Port {options?.Port} is in use, perhaps by another monitor. Take another one: --listen {options?.Address?.ToString() ?? "localhost"}:{(options?.Port + 1) % 65536}",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => $"{options?.Address} is not an address of this machine.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"Port {options?.Port} takes more rights: choose one above 1023.",
        _ => error.Message,
    };
}
