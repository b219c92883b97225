using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan;

/// <summary>Streams of messages that are types of their own (<see cref="ICanMessage{TSelf}"/>), and sending them.</summary>
public static partial class CanMessageExtensions
{
    /// <summary>
    /// The messages of a type. On a bus, only their frames are received. A frame that is too short for a signal that is always in the message
    /// is skipped; a multiplexed signal that a short frame does not have is null.
    /// </summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="frames">A bus, or other frames.</param>
    public static IObservable<T> Messages<T>(this IObservable<CanFrame> frames)
        where T : struct, ICanMessage<T> => new MessageStream<T>(frames.Where(T.Filter));

    /// <summary>The messages of a type, as <see cref="Messages{T}(IObservable{CanFrame})"/>, with the frames that they came in.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="frames">A bus, or other frames.</param>
    public static IObservable<ReceivedMessage<T>> ReceivedMessages<T>(this IObservable<CanFrame> frames)
        where T : struct, ICanMessage<T> => new ReceivedMessageStream<T>(frames.Where(T.Filter));

    /// <summary>The messages of a type that reach a J1939 node, of one frame or of many. Those that are too short are skipped.</summary>
    /// <typeparam name="T">The message's type, of a J1939 message.</typeparam>
    /// <param name="node">The node.</param>
    /// <exception cref="ArgumentException">The type is not that of a J1939 message.</exception>
    public static IObservable<T> Messages<T>(this IJ1939Node node)
        where T : struct, ICanMessage<T>
    {
        ArgumentNullException.ThrowIfNull(node);
        return new J1939MessageStream<T>(node.Where(J1939Filter.Pgn(PgnOf<T>())));
    }

    private static J1939Pgn PgnOf<T>()
        where T : struct, ICanMessage<T> =>
        T.Pgn ?? throw new ArgumentException($"{T.Name} is not a J1939 message: its database does not say so (attribute VFrameFormat). Use the bus instead of the node.");
}
