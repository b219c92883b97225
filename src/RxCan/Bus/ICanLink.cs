using System.Reactive;

namespace RxCan;

/// <summary>
/// A bus that can tell of its interface and restart its controller: what <see cref="CanObservable.Reconnect"/> and
/// <see cref="CanObservable.RestartOnBusOff"/> ask of it. A bus of any package may implement it.
/// </summary>
public interface ICanLink
{
    /// <summary>The controller's state now; null if there is no controller, or it cannot be asked.</summary>
    CanState? ControllerState { get; }

    /// <summary>
    /// Gives a value when the interface is there, at once if it already is; cold. Null if the bus cannot tell: then
    /// <see cref="CanObservable.Reconnect"/> tries now and then.
    /// </summary>
    IObservable<Unit>? Available { get; }

    /// <summary>Restarts the controller from bus-off.</summary>
    /// <exception cref="CanBusException">It cannot be restarted, or is not bus-off.</exception>
    void RestartController();
}
