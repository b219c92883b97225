using System.Collections.Immutable;
using System.Reactive;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Monitor;

/// <summary>The subscriptions to the bus, shared by all pages: a table, a trace, a load and a log, each of limited size.</summary>
internal sealed class LiveBus : IDisposable
{
    /// <summary>How often there is news at most.</summary>
    public static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LoadWindow = TimeSpan.FromMilliseconds(500);
    private const int LoadsKept = 120;
    private const int UsualBitrate = 500_000;

    private readonly ICanBus _can;
    private readonly Subject<Unit> _updates = new();
    private readonly CompositeDisposable _work;
    private ImmutableArray<CanFrame> _sending = [];

    public LiveBus(ICanBus can, MonitorOptions options, LiveLinks links)
    {
        _can = can;
        Name = can.Name;
        Started = can.Scheduler.Now;
        Table = new(options.StaleAfter, options.GoneAfter);
        Trace = new(options.TraceCapacity);
        var bitrates = links.Updates.Select(_ => links.Find(Name)?.Link.Controller).Select(controller => (
            Arbitration: options.Bitrate ?? controller?.BitTiming?.Bitrate ?? UsualBitrate,
            Data: options.DataBitrate ?? controller?.DataBitTiming?.Bitrate));
        var loads = bitrates.DistinctUntilChanged().Select(bitrate =>
        {
            Bitrate = bitrate.Arbitration;
            return can.BusLoad(bitrate.Arbitration, LoadWindow, bitrate.Data).Reconnect(scheduler: can.Scheduler);
        });
        var ticks = 0;
        _work =
        [
            can.Reconnect(scheduler: can.Scheduler).Subscribe(Add),
            loads.Switch().Subscribe(load => Loads = [.. Loads.TakeLast(LoadsKept - 1), load]),
            can.Events.Subscribe(happened =>
            {
                Log.Add(happened);
                if (happened is CanErrorReported { Error: var error })
                    Trace.Add(CanFrame.Error(error).WithTimestamp(happened.Timestamp));
            }),
            Observable.Interval(TickPeriod, can.Scheduler).Subscribe(_ =>
            {
                // A silent or missing bus has nothing new, but its load, its events and the age of its data must still be shown.
                if (Table.Tick(can.Scheduler.Now) || ++ticks % (int)(LoadWindow / TickPeriod) == 0)
                    _updates.OnNext(Unit.Default);
            }),
        ];
    }

    public string Name { get; }

    /// <summary>The time on the clock of the bus.</summary>
    public DateTimeOffset Now => _can.Scheduler.Now;

    /// <summary>When the subscriptions began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Whether it exists in this process only.</summary>
    public bool IsInProcess => Name == "virtual" || Name.StartsWith("virtual:", StringComparison.Ordinal);

    /// <summary>The bit rate for the load, in bit/s.</summary>
    public int Bitrate { get; private set; }

    public FrameTable Table { get; }

    public TraceRing Trace { get; }

    public EventLog Log { get; } = new();

    /// <summary>The loads of the last minute, the newest last.</summary>
    public ImmutableArray<CanBusLoad> Loads { get; private set; } = [];

    /// <summary>Raised after each tick with news, and twice a second.</summary>
    public IObservable<Unit> Updates => _updates;

    /// <summary>The frames of cyclic jobs: the kernel sends them for us, and does not say so.</summary>
    public void SetSending(IEnumerable<CanFrame> frames) => _sending = [.. frames];

    public void Dispose()
    {
        _work.Dispose();
        _updates.Dispose();
    }

    private void Add(CanFrame frame)
    {
        if (frame.IsLocal && !frame.IsOwn)
        {
            if (_sending.Contains(frame))
                frame = frame.WithOrigin(isLocal: true, isOwn: true);
            else if (IsInProcess)
                frame = frame.WithOrigin(isLocal: false);
        }

        Trace.Add(frame);
        Table.Add(frame);
    }
}
