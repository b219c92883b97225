using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;
using RxCan.Frames;

namespace RxCan;

/// <content>The life of a connection; see the table in <see cref="CanBusBase"/>.</content>
public abstract partial class CanBusBase
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(10);

    private readonly IStopwatch _clock;
    private TimeSpan _nextRefusal;
    private readonly Lock _applying = new(); // taken before the gate
    private bool _isLeaving; // subscriptions ended on the delivering thread, and the scheduler deals with it
    private CanConnection? _connection; // null: idle, failed or disposed
    private CanConnection? _waiting; // has the subscriptions that wait for the interface
    private IReadOnlyList<CanFilterEntry> _applied = [];
    private CanErrorClass _appliedErrors;
    private bool _disposed;

    /// <summary>Guards the connection and the subscriptions; no observer is ever called under it.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Whether the bus is disposed.</summary>
    protected internal bool IsDisposed => Volatile.Read(ref _disposed);

    /// <summary>Whether this thread delivers, so it must not wait for the system to set a filter.</summary>
    private protected virtual bool IsDelivering => false;

    private bool HasSubscribers => _connection is { Frames.Count: > 0 } || _events.HasObservers;

    /// <summary>Disconnects, completes the streams and ends everything opened on the bus. It does not wait for observers.</summary>
    public void Dispose()
    {
        CanConnection? connection;
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            connection = _connection;
            _connection = null;
        }

        _return.Dispose();
        Close(connection);
        GC.SuppressFinalize(this);
    }

    internal IDisposable Subscribe(IObserver<CanFrame> observer, CanFilter? filter)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new FrameSubscription(this, observer, filter);
        CanBusException? error = null;
        var pause = TimeSpan.Zero;
        try
        {
            if (Enter(subscription))
                return subscription;
        }
        catch (CanBusException e)
        {
            error = e;
            lock (Gate)
            {
                pause = _nextRefusal - _clock.Elapsed;
                _nextRefusal = _clock.Elapsed + RefusalPause;
            }
        }

        if (pause > TimeSpan.Zero)
            DueTimer.After(Scheduler, pause, () => subscription.End(error)); // whoever subscribes again at once must not keep this thread
        else
            subscription.End(error);
        return subscription;
    }

    internal void Unsubscribe(FrameSubscription subscription)
    {
        bool isConnected;
        lock (Gate)
        {
            if (subscription.Connection is not { } connection || !connection.Frames.Remove(subscription))
                return;
            isConnected = connection == _connection;
        }

        if (isConnected)
            SubscriberLeft();
        else if (Options.WaitForInterface)
            EndWaitUnlessAwaited();
    }

    private void SubscriberLeft()
    {
        if (!IsDelivering)
            SubscriberGone();
        else if (!Interlocked.Exchange(ref _isLeaving, true))
            Scheduler.Schedule(this, static (_, bus) =>
            {
                Volatile.Write(ref bus._isLeaving, false);
                bus.SubscriberGone();
                return Disposable.Empty;
            });
    }

    internal bool TryRetire(CanConnection connection)
    {
        lock (Gate)
        {
            if (_connection != connection || HasSubscribers || _applied.Count > 0 || _appliedErrors != CanErrorClass.None)
                return false;
            _connection = null;
            return true;
        }
    }

    internal void Fail(CanConnection connection, Exception error)
    {
        bool waits;
        lock (Gate)
        {
            waits = _connection == connection && Options.WaitForInterface && error is CanInterfaceNotFoundException;
            if (waits)
                _waiting = connection;
            if (_connection == connection)
                _connection = null;
        }

        if (!waits)
            End(connection, error);
        AwaitReturn(error);
    }

    /// <summary>Completes the subscriptions and the events of a disposed bus. Call it where the backend delivers.</summary>
    /// <param name="connection">What <see cref="Close"/> was given.</param>
    protected internal void Complete(CanConnection? connection)
    {
        if (connection is not null)
            End(connection, null);
        NoteLosses();
        _happened.Tell(new(null));
    }

    /// <summary>Completes the events of a disposed bus without subscribers, from a user's thread.</summary>
    private protected void PostCompletion()
    {
        NoteLosses();
        _happened.Post(new(null));
    }

    private void End(CanConnection connection, Exception? error)
    {
        FrameSubscription[] ended;
        lock (Gate)
            ended = connection.Frames.All;
        foreach (var subscription in ended)
        {
            lock (Gate)
                connection.Frames.Remove(subscription);
            subscription.End(error);
        }
    }

    /// <summary>Adds a subscription; false if the bus is disposed.</summary>
    private bool Enter(FrameSubscription subscription)
    {
        CanInterfaceNotFoundException? missing = null;
        lock (Gate)
        {
            if (_disposed)
                return false;
            CanConnection connection;
            try
            {
                connection = EnsureConnected();
            }
            catch (CanInterfaceNotFoundException e) when (Options.WaitForInterface)
            {
                connection = _waiting ??= new(this);
                missing = e;
            }

            connection.Frames.Add(subscription);
            subscription.Connection = connection;
        }

        if (missing is not null)
        {
            subscription.Start();
            AwaitReturn(missing);
            return true;
        }

        try
        {
            ApplyFilter();
        }
        catch (CanBusException)
        {
            Unsubscribe(subscription);
            throw;
        }

        subscription.Start();
        Started();
        return true;
    }

    private CanConnection EnsureConnected()
    {
        if (_connection is null)
        {
            var connection = new CanConnection(this, _waiting?.Frames);
            _applied = [];
            _appliedErrors = CanErrorClass.None;
            try
            {
                Connect(connection);
            }
            catch (CanInterfaceNotFoundException)
            {
                _link = CanLinkState.Missing;
                throw;
            }

            if (_link == CanLinkState.Missing)
                _link = CanLinkState.Up; // unless an event says otherwise
            if (_waiting is not null)
            {
                foreach (var subscription in connection.Frames.All)
                    subscription.Connection = connection;
                _waiting = null;
            }

            _connection = connection;
            _nextRefusal = TimeSpan.Zero;
        }

        return _connection;
    }

    private void SubscriberGone()
    {
        try
        {
            ApplyFilter();
        }
        catch (CanBusException)
        {
            // The bus then receives more than its subscribers asked for, which is allowed.
        }

        lock (Gate)
        {
            if (_connection is null || HasSubscribers)
                return;
            (_applied, _appliedErrors) = ([], CanErrorClass.None);
            Idle(_connection);
        }
    }

    /// <summary>Has the backend receive what the subscribers want now. Not under the gate, because the kernel takes its time.</summary>
    private void ApplyFilter()
    {
        lock (_applying)
        {
            CanConnection? connection;
            IReadOnlyList<CanFilterEntry> filter;
            CanErrorClass errors;
            lock (Gate)
            {
                connection = _connection;
                if (connection is null)
                    return;
                errors = _events.HasObservers ? CanErrorClass.All : connection.Frames.Count > 0 ? Options.ErrorMask : CanErrorClass.None;
                filter = connection.Frames.KernelFilter();
                if (errors == _appliedErrors && filter.SequenceEqual(_applied))
                    return;
            }

            Apply(new CanFilter(filter), errors);
            lock (Gate)
            {
                if (_connection == connection)
                    (_applied, _appliedErrors) = (filter, errors);
            }
        }
    }
}
