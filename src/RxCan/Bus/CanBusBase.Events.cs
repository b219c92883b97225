using RxCan.Bus;

namespace RxCan;

/// <content>The events: one thread at a time empties one queue, so they come in order and no lock is held while observers run.</content>
public abstract partial class CanBusBase
{
    private readonly ObserverList<CanBusEvent> _events;
    private readonly Mailbox<CanBusEvent?> _happened; // null ends them

    /// <inheritdoc/>
    public IObservable<CanBusEvent> Events => _events.From(this);

    /// <summary>Reports an event. Call it on the delivering thread; elsewhere use <see cref="Post"/>.</summary>
    /// <param name="happened">What happened.</param>
    protected internal void Report(CanBusEvent happened)
    {
        if (Reporter(happened) is { } reporter)
            reporter.Tell(happened);
    }

    /// <summary>Reports an event from a user's call: observers run on the scheduler.</summary>
    /// <param name="happened">What happened.</param>
    protected internal void Post(CanBusEvent happened)
    {
        if (Reporter(happened) is { } reporter)
            reporter.Post(happened);
    }

    /// <summary>Reports lost frames: <see cref="CanFramesDropped"/>.</summary>
    /// <param name="count">The number of frames lost since the last report.</param>
    protected internal void ReportDropped(long count)
    {
        if (_main is not null)
            _main.ReportDropped(count);
        else
            Report(new CanFramesDropped(Name, Scheduler.Now, count, Interlocked.Add(ref _dropped, count)));
    }

    /// <summary>Reports an observer that threw: in the events, and where Rx's task pool sends unhandled exceptions.</summary>
    internal void ReportFailure(Exception failure)
    {
        Unhandled.Throw(failure);
        Report(new CanObserverFailed(Name, Scheduler.Now, failure));
    }

    private Mailbox<CanBusEvent?>? Reporter(CanBusEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened is CanLinkDown or CanLinkRemoved)
            _state = CanState.ErrorActive; // a controller starts in this state when it comes up; no error frame reports it
        return _main is null ? _happened : happened is CanObserverFailed ? _main._happened : null;
    }

    private void Tell(CanBusEvent? happened)
    {
        if (happened is null)
            _events.End(null);
        else
            _events.OnNext(happened);
    }

    private void EventsWanted()
    {
        CanBusEvent? trouble = null;
        lock (Gate)
        {
            if (_disposed)
                return;
            try
            {
                EnsureConnected();
                ApplyFilter();
            }
            catch (CanInterfaceNotFoundException)
            {
                trouble = new CanLinkRemoved(Name, Scheduler.Now);
            }
            catch (CanBusException)
            {
                trouble = new CanLinkDown(Name, Scheduler.Now);
            }
        }

        if (trouble is not null)
            Post(trouble);
        else
            Started();
    }

    private void EventsUnwanted()
    {
        lock (Gate)
        {
            if (_connection is not null)
                SubscriberGone();
        }
    }
}
