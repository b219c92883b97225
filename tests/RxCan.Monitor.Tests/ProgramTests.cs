using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RxCan.Monitor.Tests;

/// <summary>The program as a process.</summary>
public sealed class ProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_port_in_use_is_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var program = Start($"--listen 127.0.0.1:{port}");
        Assert.True(program.WaitForExit(Deadline));
        Assert.Equal(1, program.ExitCode);
        Assert.Matches($@"^rxcan-monitor: Port {port} is in use[^\n]*--listen[^\n]*\n$", program.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_mistake_is_one_sentence_and_nothing_starts()
    {
        using var unknown = Start("--readonly can0");
        using var missing = Start("no-such-can");
        Assert.True(unknown.WaitForExit(Deadline) && missing.WaitForExit(Deadline));
        Assert.Equal((2, 1), (unknown.ExitCode, missing.ExitCode));
        Assert.Matches(@"^rxcan-monitor: [^\n]+\nTry: rxcan-monitor --help\n$", unknown.StandardError.ReadToEnd());
        Assert.Matches(@"^rxcan-monitor: no-such-can: [^\n]+\n$", missing.StandardError.ReadToEnd());
    }

    [Fact]
    public void An_interrupt_ends_it_at_any_time_without_a_stack_trace()
    {
        using var program = Start("--listen localhost:0");
        var waited = Stopwatch.StartNew();
        do
            Process.Start("kill", ["-INT", $"{program.Id}"]).WaitForExit();
        while (!program.WaitForExit(TimeSpan.FromMilliseconds(50)) && waited.Elapsed < Deadline);
        Assert.True(program.HasExited);
        Assert.Contains(program.ExitCode, new[] { 0, 130 });
        Assert.DoesNotContain("   at ", program.StandardError.ReadToEnd());
    }

    [Fact]
    public async Task It_says_where_it_listens_and_ends_with_an_interrupt()
    {
        using var program = Start("--listen localhost:0 --read-only");
        var line = await program.StandardOutput.ReadLineAsync().WaitAsync(Deadline);
        Assert.Matches(@"^rxcan-monitor: a simulated vehicle at http://localhost:\d+/ \(this machine only; read only\)\. Ctrl\+C ends it\.$", line);
        using var client = new HttpClient();
        var page = await client.GetStringAsync(line!.Split(' ').Single(word => word.StartsWith("http", StringComparison.Ordinal)));
        Assert.Contains("stylesheet", page);
        Process.Start("kill", ["-INT", $"{program.Id}"]).WaitForExit();
        Assert.True(program.WaitForExit(Deadline));
        Assert.Equal((0, ""), (program.ExitCode, program.StandardError.ReadToEnd()));
    }

    // What a shell starts in the background ignores SIGINT, and so does what that starts.
    private static Process Start(string arguments) => Process.Start(new ProcessStartInfo(
        "env", $"--default-signal=INT dotnet exec {Path.Combine(AppContext.BaseDirectory, "RxCan.Monitor.dll")} {arguments}")
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
