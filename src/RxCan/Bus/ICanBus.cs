using System.Reactive.Concurrency;

namespace RxCan;

/// <summary>
/// A CAN interface as a hot stream of frames. Subscribing to it asks for every frame, subscribing to <see cref="Where(CanFilter)"/>
/// for those of a filter; what nobody asked for is not received at all.
/// </summary>
/// <remarks>
/// <para>Frames are delivered one at a time, in the order of their arrival, on the bus's own thread or scheduler: leave it with
/// <c>ObserveOn</c>, or keep observers quick. An observer that throws is detached and reported; the others go on.</para>
/// <para>The stream survives a link that goes down and up. It ends with <see cref="CanInterfaceNotFoundException"/> when the interface is
/// removed, after which subscribing again reopens (<c>Retry</c>, <c>RetryWhen</c>), and completes when the bus is disposed.</para>
/// </remarks>
public interface ICanBus : IObservable<CanFrame>, IDisposable
{
    /// <summary>The interface's name, as given to <see cref="CanBus.Open"/>.</summary>
    string Name { get; }

    /// <summary>How the bus was opened.</summary>
    CanBusOptions Options { get; }

    /// <summary>The scheduler of time-outs and periods on this bus, unless an operator is given another.</summary>
    IScheduler Scheduler { get; }

    /// <summary>
    /// Link down and up, state, lost frames and decoded error frames. Subscribing opens the interface as a subscription to frames does.
    /// It never fails, and completes when the bus is disposed.
    /// </summary>
    IObservable<CanBusEvent> Events { get; }

    /// <summary>The frames of a filter: those alone are received, and an exact identifier's subscribers are found by lookup.</summary>
    /// <param name="filter">What to receive.</param>
    IObservable<CanFrame> Where(CanFilter filter);

    /// <summary>Sends a frame, without waiting.</summary>
    /// <param name="frame">The frame; its timestamp and interface do not count.</param>
    /// <exception cref="CanQueueFullException">The transmit queue is full.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanInterfaceNotFoundException">The interface was removed.</exception>
    /// <exception cref="CanNotSupportedException">The frame is CAN FD, and the interface or <see cref="Options"/> is not.</exception>
    /// <exception cref="ObjectDisposedException">The bus is disposed.</exception>
    void Send(in CanFrame frame);

    /// <summary>Sends a frame, waiting while the transmit queue is full. Frames sent so from one thread keep their order.</summary>
    /// <param name="frame">The frame; its timestamp and interface do not count.</param>
    /// <param name="timeout">How long to wait for room, on <paramref name="scheduler"/>; for ever if null.</param>
    /// <param name="scheduler">The clock of the time-out; the bus's if null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the frame is in the queue; it fails as <see cref="Send"/> throws, but for the full queue.</returns>
    /// <exception cref="TimeoutException">There was no room in time.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask SendAsync(CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default);
}
