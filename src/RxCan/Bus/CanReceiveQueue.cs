using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan;

/// <summary>
/// A bus's receive buffer: backends add to it on any thread, and the bus's scheduler delivers its contents to a connection, one at a time and
/// in order. What does not fit into <see cref="CanBusOptions.ReceiveBufferSize"/> is lost and reported, as in the kernel.
/// </summary>
/// <remarks>Add first, then call <see cref="Flush"/> outside any lock: some schedulers act at once.</remarks>
public sealed class CanReceiveQueue
{
    private const int BytesPerFrame = 650; // about what the kernel uses of a socket's receive buffer

    private readonly CanBusBase _bus;
    private readonly int _capacity;
    private readonly Lock _gate = new();
    private readonly Queue<Delivery> _waiting = new();
    private CanConnection? _connection;
    private CanConnection? _ended;
    private long _lost;
    private bool _isCompleting;
    private bool _isDraining;

    /// <summary>Makes a queue that accepts nothing until <see cref="Begin"/>.</summary>
    /// <param name="bus">The bus that reports losses, and whose scheduler delivers.</param>
    public CanReceiveQueue(CanBusBase bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        _bus = bus;
        _capacity = Math.Max(1, bus.Options.ReceiveBufferSize / BytesPerFrame);
    }

    /// <summary>Begins to accept frames for a connection. Call it in <see cref="CanBusBase.Connect"/>.</summary>
    /// <param name="connection">The connection.</param>
    public void Begin(CanConnection connection) => Reset(connection);

    /// <summary>Discards what is waiting and accepts nothing more. Call it when the connection has retired.</summary>
    public void End() => Reset(null);

    /// <summary>Adds a frame, or counts it as lost if there is no room. Call <see cref="Flush"/> afterwards.</summary>
    /// <param name="frame">The frame.</param>
    public void Add(in CanFrame frame)
    {
        lock (_gate)
        {
            if (_connection is null)
                return;
            if (_waiting.Count >= _capacity)
            {
                _lost++;
                return;
            }

            _waiting.Enqueue(new(frame, _lost, null, null));
            _lost = 0;
        }
    }

    /// <summary>Counts frames that were lost before they got here; reported before the next frame. Call <see cref="Flush"/> afterwards.</summary>
    /// <param name="count">How many.</param>
    public void AddLost(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (_gate)
        {
            if (_connection is not null)
                _lost += count;
        }
    }

    /// <summary>Adds an event, in order with the frames. It is never lost. Call <see cref="Flush"/> afterwards.</summary>
    /// <param name="happened">What happened.</param>
    public void Add(CanBusEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        AddLast(happened, null);
    }

    /// <summary>Ends the connection with an error, after delivering what is waiting. Call <see cref="Flush"/> afterwards.</summary>
    /// <param name="error">The error.</param>
    public void Add(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        AddLast(null, error);
    }

    /// <summary>Completes the streams of a disposed bus and discards what is waiting. Call it in <see cref="CanBusBase.Close"/>.</summary>
    /// <param name="connection">What <see cref="CanBusBase.Close"/> was given.</param>
    public void Complete(CanConnection? connection)
    {
        lock (_gate)
        {
            Reset(null);
            (_isCompleting, _ended) = (true, connection);
        }

        Flush();
    }

    /// <summary>Has the scheduler deliver what is waiting, unless it is already doing so. Do not call it under a lock.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isDraining || (_waiting.Count == 0 && _lost == 0 && !_isCompleting))
                return;
            _isDraining = true;
        }

        _bus.Scheduler.Schedule(this, static (_, queue) =>
        {
            queue.Drain();
            return Disposable.Empty;
        });
    }

    private void Reset(CanConnection? connection)
    {
        lock (_gate)
        {
            _connection = connection;
            _waiting.Clear();
            _lost = 0;
        }
    }

    private void AddLast(CanBusEvent? happened, Exception? error)
    {
        lock (_gate)
        {
            if (_connection is null)
                return;
            _waiting.Enqueue(new(default, _lost, happened, error));
            _lost = 0;
        }
    }

    /// <summary>Delivers what is waiting now; what its observers send waits for a later action, so that the scheduler's time can advance.</summary>
    private void Drain()
    {
        int count;
        lock (_gate)
            count = _waiting.Count;
        for (; count > 0; count--)
        {
            Delivery next;
            CanConnection? connection;
            lock (_gate)
            {
                connection = _connection;
                if (connection is null || !_waiting.TryDequeue(out next))
                    break;
                if (next.Error is not null)
                    Reset(null);
            }

            Deliver(connection, next);
        }

        long lost;
        bool isCompleting;
        lock (_gate)
        {
            lost = _waiting.Count == 0 ? _lost : 0;
            _lost -= lost;
            isCompleting = _isCompleting;
            _isCompleting = false;
        }

        if (lost > 0)
            _bus.ReportDropped(lost);
        if (isCompleting)
            _bus.Complete(_ended);
        lock (_gate)
            _isDraining = false;
        Flush();
    }

    private void Deliver(CanConnection connection, in Delivery next)
    {
        if (next.LostBefore > 0)
            _bus.ReportDropped(next.LostBefore);
        if (next.Error is not null)
            connection.Fail(next.Error);
        else if (next.Event is not null)
            _bus.Report(next.Event);
        else
            connection.Receive(next.Frame);
    }

    private readonly record struct Delivery(CanFrame Frame, long LostBefore, CanBusEvent? Event, Exception? Error);
}
