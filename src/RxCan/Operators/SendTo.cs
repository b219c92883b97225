using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Bus;

namespace RxCan;

/// <content>Sending.</content>
public static partial class CanObservable
{
    /// <summary>
    /// While subscribed, sends the frames to a bus, and emits those that it could not send, with the reason. Such a frame is not tried again:
    /// the next ones are.
    /// </summary>
    /// <param name="frames">The frames.</param>
    /// <param name="can">Where to send them.</param>
    /// <param name="patience">
    /// How long a frame may wait for room in the transmit queue. With zero, the default, a full queue refuses it at once. Waiting frames keep
    /// their order.
    /// </param>
    /// <param name="scheduler">The clock of <paramref name="patience"/>; the bus's if null.</param>
    /// <returns>
    /// A cold observable of the frames that were not sent. It fails when the source fails, and completes when the source does, or at the first
    /// frame after the bus was disposed. Disposing it withdraws the frames that wait.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The patience is negative.</exception>
    public static IObservable<UnsentFrame> SendTo(
        this IObservable<CanFrame> frames, ICanBus can, TimeSpan patience = default, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(can);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, TimeSpan.Zero);
        scheduler.Checked();
        var results = patience == TimeSpan.Zero
            ? frames.Select(frame => can.TrySend(frame, out var reason) ? default : new UnsentFrame(frame, reason))
            : Observable.Using(
                () => new CancellationDisposable(),
                ending => frames.SelectMany(frame => Result(frame, can.SendAsync(frame, patience, scheduler, ending.Token))));
        return results.Where(item => item.Reason is not null).TakeUntil(item => item.Reason is ObjectDisposedException).From(frames);
    }

    private static AsyncSubject<UnsentFrame> Result(CanFrame frame, ValueTask sending)
    {
        var result = new AsyncSubject<UnsentFrame>();
        _ = Wait();
        return result;

        async Task Wait()
        {
            Exception? reason = null;
            try
            {
                await sending.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                reason = e;
            }

            result.OnNext(reason is null ? default : new(frame, reason));
            result.OnCompleted();
        }
    }
}
