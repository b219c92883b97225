using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RxCan.Tests.Brokers;

/// <summary>A mosquitto on loopback or in a network namespace, on a port of its own. The test is skipped where there is none, except in CI.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rxcan-mosquitto-");
    private readonly string _program;
    private readonly NetworkNamespace? _network;
    private Process? _process;

    /// <summary>Starts one.</summary>
    /// <param name="isNoDelay">Whether it sends small packets at once (<c>set_tcp_nodelay</c>).</param>
    /// <param name="access">Writes the files for its access control into a folder, and returns the settings; everybody may do everything if null.</param>
    /// <param name="network">Where it runs; here if null.</param>
    /// <param name="autosaves">Whether it saves its sessions after each change, and not only when it ends in order.</param>
    public Mosquitto(bool isNoDelay = true, Func<string, string>? access = null, NetworkNamespace? network = null, bool autosaves = false)
    {
        _network = network;
        _program = Find();
        Port = FreePort();
        File.WriteAllText(Path.Combine(_folder.FullName, "mosquitto.conf"), $"""
            listener {Port} {Address}
            {access?.Invoke(_folder.FullName) ?? "allow_anonymous true"}
            set_tcp_nodelay {(isNoDelay ? "true" : "false")}
            max_queued_messages 0
            persistence true
            persistence_location {_folder.FullName}/
            autosave_on_changes {(autosaves ? "true" : "false")}
            autosave_interval {(autosaves ? 1 : 0)}
            user root
            """);
        Start();
    }

    public string Address => _network?.Address ?? "127.0.0.1";

    public int Port { get; }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Start()
    {
        string[] command = [.. _network?.Prefix ?? [], _program, "-c", Path.Combine(_folder.FullName, "mosquitto.conf")];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
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
            socket.Connect(IPAddress.Parse(Address), Port);
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
