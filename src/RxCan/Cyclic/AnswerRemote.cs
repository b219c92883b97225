using System.Reactive;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Cyclic;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>Answers the remote frames of an identifier while subscribed, in the kernel where possible (<c>RX_RTR_FRAME</c>).</summary>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The answer, a classic data frame. Every remote frame of its identifier gets it, whatever length it requests.</param>
    /// <returns>
    /// A cold observable: one value once remote frames are answered, then the end of the bus's frame stream. A link going down does not end
    /// it.
    /// </returns>
    /// <exception cref="ArgumentException">The frame is a CAN FD, remote or error frame.</exception>
    public static IObservable<Unit> AnswerRemote(this ICanBus can, CanFrame frame)
    {
        ArgumentNullException.ThrowIfNull(can);
        if (frame.IsFd || frame.IsRemote || frame.IsError)
            throw new ArgumentException($"The answer to remote frames must be a classic data frame, new CanFrame(id, data), not {frame}.", nameof(frame));
        return Observable.Create<Unit>(observer => PortableBroadcastManager.Of(can, null).AnswerRemote(frame, observer)).From(can);
    }
}
