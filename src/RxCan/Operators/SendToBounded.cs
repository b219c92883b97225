using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Runtime.CompilerServices;
using RxCan.Bus;
using RxCan.Operators;

namespace RxCan;

/// <content>Sending from a bounded queue.</content>
public static partial class CanObservable
{
    /// <summary>
    /// While subscribed, sends the frames to a bus in order. A limited number waits for room in its transmit queue, no longer than they may. The
    /// frames that are dropped or cannot be sent are emitted with the reason: none is lost without a word, and none is tried again.
    /// </summary>
    /// <remarks>The link may go down, and the interface may be removed: the frames of that time are emitted, and later ones are sent again.</remarks>
    /// <param name="frames">The frames. Their source is never held up.</param>
    /// <param name="can">Where to send them.</param>
    /// <param name="options">How many may wait, how long, and which to drop.</param>
    /// <param name="scheduler">The clock of <see cref="CanSendOptions.MaxAge"/>; the bus's if null.</param>
    /// <returns>
    /// A cold observable of the frames that were not sent. After the waiting frames it completes or fails as the source does; it completes at the
    /// first frame after the bus was disposed. Disposing it withdraws the frames that wait.
    /// </returns>
    [OverloadResolutionPriority(1)] // so that new() { ... } are options, not a TimeSpan
    public static IObservable<UnsentFrame> SendTo(
        this IObservable<CanFrame> frames, ICanBus can, CanSendOptions options, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(options);
        var clock = scheduler.Checked() ?? can.Scheduler;
        return Observable.Create<UnsentFrame>(observer =>
        {
            var sender = new BoundedSender(can, options, clock, observer);
            return StableCompositeDisposable.Create(frames.SubscribeSafe(sender), sender);
        }).From(frames);
    }

    private sealed class BoundedSender : IObserver<CanFrame>, IDisposable
    {
        private readonly ICanBus _can;
        private readonly CanSendOptions _options;
        private readonly IScheduler _scheduler;
        private readonly IStopwatch _clock;
        private readonly CancellationTokenSource _ending = new();
        private readonly Lock _gate = new();
        private readonly BoundedQueue<(CanFrame Frame, TimeSpan Since)> _waiting;
        private readonly Mailbox<UnsentFrame?> _unsent; // null: the end
        private bool _isSending;
        private bool _isOver;
        private Exception? _error;

        public BoundedSender(ICanBus can, CanSendOptions options, IScheduler scheduler, IObserver<UnsentFrame> observer)
        {
            (_can, _options, _scheduler) = (can, options, scheduler);
            _clock = scheduler.StartStopwatch();
            _waiting = new(options.Capacity, options.Policy);
            _unsent = new(
                unsent =>
                {
                    if (unsent is { } frame)
                        observer.OnNext(frame);
                    else if (_error is null)
                        observer.OnCompleted();
                    else
                        observer.OnError(_error);
                },
                scheduler);
        }

        public void OnNext(CanFrame value)
        {
            bool isDropped, isIdle;
            (CanFrame Frame, TimeSpan Since) dropped;
            lock (_gate)
            {
                if (_isOver)
                    return;
                isDropped = _waiting.Add((value, _clock.Elapsed), out dropped);
                isIdle = !_isSending;
                _isSending = true;
            }

            if (isDropped)
            {
                _unsent.Tell(new UnsentFrame(dropped.Frame, new CanQueueFullException(
                    _can.Name, $"{_can.Name}: {_options.Capacity} frames are waiting to be sent. Send less, or raise CanSendOptions.Capacity.")));
            }

            if (isIdle)
                _ = Send();
        }

        public void OnError(Exception error) => End(error);

        public void OnCompleted() => End(null);

        public void Dispose()
        {
            lock (_gate)
            {
                _isOver = true;
                _waiting.Clear();
            }

            _ending.Cancel();
        }

        private void End(Exception? error)
        {
            bool isIdle;
            lock (_gate)
            {
                if (_isOver)
                    return;
                (_isOver, _error) = (true, error);
                isIdle = !_isSending;
                _isSending = true;
            }

            if (isIdle)
                _ = Send();
        }

        /// <summary>Sends what waits, then ends if the source has ended. It goes on where the bus has room: on virtual time, on its thread.</summary>
        private async Task Send()
        {
            while (true)
            {
                CanFrame frame;
                TimeSpan since;
                bool isEnd;
                lock (_gate)
                {
                    isEnd = _isOver && _waiting.Count == 0;
                    if (!isEnd && _waiting.Count == 0)
                    {
                        _isSending = false;
                        return;
                    }

                    ((frame, since), _) = isEnd ? default : _waiting.Take();
                }

                if (isEnd || _ending.IsCancellationRequested)
                {
                    if (!_ending.IsCancellationRequested)
                        _unsent.Tell(null);
                    return;
                }

                try
                {
                    var rest = _options.MaxAge - (_clock.Elapsed - since);
                    if (rest <= TimeSpan.Zero)
                        throw new TimeoutException($"{_can.Name}: the frame waited for {_options.MaxAge} and is too old.");
                    await _can.SendAsync(frame, rest, _scheduler, _ending.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (_ending.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception e)
                {
                    _unsent.Tell(new UnsentFrame(frame, e));
                    if (e is not ObjectDisposedException)
                        continue;
                    Dispose();
                    _unsent.Tell(null);
                    return;
                }
            }
        }
    }
}
