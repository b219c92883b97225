using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan;

namespace LossyBus;

/// <summary>
/// A bus that receives another bus's frames, but late and not all of them: how a bus of your own is made, with RxCan's public API only. To test on
/// a bad wire in process, <see cref="VirtualCanBus.Faults"/> is enough; this one can stand over an interface, too.
/// </summary>
public sealed class LossyCanBus : CanBusBase, ICanLink
{
    private readonly ICanBus _inner;
    private readonly LossyPlan _plan;
    private readonly Random _random;
    private readonly CanReceiveQueue _received;
    private readonly IStopwatch _clock;
    private readonly Lock _gate = new();
    private readonly Queue<(TimeSpan Due, Action Add)> _late = new();
    private readonly SerialDisposable _source = new();
    private TimeSpan _lastDue;

    /// <summary>Makes a bus over another one, and disposes that one with itself.</summary>
    /// <param name="open">Opens the other bus, with error frames, from which the events are made.</param>
    /// <param name="plan">What happens to the frames.</param>
    /// <param name="options">How the bus is opened.</param>
    public LossyCanBus(Func<CanBusOptions, ICanBus> open, LossyPlan plan, CanBusOptions? options = null)
        : this(open((options ?? CanBusOptions.Default) with { ErrorMask = CanErrorClass.All }), plan, options ?? CanBusOptions.Default)
    {
    }

    private LossyCanBus(ICanBus inner, LossyPlan plan, CanBusOptions options)
        : base(inner.Name, options, inner.Scheduler)
    {
        _inner = inner;
        _plan = plan;
        _random = new(plan.Seed);
        _received = new(this);
        _clock = Scheduler.StartStopwatch();
    }

    /// <summary>How many frames were lost.</summary>
    public long Lost { get; private set; }

    public override CanBusState State => _inner.State;

    public CanState? ControllerState => (_inner as ICanLink)?.ControllerState;

    public IObservable<Unit>? Available => (_inner as ICanLink)?.Available;

    public void RestartController() => ((ICanLink)_inner).RestartController();

    public override void Send(in CanFrame frame) => _inner.Send(frame);

    public override ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default) =>
        _inner.SendAsync(frame, timeout, scheduler, cancellationToken);

    protected override void Connect(CanConnection connection)
    {
        _source.Disposable = Disposable.Empty; // ends what a failed connection left
        _received.Begin(connection);

        // The base class makes events from error frames. Subscribe to events first, so that no link event is missed.
        var events = _inner.Events.Subscribe(happened =>
        {
            if (happened is CanFramesDropped dropped)
                Delay(() => _received.AddLost(dropped.Count));
            else if (happened is CanLinkUp or CanLinkDown || (happened is CanLinkRemoved && Options.WaitForInterface))
                Delay(() => _received.Add(happened));
        });
        CanBusException? refused = null;
        var isConnecting = true;
        var frames = _inner.Subscribe(
            frame =>
            {
                if (!IsLost())
                    Delay(() => _received.Add(frame));
            },
            error =>
            {
                if (isConnecting)
                {
                    refused = (CanBusException)error;
                    return;
                }

                _source.Disposable = Disposable.Empty; // so that the next connection is the first to hear of the return
                Delay(() =>
                {
                    if (error is CanInterfaceNotFoundException)
                        _received.Add(new CanLinkRemoved(Name, Scheduler.Now));
                    _received.Add(error);
                });
            });
        isConnecting = false;
        if (refused is not null)
        {
            events.Dispose();
            _received.End();
            throw refused;
        }

        _source.Disposable = StableCompositeDisposable.Create(frames, events);
    }

    /// <summary>This bus always receives everything: replacing the subscription could miss frames.</summary>
    protected override void Apply(CanFilter filter, CanErrorClass errors)
    {
    }

    protected override void Idle(CanConnection connection)
    {
        if (!connection.TryRetire())
            return;
        _source.Disposable = Disposable.Empty;
        _received.End();
    }

    protected override void Close(CanConnection? connection)
    {
        _source.Dispose();
        _inner.Dispose();
        _received.Complete(connection);
    }

    private bool IsLost()
    {
        lock (_gate)
        {
            var isLost = _random.NextDouble() < _plan.Loss;
            if (isLost)
                Lost++;
            return isLost;
        }
    }

    /// <summary>Adds something to the received queue when its time has come, in the original order.</summary>
    private void Delay(Action add)
    {
        lock (_gate)
        {
            var due = _clock.Elapsed + (_plan.MaxDelay * _random.NextDouble());
            _lastDue = due > _lastDue ? due : _lastDue;
            _late.Enqueue((_lastDue, add));
            if (_late.Count > 1)
                return;
        }

        Wait();
    }

    private void Wait()
    {
        TimeSpan wait;
        lock (_gate)
            wait = _late.Peek().Due - _clock.Elapsed;
        Scheduler.Schedule(this, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, static (_, bus) =>
        {
            bus.Release();
            return Disposable.Empty;
        });
    }

    private void Release()
    {
        bool isMore;
        lock (_gate)
        {
            while (_late.TryPeek(out var next) && next.Due <= _clock.Elapsed)
            {
                next.Add();
                _late.Dequeue();
            }

            isMore = _late.Count > 0;
        }

        _received.Flush();
        if (isMore)
            Wait();
    }
}
