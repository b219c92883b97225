using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>
/// A <see cref="ServerMachine"/> on ISO-TP sessions and a clock. What happens is queued and handled one after another, without a lock, on
/// whichever thread finds no other doing so; users' calls only queue.
/// </summary>
internal sealed class UdsServer : IUdsServer, IServerSink
{
    private readonly ICanBus _can;
    private readonly IScheduler _scheduler;
    private readonly IStopwatch _clock;
    private readonly IIsoTpSession _session;
    private readonly ServerMachine _machine;
    private readonly ServerEvents _events = new();
    private readonly Lock _gate = new();
    private readonly Queue<Notice> _notices = new();
    private readonly SerialDisposable _timer = new();
    private readonly SerialDisposable _awaited = new();
    private readonly CompositeDisposable _lifetime;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private bool _isEarly; // the system's timers truncate to whole milliseconds
    private bool _isActing;
    private bool _isOver;
    private int _isDisposed;

    public UdsServer(ICanBus can, IsoTpAddress address, UdsEcu ecu, UdsServerOptions options)
    {
        (_can, Address, Ecu, Options) = (can, address, ecu, options);
        _scheduler = options.Scheduler ?? options.IsoTp.Scheduler ?? can.Scheduler;
        _clock = _scheduler.StartStopwatch();
        _machine = new(ecu, options, options.IsoTp.MaxLength, this);
        _machine.Start(TimeSpan.Zero);
        _session = can.OpenIsoTp(address, options.IsoTp);
        _lifetime = [_timer, _awaited, _session];
        Listen(_session, isFunctional: false);
        var functional = options.FunctionalAddress
            ?? (options.FunctionalId is { } id ? IsoTpAddress.Normal(address.TxId, id).WithFunctionalRx() : null);
        if (functional is not null)
        {
            try
            {
                var group = can.OpenIsoTp(functional, options.IsoTp with { Engine = EngineKind.Auto });
                _lifetime.Add(group);
                Listen(group, isFunctional: true);
            }
            catch
            {
                _lifetime.Dispose();
                throw;
            }
        }

        _lifetime.Add(_session.Progress.Reconnect().Subscribe(
            progress => Tell(new(NoticeKind.Progress, Number: progress.Total, IsFlagged: progress.IsSending)), static _ => { }));
        _lifetime.Add(ecu.Dtcs.Watch((old, changed) => Post(new(NoticeKind.DtcChanged, Number: (int)(old.Status ^ changed.Status)))));
    }

    private enum NoticeKind
    {
        Request,
        Answer,
        Failed,
        Time,
        Progress,
        DtcChanged,
        TransportFailed,
        Ended,
        Disposed,
    }

    public IsoTpAddress Address { get; }

    public UdsServerOptions Options { get; }

    public UdsEcu Ecu { get; }

    public UdsSession Session => _machine.Session;

    public int Level => _machine.Level;

    bool IServerSink.IsWatched => _events.HasObservers;

