using System.Diagnostics.CodeAnalysis;
using System.Reactive;
using System.Reactive.Linq;

namespace RxCan;

/// <summary>Calls that every bus has.</summary>
public static class CanBusExtensions
{
    /// <summary>
    /// The events of a bus, beginning with its present state as <see cref="CanBusStateReported"/>: for displays and logs, which otherwise would
    /// not know it until it changes.
    /// </summary>
    /// <remarks>
    /// The state is delivered like an event and in order with the others: what is reported after it also happened after it, or at that moment.
    /// <see cref="ICanBus.Events"/> itself reports only what happens, and never this event.
    /// </remarks>
    /// <param name="can">The bus.</param>
    public static IObservable<CanBusEvent> EventsWithState(this ICanBus can)
    {
        ArgumentNullException.ThrowIfNull(can);
        return can is CanBusBase bus
            ? bus.EventsWithState
            : Observable.Defer(() => can.Events.StartWith(new CanBusStateReported(can.Name, can.Scheduler.Now, can.State)));
    }

    /// <summary>Same as <see cref="ICanBus.Send"/>, for method groups: <c>frames.Subscribe(can.Send)</c>.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The frame.</param>
    public static void Send(this ICanBus can, CanFrame frame)
    {
        ArgumentNullException.ThrowIfNull(can);
        can.Send(in frame);
    }

    /// <summary>Same as <see cref="ICanBus.SendAsync"/> without a time-out, for method groups: <c>frames.SelectMany(can.SendAsync)</c>.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The frame.</param>
    public static ValueTask SendAsync(this ICanBus can, CanFrame frame) => can.SendAsync(frame, CancellationToken.None);

    /// <summary>Same as <see cref="ICanBus.SendAsync"/> without a time-out.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="cancellationToken">Ends the wait for room in the transmit queue.</param>
    public static ValueTask SendAsync(this ICanBus can, CanFrame frame, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(can);
        return can.SendAsync(frame, timeout: null, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// The bus as an observer that sends what it observes: <c>frames.Subscribe(can.AsObserver())</c>. It never throws; completion and errors do
    /// nothing. <see cref="CanObservable.SendTo(IObservable{CanFrame}, ICanBus, CanSendOptions, System.Reactive.Concurrency.IScheduler?)"/> can
    /// wait for room in the transmit queue.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="unsent">Gets each frame that could not be sent, with the reason, on the thread that observes; null to ignore them.</param>
    public static IObserver<CanFrame> AsObserver(this ICanBus can, Action<UnsentFrame>? unsent = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        return Observer.Create<CanFrame>(
            frame =>
            {
                if (!can.TrySend(frame, out var reason))
                    unsent?.Invoke(new(frame, reason));
            },
            static _ => { });
    }

    /// <summary>Sends a frame without waiting, as <see cref="ICanBus.Send"/> does, but returns the reason if it cannot be sent. It does not throw.</summary>
    /// <remarks>For places where nobody catches an exception, such as an observer on a timer.</remarks>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The frame; its timestamp and interface are ignored.</param>
    /// <param name="reason">What <see cref="ICanBus.Send"/> would throw; null if the frame is in the transmit queue.</param>
    /// <returns>Whether the frame is in the transmit queue.</returns>
    public static bool TrySend(this ICanBus can, in CanFrame frame, [NotNullWhen(false)] out Exception? reason)
    {
        ArgumentNullException.ThrowIfNull(can);
        try
        {
            can.Send(frame);
            reason = null;
            return true;
        }
        catch (Exception e)
        {
            reason = e;
            return false;
        }
    }
}
