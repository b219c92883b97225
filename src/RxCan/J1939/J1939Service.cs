using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>A subscription by which a node does something for as long as it lives: answers requests, or claims an address.</summary>
internal sealed class J1939Service<T>(Action<J1939Service<T>> stop, IObserver<T> observer) : Subscription<T>(observer)
{
    protected override void Cancel() => stop(this);
}
