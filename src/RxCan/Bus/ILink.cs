using System.Reactive;

namespace RxCan.Bus;

/// <summary>A bus that knows its interface: what the operators of recovery ask of a backend.</summary>
internal interface ILink
{
    /// <summary>The controller's state now; null if there is none, or it cannot be asked.</summary>
    CanState? State { get; }

    /// <summary>Gives a value when the interface is there, at once if it is already; cold. Null if the backend cannot tell.</summary>
    IObservable<Unit>? IsThere { get; }

    /// <summary>Restarts the controller from bus-off.</summary>
    /// <exception cref="CanBusException">It cannot be restarted, or need not be.</exception>
    void Restart();
}
