using RxCan.Bus;

namespace RxCan;

/// <summary>
/// One connection of a bus: where a backend hands in what it receives. It begins with <see cref="CanBusBase.Connect"/>, and ends with
/// <see cref="TryRetire"/>, <see cref="Fail"/> or <see cref="Complete"/>. See <see cref="CanBusBase"/> for its life.
/// </summary>
/// <remarks>
/// A backend calls a connection one call at a time, on the thread or scheduler that delivers. It is an observer too, so that a backend made of
/// an observable of frames subscribes it: an error <see cref="Fail"/>s the connection, and completion <see cref="Complete"/>s it.
/// </remarks>
public sealed class CanConnection : IObserver<CanFrame>
{
    private readonly CanBusBase _bus;

    internal CanConnection(CanBusBase bus) => _bus = bus;

    /// <summary>Who is subscribed.</summary>
    internal FrameDispatcher Frames { get; } = new();

    /// <summary>
    /// Delivers a frame to those who asked for it, and reports an error frame in <see cref="ICanBus.Events"/>. The frame is delivered as it is:
    /// set its interface, time and origin before (<see cref="CanFrame.WithInterface"/>, <see cref="CanFrame.WithTimestamp"/>,
    /// <see cref="CanFrame.WithOrigin"/>).
    /// </summary>
    /// <param name="frame">The frame. What nobody asked for is ignored.</param>
    public void Receive(in CanFrame frame) => _bus.Receive(this, frame);

    /// <summary>
    /// Ends the connection if nobody is subscribed, after <see cref="CanBusBase.Idle"/> said so. The next subscription makes a new one.
    /// </summary>
    /// <returns>Whether it has ended; false if somebody subscribed meanwhile, or it had ended before.</returns>
    public bool TryRetire() => _bus.TryRetire(this);

    /// <summary>Ends the connection, and its subscriptions with an error. The next subscription makes a new one.</summary>
    /// <param name="error">What happened: <see cref="CanInterfaceNotFoundException"/> if the interface was removed.</param>
    public void Fail(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _bus.Fail(this, error);
    }

    /// <summary>Completes the subscriptions and the events of a bus that is disposed. Call it once <see cref="CanBusBase.Close"/> was called.</summary>
    public void Complete() => _bus.Complete(this);

    void IObserver<CanFrame>.OnNext(CanFrame value) => Receive(value);

    void IObserver<CanFrame>.OnError(Exception error) => Fail(error);

    void IObserver<CanFrame>.OnCompleted() => Complete();
}
