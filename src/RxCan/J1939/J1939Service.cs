using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>A subscription that makes a node do something until it is disposed: answer requests, or claim an address.</summary>
internal sealed class J1939Service<T>(Action<J1939Service<T>> stop, IObserver<T> observer) : Subscription<T>(observer)
{
    protected override void Cancel() => stop(this);
}
