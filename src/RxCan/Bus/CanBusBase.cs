using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan;

/// <summary>
/// The base of every bus, this library's own and those of other packages: it holds the subscriptions, works out what they ask for
/// together, dispatches frames by identifier, reports events, and keeps the life of a connection. A backend connects, receives and sends.
/// </summary>
/// <remarks>
/// <para>The life of a connection. Every change of it is made under one lock, here and nowhere else; no observer is called under it.</para>
/// <code>
/// from                  to          when                                         whose thread
/// idle                  connected   somebody subscribes: Connect, then Apply     the subscriber's
/// connected             retiring    the last subscription is disposed: Idle      the observer's
/// retiring              connected   somebody subscribes before it has retired    the subscriber's
/// retiring              idle        CanConnection.TryRetire                      where the backend delivers
/// connected, retiring   failed      CanConnection.Fail: observers get OnError    where the backend delivers
/// failed                connected   somebody subscribes: Connect, then Apply     the subscriber's
/// any                   disposed    Dispose: Close                               the user's
/// disposed              -           CanConnection.Complete: OnCompleted          where the backend delivers
/// </code>
/// <para>A backend delivers, reports, fails and completes one call at a time, on a thread or scheduler of its own: never within a call of
/// <see cref="Connect"/>, <see cref="Apply"/>, <see cref="Idle"/> or <see cref="Close"/>, which run on users' threads.</para>
/// </remarks>
public abstract partial class CanBusBase : ICanBus
{
    private readonly CanBusBase? _main; // the bus that it works for and that reports its failures and losses; null if it is a user's own
    private long _dropped;
    private CanState _state;

    /// <summary>Makes a bus without a connection.</summary>
    /// <param name="name">Its name, as given to <see cref="CanBus.Open"/>.</param>
    /// <param name="options">How it was opened.</param>
    /// <param name="scheduler">Tells the time on it.</param>
    protected CanBusBase(string name, CanBusOptions options, IScheduler scheduler)
        : this(name, options, scheduler, null)
    {
    }

    internal CanBusBase(string name, CanBusOptions options, IScheduler scheduler, CanBusBase? main)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scheduler);
        _main = main;
        Name = name;
        Options = options;
        Scheduler = scheduler;
        _events = new(EventsWanted, EventsUnwanted, ReportFailure);
        _happened = new(Tell, scheduler);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public CanBusOptions Options { get; }

    /// <inheritdoc/>
    public IScheduler Scheduler { get; }

    /// <inheritdoc/>
    public IObservable<CanFrame> Where(CanFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new FilteredFrames(this, filter);
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(IObserver<CanFrame> observer) => Subscribe(observer, null);

    /// <inheritdoc/>
    public abstract void Send(in CanFrame frame);

    /// <inheritdoc/>
    public abstract ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default);

    /// <summary>Opens the way for frames. <see cref="Apply"/> follows. Under the bus's lock.</summary>
    /// <param name="connection">Takes what is received, until it has ended.</param>
    /// <exception cref="CanBusException">It cannot be opened: the subscriber gets it by <c>OnError</c>.</exception>
    protected internal abstract void Connect(CanConnection connection);

    /// <summary>Sets what is received: it may be more, never less. Under the bus's lock.</summary>
    /// <param name="filter">The data and remote frames that anybody subscribed to.</param>
    /// <param name="errors">The classes of error frames that anybody asked for.</param>
    /// <exception cref="CanBusException">It cannot be set: the subscriber gets it by <c>OnError</c>.</exception>
    protected abstract void Apply(CanFilter filter, CanErrorClass errors);

    /// <summary>Somebody has subscribed, after <see cref="Apply"/>. Not under the bus's lock.</summary>
    protected virtual void Started()
    {
    }

    /// <summary>
    /// Nobody is subscribed any more. The backend is to end the connection with <see cref="CanConnection.TryRetire"/> where it delivers, and to
    /// close what it opened if that succeeded. Under the bus's lock.
    /// </summary>
    /// <param name="connection">The connection.</param>
    protected internal abstract void Idle(CanConnection connection);

    /// <summary>
    /// The bus is disposed: lets go of everything, and calls <see cref="Complete(CanConnection?)"/> where the backend delivers. Once, not under
    /// the bus's lock.
    /// </summary>
    /// <param name="connection">The connection; null if there is none.</param>
    protected internal abstract void Close(CanConnection? connection);

    /// <summary>What observers are told about is on one interface's controller: its state as its error frames and links tell.</summary>
    internal void Receive(CanConnection connection, in CanFrame frame)
    {
        if (!IsDisposed && (!frame.IsError || TakeError(frame)))
            connection.Frames.Dispatch(frame);
    }

    /// <summary>Reports an error frame and a change of state that it tells of; returns whether the frame stream is to carry it.</summary>
    private bool TakeError(in CanFrame frame)
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

    private protected static void CheckTimeout(TimeSpan? timeout)
    {
        if (timeout < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A time-out cannot be negative. Use null to wait without a limit.");
    }
}
