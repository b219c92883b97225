using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;

namespace RxCan.Cyclic;

/// <summary>
/// A watch for an identifier's silence over a bus's frames. Its timer fires once per time-out, not for each frame.
/// </summary>
internal sealed class PortablePresence : IObserver<CanFrame>, IDisposable
{
    private readonly Lock _gate = new(); // held while reporting, which keeps the order of frames and timer
    private readonly IScheduler _scheduler;
    private readonly CanId _id;
    private readonly IObserver<CanPresence> _observer;
    private readonly DueTimer _timer;
    private readonly PresenceClock _silence;
    private readonly SingleAssignmentDisposable _frames = new();

    public PortablePresence(IScheduler scheduler, CanId id, TimeSpan timeout, IObserver<CanPresence> observer)
    {
        (_scheduler, _id, _observer) = (scheduler, id, observer);
        _timer = new(scheduler, OnTimer);
        _silence = new(timeout, _timer.Now);
    }

    public void Start(ICanBus can)
    {
        lock (_gate)
            _timer.Set(_silence.Due);
        _frames.Disposable = can.Where(CanFilter.Id(_id)).Subscribe(this);
    }

    public void OnNext(CanFrame value)
    {
        lock (_gate)
        {
            if (!_silence.OnFrame(_timer.Now))
                return;
            _timer.Set(_silence.Due);
            _observer.OnNext(new(_id, IsPresent: true, value.Timestamp));
        }
    }

    public void OnError(Exception error) => End(error);

    public void OnCompleted() => End(null);

    public void Dispose()
    {
        _timer.Dispose();
        _frames.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (!_timer.IsElapsed())
                return;
            var fellSilent = _silence.Look(_timer.Now);
            _timer.Set(_silence.Due);
            if (fellSilent)
                _observer.OnNext(new(_id, IsPresent: false, _scheduler.Now.ToUniversalTime()));
        }
    }

    private void End(Exception? error)
    {
        lock (_gate)
        {
            Dispose();
            PortableBroadcastManager.End(_observer, error);
        }
    }
}
