using System.Collections.Immutable;
using System.Reactive;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan;
using RxCan.Virtual;

namespace BusMonitor;

/// <summary>What is subscribed of the bus, once for all pages: a table, a load and a log, each of them bounded.</summary>
internal sealed class LiveBus : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LoadWindow = TimeSpan.FromMilliseconds(500);
    private const int LoadsKept = 120;
    private const int UsualBitrate = 500_000;

    private readonly Subject<Unit> _updates = new();
    private readonly Subject<Unit> _cleared = new();
    private readonly CompositeDisposable _work;

    public LiveBus(ICanBus can, MonitorOptions options, LiveLinks links)
    {
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

        // A bus that says nothing, or is not there, has no updates; its load and its events are to be seen all the same.
        Updates = _updates.Merge(Observable.Interval(LoadWindow).Select(_ => Unit.Default));
    }

    public string Name { get; }

    /// <summary>Whether it is no interface of this machine.</summary>
    public bool IsVirtual => Name.StartsWith("virtual:", StringComparison.Ordinal);

    /// <summary>What the load is measured by, in bit/s.</summary>
    public int Bitrate { get; private set; }

    public FrameTable Table { get; }

    public EventLog Log { get; } = new();

    /// <summary>The loads of the last minute, the newest last.</summary>
    public ImmutableArray<CanBusLoad> Loads { get; private set; } = [];

    /// <summary>Comes after each tick of the table, and when the load may have changed.</summary>
    public IObservable<Unit> Updates { get; }

    /// <summary>Starts the table anew, for all pages.</summary>
    public void Clear() => _cleared.OnNext(Unit.Default);

    public void Dispose() => _work.Dispose();
}
