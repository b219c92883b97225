using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RxCan.Tests.Brokers;

/// <summary>A mosquitto on loopback, on a port of its own. The test is skipped where there is none, except in CI.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rxcan-mosquitto-");
    private readonly string _program;
    private Process? _process;

    /// <summary>Starts one.</summary>
    /// <param name="isNoDelay">Whether it sends small packets at once (<c>set_tcp_nodelay</c>).</param>
    /// <param name="access">Writes the files for its access control into a folder, and returns the settings; everybody may do everything if null.</param>
    public Mosquitto(bool isNoDelay = true, Func<string, string>? access = null)
    {
        _program = Find();
        Port = FreePort();
        File.WriteAllText(Path.Combine(_folder.FullName, "mosquitto.conf"), $"""
            listener {Port} 127.0.0.1
            {access?.Invoke(_folder.FullName) ?? "allow_anonymous true"}
            set_tcp_nodelay {(isNoDelay ? "true" : "false")}
            max_queued_messages 0
            persistence true
            persistence_location {_folder.FullName}/
            autosave_on_changes true
            autosave_interval 1
            user root
            """);
        Start();
    }

    public int Port { get; }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo(_program, ["-c", Path.Combine(_folder.FullName, "mosquitto.conf")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Bus.Eventually.True(IsListening, "mosquitto listens");
    }

    /// <summary>Ends it with SIGTERM, or SIGKILL.</summary>
    public void Stop(bool kills)
    {
        if (kills)
            _process!.Kill();
        else
            Process.Start("kill", [$"{_process!.Id}"]).WaitForExit();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process!.HasExited)
            Stop(kills: true);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private bool IsListening()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Find()
    {
        foreach (var path in (string[])["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto"])
        {
            if (File.Exists(path))
                return path;
        }

        const string Reason = "needs mosquitto: apt-get install mosquitto";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", Reason);
        Assert.Skip(Reason);
        return "";
    }
}
