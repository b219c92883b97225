using System.Net;
using System.Net.Sockets;

namespace RxCan.Monitor.Tests;

/// <summary>A network between a browser and a server that can be cut as a cable is: nothing gets through, and nobody is told.</summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private volatile TaskCompletionSource _whole = new();

    public Cable(string server)
    {
        _server = new Uri(server).Port;
        _whole.SetResult();
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Cut() => _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What waited goes through now.</summary>
    public void Mend() => _whole.TrySetResult();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
                _ = JoinAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task JoinAsync(TcpClient browser)
    {
        using (browser)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server);
                await Task.WhenAny(PassAsync(browser, server), PassAsync(server, browser));
            }
            catch (SocketException)
            {
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        try
        {
            var bytes = new byte[65536];
            for (int count; (count = await from.GetStream().ReadAsync(bytes)) > 0;)
            {
                await _whole.Task;
                await to.GetStream().WriteAsync(bytes.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
