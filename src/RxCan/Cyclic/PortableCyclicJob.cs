using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;

namespace RxCan.Cyclic;

/// <summary>A cyclic job on a scheduler. A subscription that passes no frames tells it when the bus ends.</summary>
internal sealed class PortableCyclicJob : ICyclicJob, IObserver<CanFrame>
{
    private readonly Lock _gate = new(); // held while sending, so that nothing is sent after Dispose has returned
    private readonly ICanBus _can;
    private readonly CyclicSchedule _schedule;
    private readonly bool _announcesUpdates;
    private readonly DueTimer _timer;
    private readonly IObserver<Unit> _observer;
    private readonly SingleAssignmentDisposable _life = new();
    private bool _ended;

    public PortableCyclicJob(ICanBus can, IScheduler scheduler, CyclicSetup setup, IObserver<Unit> observer)
    {
        _can = can;
        _schedule = new(setup);
        _announcesUpdates = setup.Options.AnnounceUpdates;
        _timer = new(scheduler, OnTimer);
        _observer = Observer.Synchronize(observer);
    }

    public void Start()
    {
        _life.Disposable = _can.Where(CanFilter.None).Subscribe(this);
        Exception? failure;
        bool over;
        lock (_gate)
        {
            if (_ended)
                return;
            failure = PortableBroadcastManager.TrySend(_can, _schedule.Start(_timer.Now));
            over = GoOn(failure);
        }

        Tell(failure, over);
    }

    public void Update(ReadOnlySpan<CanFrame> frames)
    {
        Exception? failure = null;
        var over = false;
        lock (_gate)
        {
            if (_ended)
                return;
            _schedule.Update(frames);
            if (_announcesUpdates)
            {
                failure = PortableBroadcastManager.TrySend(_can, _schedule.Announce());
                over = GoOn(failure);
            }
        }

        Tell(failure, over);
    }

    public void Dispose()
    {
        lock (_gate)
            Close();
        _life.Dispose();
    }

    void IObserver<CanFrame>.OnNext(CanFrame value)
    {
    }

    void IObserver<CanFrame>.OnError(Exception error)
    {
        if (error is not CanInterfaceDownException) // it may come up again, and sending reports everything else
            EndWith(error);
    }

    void IObserver<CanFrame>.OnCompleted() => EndWith(null);

    private void OnTimer()
    {
        Exception? failure;
        bool over;
        lock (_gate)
        {
            if (_ended || !_timer.IsElapsed())
                return;
            failure = PortableBroadcastManager.TrySend(_can, _schedule.Send(_timer.Now));
            over = GoOn(failure);
        }

        if (over)
            PortableBroadcastManager.End(_observer, failure);
    }

    /// <summary>Waits for the next frame, or ends the job; returns whether it ended. Under the gate.</summary>
    private bool GoOn(Exception? failure)
    {
        if (_ended) // an observer called within Send may dispose
            return false;
        if (failure is null && _schedule.Due is { } due)
        {
            _timer.Set(due);
            return false;
        }

        Close();
        return true;
    }

    private void Close()
    {
        _ended = true;
        _timer.Dispose();
    }

    private void Tell(Exception? failure, bool over)
    {
        if (failure is null)
            _observer.OnNext(Unit.Default);
        if (over)
            PortableBroadcastManager.End(_observer, failure);
    }

    private void EndWith(Exception? error)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            Close();
        }

        PortableBroadcastManager.End(_observer, error);
    }
}
