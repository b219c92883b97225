using System.Reactive.Concurrency;

namespace RxCan;

/// <summary>
/// A CAN interface as a hot stream of frames. Subscribing to it requests every frame, subscribing to <see cref="Where(CanFilter)"/>
/// those that pass a filter. Frames without a subscriber are not received at all.
/// </summary>
/// <remarks>
/// <para>Frames are delivered one at a time, in order of arrival, on the bus's own thread or scheduler: keep observers fast, or
/// use <c>ObserveOn</c>. An observer that throws is detached and reported; the others continue.</para>
/// <para>A subscription begins between two frames: made in <c>OnNext</c>, it does not get the frame that is being delivered, and it gets the
/// next one, whatever its filter. Frames that were waiting in the receive buffer for other subscribers are older than it.</para>
/// <para>The stream survives a link that goes down and up. It ends with <see cref="CanInterfaceNotFoundException"/> when the interface is
/// removed, after all frames that came before, unless the bus waits for it (<see cref="CanBusOptions.WaitForInterface"/>). <see cref="CanObservable.Reconnect"/> subscribes again when the interface is back; Rx's
/// <c>Retry</c> tries about a hundred times per second. The stream completes when the bus is disposed.</para>
/// </remarks>
public interface ICanBus : IObservable<CanFrame>, IDisposable
{
    /// <summary>The interface's name, as given to <see cref="CanBus.Open"/>.</summary>
    string Name { get; }

    /// <summary>How the bus was opened.</summary>
    CanBusOptions Options { get; }

    /// <summary>The scheduler for time-outs and periods on this bus, unless an operator is given another one.</summary>
    IScheduler Scheduler { get; }

    /// <summary>
    /// Link changes, controller states, lost frames and decoded error frames. Subscribing opens the interface, as for frames.
    /// It never fails, outlives the removal of the interface, and completes when the bus is disposed.
    /// </summary>
    /// <remarks>It begins with the next event. <see cref="CanBusExtensions.EventsWithState"/> begins with the state.</remarks>
    IObservable<CanBusEvent> Events { get; }

    /// <summary>Whether the interface exists and is up, and the state of its controller, now. On SocketCAN, each call asks the kernel.</summary>
    CanBusState State { get; }

    /// <summary>The frames that pass a filter: only these are received, and subscribers of an exact identifier are found by lookup.</summary>
    /// <param name="filter">What to receive.</param>
    IObservable<CanFrame> Where(CanFilter filter);

    /// <summary>Sends a frame without waiting.</summary>
    /// <param name="frame">The frame; its timestamp and interface are ignored.</param>
    /// <exception cref="CanQueueFullException">The transmit queue is full.</exception>
    /// <exception cref="CanInterfaceDownException">The interface is down.</exception>
    /// <exception cref="CanInterfaceNotFoundException">The interface was removed.</exception>
    /// <exception cref="CanNotSupportedException">The frame is CAN FD, but the interface does not support it or <see cref="Options"/> does not enable it.</exception>
    /// <exception cref="ObjectDisposedException">The bus is disposed.</exception>
    void Send(in CanFrame frame);

    /// <summary>Sends a frame, and waits while the transmit queue is full. Frames sent this way from one thread keep their order.</summary>
    /// <param name="frame">The frame; its timestamp and interface are ignored.</param>
    /// <param name="timeout">How long to wait for room, on <paramref name="scheduler"/>; without a limit if null.</param>
    /// <param name="scheduler">The clock of the time-out; the bus's if null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the frame is in the queue. It fails where <see cref="Send"/> throws, except for a full queue.</returns>
    /// <exception cref="TimeoutException">There was no room in time.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask SendAsync(CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default);
}
