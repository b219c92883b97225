using System.Collections.Immutable;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace RxCan.Monitor;

/// <summary>One of the buses, with its state.</summary>
internal sealed class LiveBus : IDisposable
{
    private static readonly TimeSpan LoadWindow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LossShown = TimeSpan.FromSeconds(10);
    private const int LoadsKept = 120;
    private const int UsualBitrate = 500_000;

    private readonly LiveLinks _links;
    private readonly bool _isOnly;
    private readonly SerialDisposable _work = new();
    private ImmutableDictionary<string, string> _labels = ImmutableDictionary<string, string>.Empty;
    private HashSet<CanFrame> _sending = [];
    private long _count;
    private long _countSeen;
    private DateTimeOffset _loadedAt;
    private DateTimeOffset _lostAt;

    /// <summary>Prepares the watch of a bus.</summary>
    /// <param name="can">The bus, which it disposes.</param>
    /// <param name="isOnly">Whether there is no other.</param>
    /// <param name="options">The bit rates for its load.</param>
    /// <param name="links">Where its interface's state is.</param>
    public LiveBus(ICanBus can, bool isOnly, MonitorOptions options, LiveLinks links)
    {
        (Can, Log, _isOnly, _links) = (can, can as LogPlayer, isOnly, links);
        Started = can.Scheduler.Now;
        _loadedAt = Now;
        Frames = can.Reconnect(scheduler: can.Scheduler).Select(Labelled);
        var bitrates = links.Updates.Select(_ => links.Find(Name)?.Link.Controller).Select(controller => (
            Arbitration: options.Bitrate ?? controller?.BitTiming?.Bitrate ?? UsualBitrate,
            Data: options.DataBitrate ?? controller?.DataBitTiming?.Bitrate));
        LoadsMeasured = bitrates.DistinctUntilChanged().Select(bitrate =>
        {
            Bitrate = bitrate.Arbitration;
            return can.BusLoad(bitrate.Arbitration, LoadWindow, bitrate.Data, can.Scheduler).Reconnect(scheduler: can.Scheduler);
        }).Switch();
    }

    public ICanBus Can { get; }

    /// <summary>The log that is played; null for a live bus.</summary>
    public LogPlayer? Log { get; }

    public string Name => Can.Name;

    /// <summary>Its frames; their interface is the bus that pages show.</summary>
    public IObservable<CanFrame> Frames { get; }

    /// <summary>Its load, again and again.</summary>
    public IObservable<CanBusLoad> LoadsMeasured { get; }

    /// <summary>The buses that pages show: the interfaces of <c>any</c> or the channels of a log; otherwise only itself.</summary>
    public IEnumerable<string> Labels => _labels.Values.Distinct();

    /// <summary>When the watch began, on the machine's clock.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The time on its clock: that of a log is the log's.</summary>
    public DateTimeOffset Now => Log is null ? Can.Scheduler.Now : Log.Beginning + Log.Position;

    /// <summary>The number of the first frame in the trace after the last seek.</summary>
    public long From { get; set; }

    /// <summary>Whether it exists in this process only.</summary>
    public bool IsInProcess => Log is null && (Name == "virtual" || Name.StartsWith("virtual:", StringComparison.Ordinal));

    /// <summary>The bit rate for the load, in bit/s.</summary>
    public int Bitrate { get; private set; }

    /// <summary>The loads of the last minute, the newest last.</summary>
    public ImmutableArray<CanBusLoad> Loads { get; private set; } = [];

    public CanBusLoad Load => Loads.LastOrDefault();

    public double FrameRate => Load.Elapsed > TimeSpan.Zero ? Load.Frames / Load.Elapsed.TotalSeconds : 0;

    /// <summary>The number of frames that came.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>When the last frame came, on the machine's clock, as ticks see it.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>The number of error frames.</summary>
    public long Errors { get; private set; }

    /// <summary>The number of frames that did not fit into the receive buffer.</summary>
    public long Lost { get; private set; }

    /// <summary>What the last events said about the link and the controller; null if nothing.</summary>
    public CanBusEvent? LinkEvent { get; private set; }

    public CanState? Controller { get; private set; }

    /// <summary>How long nothing has come; zero for a log.</summary>
    public TimeSpan Age => Log is not null ? TimeSpan.Zero : Can.Scheduler.Now - (Count > 0 ? LastAt : Started);

    /// <summary>The age if it is more than a second, or how far a log is.</summary>
    public string AgeText => Log is { } log ? log.HasEnded ? "end of the log" : log.IsPaused ? "paused" : ""
        : Age <= TimeSpan.FromSeconds(1) ? ""
        : Count > 0 ? $"last frame {FrameText.Age(Age)} ago"
        : $"no frame for {FrameText.Age(Age)}";

