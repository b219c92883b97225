using RxCan.Bus;

namespace RxCan;

/// <content>The events: one queue, emptied by one thread at a time, so that they come in order and no lock is held while observers run.</content>
public abstract partial class CanBusBase
{
    private readonly ObserverList<CanBusEvent> _events;
    private readonly Mailbox<CanBusEvent?> _happened; // null ends them

    /// <inheritdoc/>
    public IObservable<CanBusEvent> Events => _events;

    /// <summary>Tells of something that happened. On the thread that delivers; see <see cref="Post"/>.</summary>
    /// <param name="happened">What happened.</param>
    protected internal void Report(CanBusEvent happened)
    {
        if (Reporter(happened) is { } reporter)
            reporter.Tell(happened);
    }

    /// <summary>Tells of something that happened, from a user's call: observers run on the scheduler.</summary>
    /// <param name="happened">What happened.</param>
    protected internal void Post(CanBusEvent happened)
    {
        if (Reporter(happened) is { } reporter)
            reporter.Post(happened);
    }

    /// <summary>Tells that frames were lost: <see cref="CanFramesDropped"/>.</summary>
    /// <param name="count">How many, since it was told before.</param>
    protected internal void ReportDropped(long count)
    {
        if (_main is not null)
            _main.ReportDropped(count);
        else
            Report(new CanFramesDropped(Name, Scheduler.Now, count, Interlocked.Add(ref _dropped, count)));
    }

    /// <summary>Tells of an observer that threw: in the events, and where Rx's task pool sends what nobody handles.</summary>
    internal void ReportFailure(Exception failure)
    {
        Unhandled.Throw(failure);
        Report(new CanObserverFailed(Name, Scheduler.Now, failure));
    }

    private Mailbox<CanBusEvent?>? Reporter(CanBusEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened is CanLinkDown or CanLinkRemoved)
            _state = CanState.ErrorActive; // what a controller begins with when it is up again; no error frame tells
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
