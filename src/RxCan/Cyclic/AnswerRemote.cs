using System.Reactive;
using System.Reactive.Linq;
using RxCan.Cyclic;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>Answers the remote frames of an identifier while subscribed, in the kernel where it can (<c>RX_RTR_FRAME</c>).</summary>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The answer, a classic data frame; remote frames of its identifier get it, whatever length they ask for.</param>
    /// <returns>
    /// A cold observable: one value once remote frames are answered, and the end of the bus's frame stream. A link that is down is no end.
    /// </returns>
    /// <exception cref="ArgumentException">The frame is a CAN FD, remote or error frame.</exception>
    public static IObservable<Unit> AnswerRemote(this ICanBus can, CanFrame frame)
    {
        ArgumentNullException.ThrowIfNull(can);
        if (frame.IsFd || frame.IsRemote || frame.IsError)
            throw new ArgumentException($"Remote frames are answered by classic data frames, new CanFrame(id, data), not by {frame}.", nameof(frame));
        return Observable.Create<Unit>(observer => PortableBroadcastManager.Of(can, null).AnswerRemote(frame, observer));
    }
}
