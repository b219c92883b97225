using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Runtime.ExceptionServices;

namespace RxCan.Bus;

/// <summary>
/// What every backend's bus shares: subscriptions, the union of their filters, events, and the life of a connection. A
/// connection starts with the first subscription and ends with the last one's end, with the removal of the interface, or
/// with the bus; the next subscription makes a new one with a dispatcher of its own.
/// </summary>
internal abstract class CanBusBase : ICanBus
{
    private readonly EventStream _events;
    private readonly CanBusBase? _main; // the bus that it works for and that reports its failures and losses; null if it is a user's own
    private FrameDispatcher? _frames;
    private IReadOnlyList<CanFilterEntry> _applied = [];
    private CanErrorClass _appliedErrors;
    private long _dropped;
    private CanState _state;
    private bool _disposed;

    protected CanBusBase(string name, CanBusOptions options, IScheduler scheduler, CanBusBase? main = null)
    {
        _main = main;
        Name = name;
        Options = options;
        Scheduler = scheduler;
        _events = new(this);
    }

    public string Name { get; }

    public CanBusOptions Options { get; }

    public IScheduler Scheduler { get; }

    public IObservable<CanBusEvent> Events => _events;

    /// <summary>Guards connection and subscriptions; no observer is ever called under it.</summary>
    internal Lock Gate { get; } = new();

    internal bool IsDisposed => Volatile.Read(ref _disposed);

    private bool HasSubscribers => _frames is { Count: > 0 } || _events.HasObservers;

    public IObservable<CanFrame> Where(CanFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new FilteredFrames(this, filter);
    }

    public IDisposable Subscribe(IObserver<CanFrame> observer) => Subscribe(observer, null);

    public abstract void Send(in CanFrame frame);

