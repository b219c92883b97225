using System.Reactive;
using System.Reactive.Disposables;

namespace RxCan.Cyclic;

/// <summary>Answers an identifier's remote frames where the bus delivers them.</summary>
internal sealed class PortableAnswers(ICanBus can, CanFrame answer, IObserver<Unit> observer) : IObserver<CanFrame>, IDisposable
{
    private readonly IObserver<Unit> _observer = Observer.Synchronize(observer);
    private readonly SingleAssignmentDisposable _requests = new();

    public void Start(ICanBus watched)
    {
        _requests.Disposable = watched.Where(CanFilter.Remote(answer.Id)).Subscribe(this);
        _observer.OnNext(Unit.Default);
    }

    public void OnNext(CanFrame value)
    {
        if (_requests.IsDisposed || PortableBroadcastManager.TrySend(can, answer) is not { } failure)
            return;
        _requests.Dispose();
        PortableBroadcastManager.End(_observer, failure);
    }

    public void OnError(Exception error) => PortableBroadcastManager.End(_observer, error);

    public void OnCompleted() => PortableBroadcastManager.End(_observer, null);

    public void Dispose() => _requests.Dispose();
}
