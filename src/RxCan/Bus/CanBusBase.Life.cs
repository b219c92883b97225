using System.Reactive.Disposables;
using RxCan.Bus;
using RxCan.Frames;

namespace RxCan;

/// <content>The life of a connection; see the table in <see cref="CanBusBase"/>.</content>
public abstract partial class CanBusBase
{
    private CanConnection? _connection; // null: idle, failed or disposed
    private IReadOnlyList<CanFilterEntry> _applied = [];
    private CanErrorClass _appliedErrors;
    private bool _disposed;

    /// <summary>Guards the connection and the subscriptions; no observer is ever called under it.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Whether the bus is disposed.</summary>
    protected internal bool IsDisposed => Volatile.Read(ref _disposed);

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

        Close(connection);
        GC.SuppressFinalize(this);
    }

    internal IDisposable Subscribe(IObserver<CanFrame> observer, CanFilter? filter)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new FrameSubscription(this, observer, filter);
        CanBusException? error = null;
        lock (Gate)
        {
            if (!_disposed)
            {
                try
                {
                    Enter(subscription);
                }
                catch (CanBusException e)
                {
                    error = e;
                }
            }
        }

        if (subscription.Connection is not null)
        {
            Started();
            return subscription;
        }

        subscription.End(error);
        return Disposable.Empty;
    }

    internal void Unsubscribe(FrameSubscription subscription)
    {
        lock (Gate)
        {
            if (subscription.Connection is { } connection && connection.Frames.Remove(subscription) && connection == _connection)
                SubscriberGone();
        }
    }

    internal bool TryRetire(CanConnection connection)
    {
        lock (Gate)
        {
            if (_connection != connection || HasSubscribers)
                return false;
            _connection = null;
            return true;
        }
    }

    internal void Fail(CanConnection connection, Exception error)
    {
        lock (Gate)
        {
            if (_connection == connection)
                _connection = null;
        }

        End(connection, error);
    }

    /// <summary>Completes the subscriptions and the events of a disposed bus. Call it where the backend delivers.</summary>
    /// <param name="connection">What <see cref="Close"/> was given.</param>
    protected internal void Complete(CanConnection? connection)
    {
        if (connection is not null)
            End(connection, null);
        _happened.Tell(null);
    }

    /// <summary>Completes the events of a disposed bus without subscribers, from a user's thread.</summary>
    private protected void PostCompletion() => _happened.Post(null);

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

    private void Enter(FrameSubscription subscription)
    {
        var connection = EnsureConnected();
        connection.Frames.Add(subscription);
        try
        {
            ApplyFilter();
            subscription.Connection = connection;
        }
        catch (CanBusException)
        {
            connection.Frames.Remove(subscription);
            if (!HasSubscribers)
                Idle(connection);
            throw;
        }
    }

    private CanConnection EnsureConnected()
    {
        if (_connection is null)
        {
            var connection = new CanConnection(this);
            _applied = [];
            _appliedErrors = CanErrorClass.None;
            Connect(connection);
            _connection = connection;
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

        if (!HasSubscribers)
            Idle(_connection!);
    }

    private void ApplyFilter()
    {
        var frames = _connection!.Frames;
        var errors = _events.HasObservers ? CanErrorClass.All : frames.Count > 0 ? Options.ErrorMask : CanErrorClass.None;
        var filter = frames.KernelFilter();
        if (errors == _appliedErrors && filter.SequenceEqual(_applied))
            return;
        Apply(new CanFilter(filter), errors);
        (_applied, _appliedErrors) = (filter, errors);
    }
}
