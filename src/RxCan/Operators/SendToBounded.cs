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

    private sealed class BoundedSender : BoundedStage<(CanFrame Frame, TimeSpan Since)>, IObserver<CanFrame>
    {
        private readonly ICanBus _can;
        private readonly CanSendOptions _options;
        private readonly IScheduler _scheduler;
        private readonly IStopwatch _clock;
        private readonly Mailbox<UnsentFrame?> _unsent; // null: the end

        public BoundedSender(ICanBus can, CanSendOptions options, IScheduler scheduler, IObserver<UnsentFrame> observer)
            : base(new(options.Capacity, options.Policy))
        {
            (_can, _options, _scheduler) = (can, options, scheduler);
            _clock = scheduler.StartStopwatch();
            _unsent = new(
                unsent =>
                {
                    if (unsent is { } frame)
                        observer.OnNext(frame);
                    else if (Error is null)
                        observer.OnCompleted();
                    else
                        observer.OnError(Error);
                },
                scheduler);
        }

        public void OnNext(CanFrame value) => OnNext((value, _clock.Elapsed));

        protected override void OnDropped((CanFrame Frame, TimeSpan Since) dropped) => _unsent.Tell(new UnsentFrame(dropped.Frame, new CanQueueFullException(
            _can.Name, $"{_can.Name}: {_options.Capacity} frames are waiting to be sent. Send less, or raise CanSendOptions.Capacity.")));

        protected override void Begin() => _ = Send();

        /// <summary>Sends what waits, then ends if the source has ended. It goes on where the bus has room: on virtual time, on its thread.</summary>
        private async Task Send()
        {
            bool isEnd;
            while (TryTake(out var item, out isEnd))
            {
                var (frame, since) = item.Value;
                try
                {
                    var rest = _options.MaxAge - (_clock.Elapsed - since);
                    if (rest <= TimeSpan.Zero)
                        throw new TimeoutException($"{_can.Name}: the frame waited for {_options.MaxAge} and is too old.");
                    await _can.SendAsync(frame, rest, _scheduler, Ending).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (Ending.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception e)
                {
                    _unsent.Tell(new UnsentFrame(frame, e));
                    if (e is not ObjectDisposedException)
                        continue;
                    Dispose();
                    isEnd = true;
                    break;
                }
            }

            if (isEnd)
                _unsent.Tell(null);
        }
    }
}
