using System.ComponentModel;
using System.Diagnostics;

namespace RxCan.Cli.Commands;

/// <summary><c>rxcan monitor</c>: starts the browser monitor, which is a package of its own.</summary>
internal static class MonitorCommand
{
    private const string Program = "rxcan-monitor";

    public static BenchCommand Create(Shell shell)
    {
        var command = new BenchCommand(
            "monitor", $"Shows a bus live in the browser: starts {Program} with what follows. Its options: {Program} --help",
            "rxcan monitor can0", "rxcan monitor can0 --dbc vehicle.dbc --read-only")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        return command.Does(parsed =>
        {
            try
            {
                using var monitor = Process.Start(new ProcessStartInfo(Program, parsed.UnmatchedTokens) { UseShellExecute = false })!;
                shell.HasResult = true;
                monitor.WaitForExit(); // Ctrl+C reaches it too
                return monitor.ExitCode;
            }
            catch (Win32Exception)
            {
                shell.Say($"rxcan: {Program} is not installed. Install it with: dotnet tool install --global RxCan.Monitor");
                return ExitCode.Trouble;
            }
        });
    }
}
