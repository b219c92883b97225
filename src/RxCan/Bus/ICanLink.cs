using System.Reactive;

namespace RxCan;

/// <summary>
/// A bus that reports the state of its interface and can restart its controller, for <see cref="CanObservable.Reconnect"/> and
/// <see cref="CanObservable.RestartOnBusOff"/>. Buses in other packages can implement it too.
/// </summary>
public interface ICanLink
{
    /// <summary>The controller's current state; null if there is no controller, or its state cannot be read.</summary>
    CanState? ControllerState { get; }

    /// <summary>
    /// A cold observable that produces a value when the interface exists, at once if it already does. Null if the bus cannot tell:
    /// then <see cref="CanObservable.Reconnect"/> tries from time to time.
    /// </summary>
    IObservable<Unit>? Available { get; }

    /// <summary>Restarts the controller from bus-off.</summary>
    /// <exception cref="CanBusException">The controller cannot be restarted, or is not bus-off.</exception>
    void RestartController();
}
