using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Runtime.ExceptionServices;

namespace RxCan.Uds;

/// <summary>Observers of a server, one call at a time. One that throws is detached, and its exception goes where Rx throws unhandled ones.</summary>
internal sealed class ServerEvents : IObservable<UdsServerEvent>
{
    private readonly Lock _gate = new();
    private volatile IObserver<UdsServerEvent>[] _observers = [];
    private bool _isOver;
    private Exception? _error;

    public bool HasObservers => _observers.Length > 0;

    public IDisposable Subscribe(IObserver<UdsServerEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_gate)
        {
            if (!_isOver)
            {
                _observers = [.. _observers, observer];
                return Disposable.Create(() => Remove(observer));
            }
        }

        if (_error is null)
            observer.OnCompleted();
        else
            observer.OnError(_error);
        return Disposable.Empty;
    }

    public void OnNext(UdsServerEvent happened)
    {
        foreach (var observer in _observers)
        {
            try
            {
                observer.OnNext(happened);
            }
            catch (Exception e)
            {
                Remove(observer);
                Throw(e);
            }
        }
    }

    public void End(Exception? error)
    {
        IObserver<UdsServerEvent>[] ended;
        lock (_gate)
        {
            (_isOver, _error) = (true, _isOver ? _error : error);
            ended = _observers;
            _observers = [];
        }

        foreach (var observer in ended)
        {
            if (error is null)
                observer.OnCompleted();
            else
                observer.OnError(error);
        }
    }

    private static void Throw(Exception failure) =>
        TaskPoolScheduler.Default.Schedule(ExceptionDispatchInfo.Capture(failure), static (_, info) =>
        {
            info.Throw();
            return Disposable.Empty;
        });

    private void Remove(IObserver<UdsServerEvent> observer)
    {
        lock (_gate)
        {
            var at = Array.IndexOf(_observers, observer);
            if (at >= 0)
                _observers = [.. _observers[..at], .. _observers[(at + 1)..]];
        }
    }
}
