using RxCan.Bus;

namespace RxCan;

/// <summary>
/// One connection of a bus, to which a backend passes what it receives. It begins with <see cref="CanBusBase.Connect"/>, and ends with
/// <see cref="TryRetire"/>, <see cref="Fail"/> or <see cref="Complete"/>. See <see cref="CanBusBase"/> for its life.
/// </summary>
/// <remarks>
/// A backend makes one call at a time, on the thread or scheduler that delivers. A connection is also an observer, so a backend built on an
/// observable of frames can subscribe it: an error <see cref="Fail"/>s the connection, and completion <see cref="Complete"/>s it.
/// </remarks>
public sealed class CanConnection : IObserver<CanFrame>
{
    private readonly CanBusBase _bus;

    internal CanConnection(CanBusBase bus, FrameDispatcher? waiting = null) => (_bus, Frames) = (bus, waiting ?? new());

    /// <summary>The subscriptions.</summary>
    internal FrameDispatcher Frames { get; }

    /// <summary>
    /// Delivers a frame to the subscribers whose filters it passes, and reports an error frame in <see cref="ICanBus.Events"/>. The frame is
    /// delivered unchanged: set its interface, time and origin first (<see cref="CanFrame.WithInterface"/>,
    /// <see cref="CanFrame.WithTimestamp"/>, <see cref="CanFrame.WithOrigin"/>).
    /// </summary>
    /// <param name="frame">The frame. One that passes no filter is ignored.</param>
    public void Receive(in CanFrame frame)
    {
        _bus.Received++;
        if (!_bus.IsDisposed && (!frame.IsError || _bus.TakeError(frame)))
            Frames.Dispatch(frame);
    }

    /// <summary>
    /// Ends the connection if there are no subscriptions; call it after <see cref="CanBusBase.Idle"/>. The next subscription makes a new one.
    /// </summary>
    /// <returns>Whether it ended; false if an observer subscribed in the meantime, or if it had already ended.</returns>
    public bool TryRetire() => _bus.TryRetire(this);

    /// <summary>Ends the connection and passes an error to its subscriptions. The next subscription makes a new one.</summary>
    /// <param name="error">What happened: <see cref="CanInterfaceNotFoundException"/> if the interface was removed.</param>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _bus.Fail(this, error);
    }

    /// <summary>Completes the subscriptions and the events of a disposed bus. Call it after <see cref="CanBusBase.Close"/>.</summary>
    public void Complete() => _bus.Complete(this);

    void IObserver<CanFrame>.OnNext(CanFrame value) => Receive(value);

    void IObserver<CanFrame>.OnError(Exception error) => Fail(error);

    void IObserver<CanFrame>.OnCompleted() => Complete();
}
