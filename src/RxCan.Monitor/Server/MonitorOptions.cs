using System.Net;

namespace RxCan.Monitor;

/// <summary>What the command line asks for.</summary>
internal sealed record MonitorOptions
{
    /// <summary>The interfaces and logs; none for the simulated vehicle.</summary>
    public IReadOnlyList<BusArgument> Buses { get; init; } = [];

    /// <summary>Whether the bus is the simulated vehicle.</summary>
    public bool IsSimulated => Buses.Count == 0;

    /// <summary>In bit/s; null for the interface's.</summary>
    public int? Bitrate { get; init; }

    /// <summary>In bit/s, for the data phase of CAN FD; null for the interface's.</summary>
    public int? DataBitrate { get; init; }

    /// <summary>What the frames mean; null if the bits are all there is to know.</summary>
    public Databases? Database { get; init; }

    /// <summary>Where the workspace is saved; null if the page shall ask.</summary>
    public string? WorkspaceFile { get; init; }

    /// <summary>What was in that file; null if it is new.</summary>
    public Workspace? Workspace { get; init; }

    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When a silent identifier leaves the table; null for never.</summary>
    public TimeSpan? GoneAfter { get; init; }

    /// <summary>The number of frames that the trace keeps, of about 80 bytes each.</summary>
    public int TraceCapacity { get; init; } = 1_000_000;

    /// <summary>The folder of recordings.</summary>
    public string RecordTo { get; init; } = ".";

    /// <summary>The frames/s of the simulated vehicle; null for a realistic rate.</summary>
    public int? Rate { get; init; }

    /// <summary>The number of identifiers of the simulated vehicle; null for its default.</summary>
    public int? Ids { get; init; }

    /// <summary>The address to listen on; null for this machine only.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; init; } = 5000;

    /// <summary>What a page must show before it is served; null if nothing.</summary>
    public string? Token { get; init; }

    /// <summary>Further names of this server.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Whether pages cannot send, request or restart.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether other machines can reach it.</summary>
    public bool IsOpenToNetwork => Address is not null && !IPAddress.IsLoopback(Address);

    /// <exception cref="InvalidOperationException">This monitor may only read.</exception>
    public void ThrowIfReadOnly()
    {
        if (IsReadOnly)
            throw new InvalidOperationException("This monitor was started with --read-only: it does not send.");
    }
}