    public IDisposable Subscribe(IObserver<UdsServerEvent> observer) => _events.Subscribe(observer);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _lifetime.Dispose();
        Post(new(NoticeKind.Disposed));
    }

    void IServerSink.Send(byte[] message)
    {
        try
        {
            _session.Send(message);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    void IServerSink.SendPeriodic(byte[] message)
    {
        if (Options.PeriodicId is not { } id)
        {
            ((IServerSink)this).Send(message);
            return;
        }

        var length = Options.IsoTp.Fd ? CanFrame.MaxFdLength : CanFrame.MaxLength;
        var data = message.AsSpan(0, Math.Min(message.Length, length));
        try
        {
            if (!_can.TrySend(Options.IsoTp.Fd ? CanFrame.Fd(id, data) : new CanFrame(id, data), out var error))
                _events.OnNext(new UdsTransportFailed(error));
        }
        catch (ObjectDisposedException)
        {
        }
    }

    void IServerSink.Await(IObservable<UdsReply> answer, int number)
    {
        var subscription = new SingleAssignmentDisposable();
        _awaited.Disposable = subscription;
        var hasAnswered = 0;
        try
        {
            subscription.Disposable = answer.Subscribe(
                value =>
                {
                    if (Interlocked.Exchange(ref hasAnswered, 1) != 0)
                        return;
                    subscription.Dispose();
                    Tell(new(NoticeKind.Answer, Number: number, Answer: value));
                },
                error => Tell(new(NoticeKind.Failed, error, number)),
                () => Tell(new(NoticeKind.Answer, Number: number)));
        }
        catch (Exception e)
        {
            Tell(new(NoticeKind.Failed, e, number));
        }
    }

    void IServerSink.StopAwaiting() => _awaited.Disposable = null;

    void IServerSink.Report(UdsServerEvent happened) => _events.OnNext(happened);

    private void Listen(IIsoTpSession session, bool isFunctional)
    {
        _lifetime.Add(session.Reconnect().Subscribe(
            message => Tell(new(NoticeKind.Request, message, IsFlagged: isFunctional)),
            error => Tell(new(NoticeKind.Ended, error)),
            () => Tell(new(NoticeKind.Ended))));
        _lifetime.Add(session.Errors.Reconnect().Subscribe(error => Tell(new(NoticeKind.TransportFailed, error)), static _ => { }));
    }

    /// <summary>Queues what a user's call did; the thread that acts, or the scheduler, handles it.</summary>
    private void Post(in Notice notice)
    {
        lock (_gate)
        {
            _notices.Enqueue(notice);
            if (_isActing)
                return;
        }

        _scheduler.Schedule(this, static (_, server) =>
        {
            server.Act();
            return Disposable.Empty;
        });
    }

    private void Tell(in Notice notice)
    {
        lock (_gate)
            _notices.Enqueue(notice);
        Act();
    }

    private void Act()
    {
        lock (_gate)
        {
            if (_isActing)
                return;
            _isActing = true;
        }

        while (true)
        {
            Notice notice;
            lock (_gate)
            {
                if (!_notices.TryDequeue(out notice))
                {
                    _isActing = false;
                    return;
                }
            }

            try
            {
                On(notice);
            }
            catch (Exception e)
            {
                _events.OnNext(new UdsTransportFailed(e)); // the bus's or the scheduler's fault; the server goes on
            }

            if (!_isOver)
                Arm();
        }
    }

    private void On(in Notice notice)
    {
        if (_isOver)
            return;
        var now = _clock.Elapsed;
        switch (notice.Kind)
        {
            case NoticeKind.Request:
                _machine.OnRequest(now, (byte[])notice.Item!, notice.IsFlagged);
                break;
            case NoticeKind.Answer:
                _machine.OnAnswered(now, notice.Number, notice.Answer, error: null);
                break;
            case NoticeKind.Failed:
                _machine.OnAnswered(now, notice.Number, default, (Exception)notice.Item!);
                break;
            case NoticeKind.Time:
                _isEarly = now < _wakeAt;
                _wakeAt = TimeSpan.MaxValue;
                _machine.OnTime(now);
                break;
            case NoticeKind.Progress:
                _machine.OnTransferring(now, notice.IsFlagged, notice.Number);
                break;
            case NoticeKind.DtcChanged:
                _machine.OnDtcChanged(now, (UdsDtcStatus)notice.Number);
                break;
            case NoticeKind.TransportFailed:
                _events.OnNext(new UdsTransportFailed((Exception)notice.Item!));
                break;
            default:
                _isOver = true;
                _machine.Stop();
                _lifetime.Dispose();
                _events.End((Exception?)notice.Item);
                break;
        }
    }

    /// <summary>Waits for the next deadline. A timer that is too early is left as it is: deadlines that move with each request cost nothing.</summary>
    private void Arm()
    {
        var due = _machine.Due;
        if (due >= _wakeAt)
            return;
        _wakeAt = due;
        var wait = due - _clock.Elapsed;
        wait = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1);
        if (_isEarly)
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _isEarly = false;
        var timer = new SingleAssignmentDisposable();
        _timer.Disposable = timer; // before it can fire and be armed again
        timer.Disposable = _scheduler.Schedule(this, wait, static (_, server) =>
        {
            server.Tell(new(NoticeKind.Time));
            return Disposable.Empty;
        });
    }

    private readonly record struct Notice(
        NoticeKind Kind, object? Item = null, int Number = 0, bool IsFlagged = false, UdsReply Answer = default);
}
