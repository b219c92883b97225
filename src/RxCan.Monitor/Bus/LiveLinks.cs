using System.Collections.Immutable;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Links;

namespace RxCan.Monitor;

/// <summary>The CAN interfaces of this machine; all pages share one watch.</summary>
internal sealed class LiveLinks : IDisposable
{
    /// <summary>How often to poll for what the kernel does not report.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly BehaviorSubject<ImmutableArray<LinkRow>> _rows = new([]);
    private readonly IDisposable _work;
    private readonly Action<string> _restart;

    /// <summary>Starts the watch.</summary>
    /// <param name="changes">The changes of the interfaces, as <see cref="CanLinks.Watch"/> reports them.</param>
    /// <param name="restart">Restarts a controller, as <see cref="CanLinks.Restart"/> does.</param>
    /// <param name="scheduler">Measures rates.</param>
    /// <param name="options">Whether it may restart.</param>
    public LiveLinks(IObservable<CanLinkChange> changes, Action<string> restart, IScheduler scheduler, MonitorOptions options)
    {
        _restart = name =>
        {
            options.ThrowIfReadOnly();
            restart(name);
        };
        var time = scheduler.StartStopwatch();
        _work = changes.Merge(Observable.Interval(Poll, scheduler).Select(_ => (CanLinkChange?)null))
            .Scan(Rows, (rows, change) => change is null ? Aged(rows, time.Elapsed) : With(rows, change, time.Elapsed))
            .DistinctUntilChanged()
            .Subscribe(_rows.OnNext, error =>
            {
                Trouble = error.Message;
                _rows.OnNext([]);
            });
    }

    /// <summary>By index. The same array until something changes.</summary>
    public ImmutableArray<LinkRow> Rows => _rows.Value;

    /// <summary>The rows, now and whenever they change.</summary>
    public IObservable<ImmutableArray<LinkRow>> Updates => _rows;

    /// <summary>Why the interfaces cannot be watched; null if they are.</summary>
    public string? Trouble { get; private set; }

    public LinkRow? Find(string name) => Rows.FirstOrDefault(row => row.Link.Name == name);

    /// <exception cref="CanBusException">The kernel refused, for example because <c>CAP_NET_ADMIN</c> is missing.</exception>
    public void Restart(LinkRow row) => _restart(row.Link.Name);

    public void Dispose() => _work.Dispose();

    private static ImmutableArray<LinkRow> With(ImmutableArray<LinkRow> rows, CanLinkChange change, TimeSpan now)
    {
        var link = change.Link;
        var old = rows.FirstOrDefault(row => row.Link.Index == link.Index);
        if (change.Kind == CanLinkChangeKind.Removed)
            return old is null ? rows : rows.Remove(old);
        return old is not null
            ? rows.Replace(old, old.With(link, now))
            : [.. rows.Append(new(link, now)).OrderBy(row => row.Link.Index)];
    }

    private static ImmutableArray<LinkRow> Aged(ImmutableArray<LinkRow> rows, TimeSpan now)
    {
        var aged = rows.Select(row => row.Aged(now)).ToImmutableArray();
        return aged.SequenceEqual(rows) ? rows : aged;
    }
}
