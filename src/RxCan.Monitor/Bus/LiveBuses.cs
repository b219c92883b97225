using System.Collections.Immutable;
using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Monitor;

/// <summary>The subscriptions to the buses, shared by all pages: one table, one trace and one log of events, each of limited size.</summary>
internal sealed class LiveBuses : IDisposable
{
    /// <summary>How often there is news at most.</summary>
    public static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(100);

    private const int TicksWithoutNews = 5;

    private readonly IScheduler _scheduler;
    private readonly Subject<Unit> _updates = new();
    private readonly IDisposable _ticks;

    /// <summary>Subscribes.</summary>
    /// <param name="buses">The buses, which it disposes; at least one.</param>
    /// <param name="options">What is kept.</param>
    /// <param name="links">Where the states of interfaces are.</param>
    public LiveBuses(IReadOnlyList<ICanBus> buses, MonitorOptions options, LiveLinks links)
    {
        _scheduler = buses[0].Scheduler;
        Table = new(options.StaleAfter, options.GoneAfter);
        Trace = new(options.TraceCapacity);
        All = [.. buses.Select(can => new LiveBus(can, buses.Count == 1, options, links))];
        Labels = [.. All.Where(bus => bus is { Log: null, Name: not "any" }).Select(bus => bus.LabelOf(bus.Name))];
        foreach (var bus in All)
        {
            if (bus.Log is { } log)
                log.Jumped += () => BeginAgain(bus);
            bus.Run(new CompositeDisposable(
                bus.LoadsMeasured.Subscribe(bus.Take),
                bus.Can.Events.Subscribe(happened => Add(bus, happened)),
                bus.Frames.Subscribe(frame => Add(bus, frame))));
        }

        var ticks = 0;
        _ticks = Observable.Interval(TickPeriod, _scheduler).Subscribe(_ =>
        {
            foreach (var bus in All)
                bus.Tick();
            // A silent or missing bus has nothing new, but its load, its events and the age of its data must still be shown.
            if (Table.Tick(Now, Clocks) || ++ticks % TicksWithoutNews == 0)
                _updates.OnNext(Unit.Default);
        });
    }

    public ImmutableArray<LiveBus> All { get; }

    /// <summary>What pages call the buses: their names, or those of the interfaces and channels in them, as soon as a frame came from there.</summary>
    public ImmutableArray<string> Labels { get; private set; }

    /// <summary>Whether pages must say which bus they mean.</summary>
    public bool AreSeveral => All.Length > 1 || Labels.Length > 1;

    /// <summary>Those that frames can be sent to.</summary>
    public IEnumerable<LiveBus> Sendable => All.Where(bus => bus.Log is null);

    /// <summary>The time of the machine.</summary>
    public DateTimeOffset Now => _scheduler.Now;

    /// <summary>The times of the buses.</summary>
    public BusClocks Clocks
    {
        get
        {
            var clocks = new Dictionary<string, BusClock>();
            foreach (var bus in All.Where(bus => bus.Log is not null))
            {
                var clock = new BusClock(bus.Now, bus.From);
                foreach (var label in bus.Labels)
                    clocks[label] = clock;
            }

            return new(Now, clocks);
        }
    }

    public FrameTable Table { get; }

    public TraceRing Trace { get; }

    /// <summary>The number of the first frame of the trace: it begins again when a log is sought, unless there are live buses, too.</summary>
    public long TraceFrom => All.All(bus => bus.Log is not null) ? All.Max(bus => bus.From) : 0;

    public EventLog Log { get; } = new();

    /// <summary>Raised after each tick with news, and twice a second.</summary>
    public IObservable<Unit> Updates => _updates;

    /// <summary>The bus of a name that frames can be sent to; the first one for an empty name.</summary>
    /// <exception cref="InvalidOperationException">There is no such bus, or it is a log.</exception>
    public LiveBus Sender(string name) =>
        Sendable.FirstOrDefault(bus => name == "" || bus.Name == name) ??
        throw new InvalidOperationException(All.FirstOrDefault(bus => bus.Log is not null && (name == "" || bus.Name == name)) is { } log
            ? LogPlayer.WhyNot(log.Name)
            : $"There is no bus {name}.");

    public void Dispose()
    {
        _ticks.Dispose();
        foreach (var bus in All)
            bus.Dispose();
        _updates.Dispose();
    }

    private void Add(LiveBus bus, in CanFrame frame)
    {
        bus.Add();
        Know(frame.Interface);
        Trace.Add(frame);
        Table.Add(frame);
    }

    private void Add(LiveBus bus, CanBusEvent happened)
    {
        bus.Take(happened);
        var label = bus.LabelOf(happened.Interface);
        Log.Add(label, happened);
        if (happened is CanErrorReported { Error: var error })
        {
            Know(label);
            Trace.Add(CanFrame.Error(error).WithTimestamp(happened.Timestamp).WithInterface(label));
        }
    }

    private void Know(string label)
    {
        var known = Labels;
        if (known.Contains(label))
            return;
        lock (_updates)
        {
            if (!Labels.Contains(label))
                Labels = Labels.Add(label);
        }
    }

    private void BeginAgain(LiveBus bus)
    {
        bus.From = Trace.Count;
        var labels = bus.Labels.ToHashSet();
        Table.Forget(labels.Contains);
    }
}
