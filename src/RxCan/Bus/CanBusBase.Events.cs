using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>The events: one thread at a time empties one queue, so they come in order and no lock is held while observers run.</content>
public abstract partial class CanBusBase
{
    private static readonly TimeSpan ReturnPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LossPause = TimeSpan.FromMilliseconds(100);

    private readonly EventList _events;
    private readonly Mailbox<Notice> _happened;
    private readonly SerialDisposable _return = new(); // waits for the interface, for those who watch only events
    private readonly Lock _losses = new();
    private volatile bool _isRemoved;
    private volatile CanLinkState _link = CanLinkState.Up; // as the events say
    private long _dropped;
    private long _reportedDropped;
    private bool _isLossPause; // the next report waits
    private volatile CanConnection? _removed; // the connection on which the interface was removed

    /// <inheritdoc/>
    public IObservable<CanBusEvent> Events => _events.From(this);

    internal IObservable<CanBusEvent> EventsWithState => Observable.Create<CanBusEvent>(_events.SubscribeWithState).From(this);

    private bool IsAwaited
    {
        get
        {
            lock (Gate)
                return _events.HasObservers || _waiting is { Frames.Count: > 0 };
        }
    }

    /// <summary>Reports an event. Call it on the delivering thread; elsewhere use <see cref="Post"/>.</summary>
    /// <param name="happened">What happened.</param>
    protected internal void Report(CanBusEvent happened)
    {
        if (Reporter(happened) is { } reporter)
            reporter.Tell(new(happened));
    }

    /// <summary>Reports an event from a user's call: observers run on the scheduler.</summary>
    /// <param name="happened">What happened.</param>
    protected internal void Post(CanBusEvent happened)
    {
        if (Reporter(happened) is { } reporter)
            reporter.Post(new(happened));
    }

    /// <summary>Reports lost frames: <see cref="CanFramesDropped"/>, at most ten times per second.</summary>
    /// <param name="count">The number of frames lost since the last report.</param>
    protected internal void ReportDropped(long count)
    {
        if (_main is not null)
        {
            _main.ReportDropped(count);
            return;
        }

        lock (_losses)
        {
            _dropped += count;
            if (_isLossPause)
                return;
            _isLossPause = true;
        }

        ReportLosses();
    }

    /// <summary>Reports an observer that threw: in the events, and where Rx's task pool sends unhandled exceptions.</summary>
    internal void ReportFailure(Exception failure)
    {
        Unhandled.Throw(failure);
        Report(new CanObserverFailed(Name, Scheduler.Now, failure));
    }

    /// <summary>Reports what was lost since it was last called, and keeps doing so after pauses while frames are lost.</summary>
    private void ReportLosses()
    {
        if (!NoteLosses())
            return;
        _happened.Flush();
        DueTimer.After(Scheduler, LossPause, ReportLosses);
    }

    /// <summary>Queues the report of what was lost since the last one; false if there is none.</summary>
    private bool NoteLosses()
    {
        lock (_losses)
        {
            var count = _dropped - _reportedDropped;
            _isLossPause = count > 0;
            if (!_isLossPause)
                return false;
            _reportedDropped = _dropped;
            _happened.Note(new(new CanFramesDropped(Name, Scheduler.Now, count, _dropped)));
            return true;
        }
    }

    private Mailbox<Notice>? Reporter(CanBusEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened is CanLinkDown or CanLinkRemoved)
            _states.TryRemove(happened.Interface, out _); // a controller is error-active when it comes up; no error frame reports it
        if (happened is CanLinkUp or CanLinkDown or CanLinkRemoved && happened.Interface == Name)
        {
            _link = happened is CanLinkUp ? CanLinkState.Up : happened is CanLinkDown ? CanLinkState.Down : CanLinkState.Missing;
            var wasRemoved = _isRemoved;
            _isRemoved = happened is CanLinkRemoved;
            if (_isRemoved && wasRemoved)
                return null;
            _removed = _isRemoved ? Volatile.Read(ref _connection) : null;
        }

        return _main is null ? _happened : happened is CanObserverFailed ? _main._happened : null;
    }

    private void Tell(Notice notice)
    {
        if (notice.Only is EventList.StateFirst newcomer)
            newcomer.Begin(new CanBusStateReported(Name, Scheduler.Now, State));
        else if (notice.Only is not null)
            notice.Only.OnNext(notice.Event!);
        else if (notice.Event is not null)
            _events.OnNext(notice.Event);
        else
            EndAll();
    }

    private void EndAll()
    {
        CanConnection? waiting;
        lock (Gate)
            (waiting, _waiting) = (_waiting, null);
        if (waiting is not null)
            End(waiting, null);
        _events.End(null);
    }

    /// <summary>Connects for those who watch events or wait for the interface. If it cannot, it tells so to the one who has just come, and tries again later.</summary>
    private void WatchEvents(Subscription<CanBusEvent>? newcomer)
    {
        CanBusEvent? told = null;
        CanBusException? trouble = null;
        try
        {
            lock (Gate)
            {
                if (_disposed || !IsAwaited)
                    return;
                if (EnsureConnected() == _removed)
                    told = new CanLinkRemoved(Name, Scheduler.Now); // the connection ends next
            }

            ApplyFilter();
        }
        catch (CanBusException e)
        {
            trouble = e;
            told = EventOf(e);
        }

        if (newcomer is EventList.StateFirst || (told is not null && newcomer is not null))
            _happened.Post(new(told, newcomer));
        if (trouble is not null)
            AwaitReturn(trouble);
        else
            Started();
    }

    /// <summary>What an exception that ends a connection, or prevents it, says in the events.</summary>
    private protected CanBusEvent EventOf(CanBusException error) => error switch
    {
        CanInterfaceNotFoundException => new CanLinkRemoved(Name, Scheduler.Now),
        CanInterfaceDownException => new CanLinkDown(Name, Scheduler.Now),
        _ => new CanReceiveFailed(Name, Scheduler.Now, error),
    };

    private void AwaitReturn(Exception trouble)
    {
        if (!IsAwaited)
            return;
        var link = trouble is CanInterfaceNotFoundException ? this as ICanLink : null;
        _return.Disposable = link.WhenAvailable(ReturnPoll, Scheduler).Subscribe(_ => WatchEvents(null));
        EndWaitUnlessAwaited();
    }

    private void EndWaitUnlessAwaited()
    {
        if (!IsAwaited)
            _return.Disposable = Disposable.Empty;
    }

    private void EventsUnwanted()
    {
        SubscriberLeft();
        EndWaitUnlessAwaited();
    }

    private sealed class EventList(CanBusBase bus) : ObserverList<CanBusEvent>(removed: bus.EventsUnwanted, failed: bus.ReportFailure)
    {
        public IDisposable SubscribeWithState(IObserver<CanBusEvent> observer) => Add(new StateFirst(this, observer));

        protected override void OnAdded(Subscription<CanBusEvent> entry) => bus.WatchEvents(entry);

        /// <summary>An observer that gets the state before any event. Its calls come from the mailbox, one at a time.</summary>
        internal sealed class StateFirst(EventList list, IObserver<CanBusEvent> observer) : Entry(list, observer)
        {
            private bool _hasBegun;

            public override bool Wants(in CanBusEvent value) => _hasBegun;

            public void Begin(CanBusEvent state)
            {
                _hasBegun = true;
                OnNext(state);
            }
        }
    }

    /// <summary>An event; null for their end.</summary>
    private readonly record struct Notice(CanBusEvent? Event, Subscription<CanBusEvent>? Only = null);
}