    /// <summary>The interface's own state, if it has one: events say only what happened.</summary>
    private LinkRow? Link => _links.Find(Name);

    /// <summary>Up or down, or what is the matter.</summary>
    public string State => Trouble switch
    {
        { Mark: "alarm" } worst => worst.State,
        _ when IsLosing => "lost frames",
        { Mark: not "" } bad => bad.State,
        _ when IsSilent => "silent",
        { State: var usual } => usual,
    };

    /// <summary>A class of app.css: alarm, warn, or none.</summary>
    public string Mark => IsLosing ? "alarm" : Trouble.Mark is "" && IsSilent ? "warn" : Trouble.Mark;

    private bool IsLosing => Lost > 0 && Can.Scheduler.Now - _lostAt < LossShown;

    private bool IsSilent => Count > 0 && Age > Silence;

    private (string Mark, string State) Trouble => Log switch
    {
        { Trouble: not null } => ("alarm", "damaged log"),
        not null => ("", "log"),
        null when Link is { } link => (link.Mark, link.State),
        _ => (LinkEvent, Controller) switch
        {
            (CanLinkDown, _) => ("alarm", "down"),
            (CanLinkRemoved, _) => ("alarm", "removed"),
            (_, CanState.BusOff) => ("alarm", LogLine.NameOf(CanState.BusOff)),
            (_, CanState.ErrorWarning or CanState.ErrorPassive) => ("warn", LogLine.NameOf(Controller.Value)),
            (_, { } state) => ("", LogLine.NameOf(state)),
            _ => ("", "up"),
        },
    };

    /// <summary>What subscribes to it for as long as it lives.</summary>
    public void Run(IDisposable work)
    {
        _work.Disposable = work;
        Log?.Start();
    }

    /// <summary>The frames of cyclic jobs: the kernel sends them for us, and does not say so.</summary>
    public void SetSending(IEnumerable<CanFrame> frames) => _sending = [.. frames];

    /// <summary>The bus that pages show for an interface of its frames or events.</summary>
    public string LabelOf(string name)
    {
        if (_labels.TryGetValue(name, out var label))
            return label;
        label = Log is null ? Name == "any" && name != "" ? name : Name
            : name == "" || name == Log.Path ? Name
            : _isOnly ? name : $"{Name}:{name}";
        label = string.Concat(label.Select(c => char.IsAsciiLetterOrDigit(c) || "._-:@".Contains(c, StringComparison.Ordinal) ? c : '_'));
        ImmutableInterlocked.TryAdd(ref _labels, name, label);
        return label;
    }

    public void Take(CanBusEvent happened)
    {
        switch (happened)
        {
            case CanErrorReported:
                Errors++;
                break;
            case CanFramesDropped dropped:
                (Lost, _lostAt) = (dropped.Total, Can.Scheduler.Now);
                break;
            case CanStateChanged changed:
                Controller = changed.State;
                break;
            case CanLinkUp or CanLinkDown or CanLinkRemoved:
                LinkEvent = happened;
                break;
        }
    }

    /// <summary>Takes a load. That of a log is of the log's time, whatever its speed.</summary>
    public void Take(CanBusLoad load)
    {
        var now = Now;
        var elapsed = Log is null ? load.Elapsed : now - _loadedAt;
        _loadedAt = now;
        var scale = elapsed > TimeSpan.Zero ? load.Elapsed / elapsed : 0;
        Loads = [.. Loads.TakeLast(LoadsKept - 1), new(load.Load * scale, load.WorstCaseLoad * scale, load.Frames, elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero)];
    }

    /// <summary>Counts a frame.</summary>
    public void Add() => Volatile.Write(ref _count, _count + 1);

    /// <summary>At each tick.</summary>
    public void Tick()
    {
        if (_countSeen != Count)
            (_countSeen, LastAt) = (Count, Can.Scheduler.Now);
    }

    public void Dispose()
    {
        _work.Dispose();
        Can.Dispose();
    }

    private CanFrame Labelled(CanFrame frame)
    {
        var label = LabelOf(frame.Interface);
        if (label != frame.Interface)
            frame = frame.WithInterface(label);
        if (!frame.IsLocal || frame.IsOwn)
            return frame;
        return _sending.Contains(frame) ? frame.WithOrigin(isLocal: true, isOwn: true)
            : IsInProcess ? frame.WithOrigin(isLocal: false)
            : frame;
    }
}
