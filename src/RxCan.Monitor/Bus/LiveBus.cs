using System.Collections.Immutable;
using System.Reactive;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Virtual;

namespace RxCan.Monitor;

/// <summary>The subscriptions to the bus, shared by all pages: a table, a load and a log, each of limited size.</summary>
internal sealed class LiveBus : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LoadWindow = TimeSpan.FromMilliseconds(500);
    private const int LoadsKept = 120;
    private const int UsualBitrate = 500_000;

    private readonly ICanBus _can;
    private readonly Subject<Unit> _updates = new();
    private readonly Subject<Unit> _cleared = new();
    private readonly CompositeDisposable _work;

    public LiveBus(ICanBus can, MonitorOptions options, LiveLinks links)
    {
        _can = can;
        Name = can.Name;
        Table = new(options.StaleAfter);
        var rows = Observable.Defer(() =>
        {
            Table.Clear();
            return can.LatestById(Tick, options.GoneAfter);
        });
        var bitrates = links.Updates.Select(_ => links.Find(Name)?.Link.Controller).Select(controller => (
            Arbitration: options.Bitrate ?? controller?.BitTiming?.Bitrate ?? UsualBitrate,
            Data: options.DataBitrate ?? controller?.DataBitTiming?.Bitrate));
        var loads = bitrates.DistinctUntilChanged().Select(bitrate =>
        {
            Bitrate = bitrate.Arbitration;
            return can.BusLoad(bitrate.Arbitration, LoadWindow, bitrate.Data).Reconnect(scheduler: can.Scheduler);
        });
        _work =
        [
            _cleared.StartWith(Unit.Default).Select(_ => rows.Reconnect(scheduler: can.Scheduler)).Switch().Subscribe(batch =>
            {
                Table.Update(batch, can.Scheduler.Now);
                _updates.OnNext(Unit.Default);
            }),
            loads.Switch().Subscribe(load => Loads = [.. Loads.TakeLast(LoadsKept - 1), load]),
            can.Events.Subscribe(Log.Add),
        ];

        // A silent or missing bus has no updates, but its load and its events must still be shown.
        Updates = _updates.Merge(Observable.Interval(LoadWindow, can.Scheduler).Select(_ => Unit.Default));
    }

    public string Name { get; }

    /// <summary>The time on the clock of the bus.</summary>
    public DateTimeOffset Now => _can.Scheduler.Now;

    /// <summary>Whether it is not an interface of this machine.</summary>
    public bool IsVirtual => Name.StartsWith("virtual:", StringComparison.Ordinal);

    /// <summary>The bit rate for the load, in bit/s.</summary>
    public int Bitrate { get; private set; }

    public FrameTable Table { get; }

    public EventLog Log { get; } = new();

    /// <summary>The loads of the last minute, the newest last.</summary>
    public ImmutableArray<CanBusLoad> Loads { get; private set; } = [];

    /// <summary>Raised after each tick of the table, and when the load may have changed.</summary>
    public IObservable<Unit> Updates { get; }

    /// <summary>Clears the table, for all pages.</summary>
    public void Clear() => _cleared.OnNext(Unit.Default);

    public void Dispose() => _work.Dispose();
}