    public abstract ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default);

    public void Dispose()
    {
        FrameDispatcher? frames;
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            frames = _frames;
            _frames = null;
        }

        Close(frames);
    }

    internal IDisposable Subscribe(IObserver<CanFrame> observer, CanFilter? filter)
    {
        ArgumentNullException.ThrowIfNull(observer);
        FrameSubscription? subscription = null;
        CanBusException? error = null;
        lock (Gate)
        {
            if (!_disposed)
            {
                try
                {
                    var frames = Connected();
                    subscription = new FrameSubscription(this, frames, observer, filter);
                    frames.Add(subscription);
                    ApplyFilter();
                }
                catch (CanBusException e)
                {
                    error = e;
                    if (subscription is not null && _frames!.Remove(subscription) && !HasSubscribers)
                        Idle(_frames);
                    subscription = null;
                }
            }
        }

        if (error is not null)
            observer.OnError(error);
        else if (subscription is null)
            observer.OnCompleted();
        else
            Started();
        return subscription ?? Disposable.Empty;
    }

    internal void Unsubscribe(FrameDispatcher frames, FrameSubscription subscription)
    {
        lock (Gate)
        {
            if (frames.Remove(subscription) && frames == _frames)
                SubscriberGone();
        }
    }

    internal void EventsWanted()
    {
        CanBusEvent? trouble = null;
        lock (Gate)
        {
            if (_disposed)
                return;
            try
            {
                Connected();
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
            Report(trouble);
        else
            Started();
    }

    internal void EventsUnwanted()
    {
        lock (Gate)
        {
            if (_frames is not null)
                SubscriberGone();
        }
    }

    /// <summary>Tells of an observer that threw: in the events, and where Rx's task pool sends what nobody handles.</summary>
    internal void ReportFailure(Exception failure)
    {
        Unhandled.Throw(failure);
        Report(new CanObserverFailed(Name, Scheduler.Now, failure));
    }


    protected static void CheckTimeout(TimeSpan? timeout)
    {
        if (timeout < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A time-out is not negative; null waits for ever.");
    }

    /// <summary>Opens the way for frames; <see cref="Apply"/> follows. Under the gate.</summary>
    /// <exception cref="CanBusException">It cannot be opened.</exception>
    protected abstract void Connect(FrameDispatcher frames);

    /// <summary>Someone has subscribed. Not under the gate.</summary>
    protected virtual void Started()
    {
    }

    /// <summary>Sets what is received. Under the gate.</summary>
    protected abstract void Apply(IReadOnlyList<CanFilterEntry> filter, CanErrorClass errors);

    /// <summary>Nobody is subscribed any more: the backend is to <see cref="TryRetire"/> the connection where it delivers. Under the gate.</summary>
    protected abstract void Idle(FrameDispatcher frames);

    /// <summary>Lets go of everything, then ends the subscriptions with <see cref="Complete"/> where it delivers. Not under the gate; once.</summary>
    protected abstract void Close(FrameDispatcher? frames);

    /// <summary>Ends a connection without subscribers; false if someone subscribed in the meantime, or it has ended otherwise.</summary>
    protected bool TryRetire(FrameDispatcher frames)
    {
        lock (Gate)
        {
            if (_frames != frames || HasSubscribers)
                return false;
            _frames = null;
            return true;
        }
    }

    /// <summary>Ends a connection with an error for its subscribers; the next subscription makes a new one.</summary>
    internal void Fail(FrameDispatcher frames, Exception error)
    {
        lock (Gate)
        {
            if (_frames == frames)
                _frames = null;
        }

        frames.End(error);
    }

    /// <summary>Ends all subscriptions of a disposed bus.</summary>
    internal void Complete(FrameDispatcher? frames)
    {
        frames?.End(null);
        _events.OnCompleted();
    }

    /// <summary>Delivers a frame, an error frame to the events too. One call at a time.</summary>
    internal void Deliver(FrameDispatcher frames, in CanFrame frame)
    {
        if (!IsDisposed && (!frame.IsError || DeliverError(frame)))
            frames.OnNext(frame);
    }

    internal void Report(CanBusEvent happened)
    {
        if (happened is CanLinkDown or CanLinkRemoved)
            _state = CanState.ErrorActive; // what a controller begins with when it is up again; no error frame tells
        if (_main is null)
            _events.OnNext(happened);
        else if (happened is CanObserverFailed)
            _main.Report(happened);
    }

    internal void ReportDropped(long count)
    {
        if (_main is not null)
            _main.ReportDropped(count);
        else
            Report(new CanFramesDropped(Name, Scheduler.Now, count, Interlocked.Add(ref _dropped, count)));
    }

    /// <summary>Reports an error frame and a change of state that it tells of; returns whether the frame stream is to carry it.</summary>
    private bool DeliverError(in CanFrame frame)
    {
        var error = frame.ToError();
        if (_events.HasObservers)
            Report(new CanErrorReported(frame.Interface, frame.Timestamp, error));
        if (error.State is { } state && state != _state)
        {
            _state = state;
            Report(new CanStateChanged(frame.Interface, frame.Timestamp, state));
        }

        return (error.Class & Options.ErrorMask) != 0;
    }

    private FrameDispatcher Connected()
    {
        if (_frames is null)
        {
            var frames = new FrameDispatcher(this);
            _applied = [];
            _appliedErrors = CanErrorClass.None;
            Connect(frames);
            _frames = frames;
        }

        return _frames;
    }

    private void SubscriberGone()
    {
        try
        {
            if (!_disposed)
                ApplyFilter();
        }
        catch (CanBusException)
        {
            // Then more is received than anybody asked for.
        }

        if (!HasSubscribers)
            Idle(_frames!);
    }

    private void ApplyFilter()
    {
        var frames = _frames!;
        var errors = _events.HasObservers ? CanErrorClass.All : frames.Count > 0 ? Options.ErrorMask : CanErrorClass.None;
        var filter = frames.KernelFilter();
        if (errors == _appliedErrors && filter.SequenceEqual(_applied))
            return;
        Apply(filter, errors);
        (_applied, _appliedErrors) = (filter, errors);
    }
}
