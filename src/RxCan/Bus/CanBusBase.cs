using System.Collections.Concurrent;
using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan;

/// <summary>
/// The base of every bus, in this library and in other packages: it holds the subscriptions, combines their filters, dispatches frames by
/// identifier, reports events, and manages the life of a connection. A backend connects, receives and sends.
/// </summary>
/// <remarks>
/// <para>The life of a connection. Only this class changes it, always under one lock; no observer is called under that lock.</para>
/// <code>
/// from                  to          when                                         whose thread
/// idle                  connected   an observer subscribes: Connect, then Apply  the subscriber's
/// connected             retiring    the last subscription is disposed: Idle      the observer's
/// retiring              connected   an observer subscribes before it has retired the subscriber's
/// retiring              idle        CanConnection.TryRetire                      where the backend delivers
/// connected, retiring   failed      CanConnection.Fail: observers get OnError    where the backend delivers
/// failed                connected   an observer subscribes: Connect, then Apply  the subscriber's
/// failed                connected   the interface is back, for the events and    ICanLink.Available's, or the scheduler's
///                                   the subscriptions that wait for it
/// any                   disposed    Dispose: Close                               the user's
/// disposed              -           CanConnection.Complete: OnCompleted          where the backend delivers
/// </code>
/// <para>A backend delivers, reports, fails and completes one call at a time, on its own thread or scheduler: never within
/// <see cref="Connect"/>, <see cref="Apply"/>, <see cref="Idle"/> or <see cref="Close"/>, which run on users' threads.</para>
/// </remarks>
public abstract partial class CanBusBase : ICanBus
{
    private long _sent;
    private readonly CanBusBase? _main; // the bus that it works for and that reports its failures and losses; null if a user opened it
    private readonly ConcurrentDictionary<string, CanState> _states = new(); // of the interfaces whose controllers are not error-active

    /// <summary>Makes a bus without a connection.</summary>
    /// <param name="name">Its name, as given to <see cref="CanBus.Open"/>.</param>
    /// <param name="options">How it was opened.</param>
    /// <param name="scheduler">Its clock. <see cref="ImmediateScheduler"/> and <see cref="CurrentThreadScheduler"/> are refused.</param>
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
        Scheduler = scheduler.Checked();
        _events = new EventList(this);
        _happened = new(Tell, scheduler);
        _clock = scheduler.StartStopwatch();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public CanBusOptions Options { get; }

    /// <inheritdoc/>
    public IScheduler Scheduler { get; }

    /// <inheritdoc/>
    /// <remarks>Unless overridden: what the events and the error frames have said, and <see cref="ICanLink.ControllerState"/>.</remarks>
    public virtual CanBusState State => StateOf(_link, (this as ICanLink)?.ControllerState);

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

    /// <summary>Connects to the interface; <see cref="Apply"/> follows. Called under the bus's lock.</summary>
    /// <param name="connection">Takes what is received, until it ends.</param>
    /// <exception cref="CanBusException">It cannot connect; the subscriber gets this in <c>OnError</c>.</exception>
    protected internal abstract void Connect(CanConnection connection);

    /// <summary>
    /// Sets what is received. A backend may receive more than this, but not less. One call at a time, not under the bus's lock: the
    /// connection may end in the meantime.
    /// </summary>
    /// <param name="filter">The data and remote frames to receive.</param>
    /// <param name="errors">The classes of error frames to receive.</param>
    /// <exception cref="CanBusException">It cannot be set; the subscriber gets this in <c>OnError</c>.</exception>
    protected abstract void Apply(CanFilter filter, CanErrorClass errors);

    /// <summary>An observer has subscribed, after <see cref="Apply"/>. Not called under the bus's lock.</summary>
    protected virtual void Started()
    {
    }

    /// <summary>
    /// The last subscription has ended. The backend must end the connection with <see cref="CanConnection.TryRetire"/> where it delivers, and
    /// close what it opened if that succeeds. Called under the bus's lock.
    /// </summary>
    /// <param name="connection">The connection.</param>
    protected internal abstract void Idle(CanConnection connection);

    /// <summary>
    /// The bus is disposed: releases everything, and calls <see cref="Complete(CanConnection?)"/> where the backend delivers. Called once, not
    /// under the bus's lock.
    /// </summary>
    /// <param name="connection">The connection; null if there is none.</param>
    protected internal abstract void Close(CanConnection? connection);

    /// <summary>The frames that were delivered since the bus was opened, and those that passed no filter. Written by the delivering thread.</summary>
    internal long Received;

    /// <summary>The frames that were handed to the transmit queue since the bus was opened.</summary>
    internal long Sent => Volatile.Read(ref _sent);

    /// <summary>The frames that did not fit the receive buffer since the bus was opened.</summary>
    internal long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Counts a frame that was handed to the transmit queue.</summary>
    private protected void CountSent(long count = 1) => Interlocked.Add(ref (_main ?? this)._sent, count);

    /// <summary>Reports an error frame and any change of state in it; returns whether the frame stream carries the frame.</summary>
    internal bool TakeError(in CanFrame frame)
    {
        var error = frame.ToError();
        if (_events.HasObservers)
            Report(new CanErrorReported(frame.Interface, frame.Timestamp, error));
        if (error.State is { } state && state != _states.GetValueOrDefault(frame.Interface))
        {
            _states[frame.Interface] = state;
            Report(new CanStateChanged(frame.Interface, frame.Timestamp, state));
        }

        return (error.Class & Options.ErrorMask) != 0;
    }

    private protected CanBusState StateOf(CanLinkState link, CanState? controller) => new(
        link, link != CanLinkState.Up ? null : controller ?? (_states.TryGetValue(Name, out var reported) ? reported : null));

    private protected static void CheckTimeout(TimeSpan? timeout, IScheduler? scheduler)
    {
        scheduler.Checked();
        if (timeout < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A time-out cannot be negative. Use null to wait without a limit.");
    }
}
