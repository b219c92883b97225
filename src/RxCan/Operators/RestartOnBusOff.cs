using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Links;

namespace RxCan;

/// <content>Recovery from bus-off.</content>
public static partial class CanObservable
{
    /// <summary>
    /// While subscribed, restarts the controller of a bus when it is bus-off, after a delay that grows while restarting does not help, and
    /// reports each attempt. It tries until the controller is back on the bus or the link goes down.
    /// </summary>
    /// <remarks>
    /// The kernel can do it too, without growing delays: <see cref="CanLinkSettings.RestartDelay"/>, which must be zero for this operator.
    /// A restart on SocketCAN needs <c>CAP_NET_ADMIN</c>.
    /// </remarks>
    /// <param name="can">The bus.</param>
    /// <param name="options">When and how; <see cref="CanRestartOptions.Default"/> if null.</param>
    /// <param name="scheduler">Measures the delays and restarts; the bus's if null.</param>
    /// <returns>A cold observable of the attempts, including failed ones. It never fails, and completes when the bus is disposed.</returns>
    /// <exception cref="ArgumentException"><see cref="CanRestartOptions.MaxDelay"/> is less than <see cref="CanRestartOptions.Delay"/>.</exception>
    /// <exception cref="NotSupportedException">The bus is not an <see cref="ICanLink"/>: set <see cref="CanRestartOptions.Restart"/>.</exception>
    public static IObservable<CanRestart> RestartOnBusOff(this ICanBus can, CanRestartOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        options ??= CanRestartOptions.Default;
        if (options.MaxDelay < options.Delay)
            throw new ArgumentException($"MaxDelay ({options.MaxDelay}) must not be less than Delay ({options.Delay}).", nameof(options));
        var link = can as ICanLink;
        var restart = options.Restart ?? (link is null
            ? throw new NotSupportedException($"{can.Name}: {can.GetType()} cannot restart its controller. Implement ICanLink, or set CanRestartOptions.Restart.")
            : link.RestartController);
        var clock = scheduler.Checked() ?? can.Scheduler;
        return Observable.Create<CanRestart>(observer =>
        {
            var restarts = new BusOffRestarts(can.Name, options, restart, clock, Observer.Synchronize(observer));
            var events = can.Events.Subscribe(happened => restarts.Take(IsBusOff(happened)), observer.OnError, observer.OnCompleted);
            restarts.Take(link?.ControllerState == CanState.BusOff ? true : null);
            return StableCompositeDisposable.Create(events, restarts);
        }).From(can);
    }

    /// <summary>Whether an event reports that the controller is bus-off or not; null if it reports neither.</summary>
    private static bool? IsBusOff(CanBusEvent happened) => happened switch
    {
        CanErrorReported { Error.State: { } state } => state == CanState.BusOff,
        CanLinkDown or CanLinkUp or CanLinkRemoved => false,
        _ => null,
    };

    /// <summary>The attempts of one subscription, and what they know about earlier ones.</summary>
    private sealed class BusOffRestarts(
        string name, CanRestartOptions options, Action restart, IScheduler clock, IObserver<CanRestart> observer) : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly SerialDisposable _timer = new();
        private bool _isBusOff;
        private bool _isWaiting; // for the next attempt
        private int _changes; // how often the state was reported
        private int _attempt;
        private readonly IStopwatch _sinceStart = clock.StartStopwatch();
        private TimeSpan? _lastRestart;

        /// <summary>Takes a report of the state. Controllers may report bus-off repeatedly.</summary>
        public void Take(bool? isBusOff)
        {
            lock (_gate)
            {
                if (isBusOff is null)
                    return;
                _changes++;
                _isBusOff = isBusOff.Value;
                if (!_isBusOff)
                {
                    _isWaiting = false;
                    _timer.Disposable = Disposable.Empty;
                }
                else if (!_isWaiting)
                {
                    if (_lastRestart is null || _sinceStart.Elapsed - _lastRestart >= options.MaxDelay)
                        _attempt = 0;
                    Wait();
                }
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Wait()
        {
            var attempt = ++_attempt;
            var ticks = Math.Max(options.Delay.Ticks, attempt > 1 ? TimeSpan.TicksPerMillisecond : 0) * Math.Pow(2, attempt - 1);
            var delay = ticks < options.MaxDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : options.MaxDelay;
            _isWaiting = true;
            var timer = new SingleAssignmentDisposable();
            _timer.Disposable = timer;
            timer.Disposable = DueTimer.After(clock, delay, () => Restart(timer, attempt, delay));
        }

        private void Restart(SingleAssignmentDisposable timer, int attempt, TimeSpan delay)
        {
            int changes;
            lock (_gate)
            {
                if (timer.IsDisposed)
                    return;
                _isWaiting = false;
                _lastRestart = _sinceStart.Elapsed;
                changes = _changes;
            }

            Exception? error = null;
            try
            {
                restart();
            }
            catch (Exception e)
            {
                error = e;
            }

            observer.OnNext(new() { Interface = name, Timestamp = clock.Now, Attempt = attempt, Delay = delay, Error = error });
            lock (_gate)
            {
                // A state reported meanwhile takes precedence.
                if (error is not null && !timer.IsDisposed && !_isWaiting && (_isBusOff || changes == _changes))
                    Wait();
            }
        }
    }
}
