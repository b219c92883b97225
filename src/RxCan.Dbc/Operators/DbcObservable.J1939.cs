using RxCan.Dbc;
using RxCan.Dbc.Operators;
using RxCan.J1939;

namespace RxCan;

/// <content>Messages of a J1939 node, which may have many frames.</content>
public static partial class DbcObservable
{
    /// <summary>The messages of a node that a database knows, of one frame or of many. Only these are received.</summary>
    /// <param name="node">The node.</param>
    /// <param name="database">The database.</param>
    public static IObservable<DecodedMessage> Decode(this IJ1939Node node, CanDatabase database)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(database);
        return new DecodedStream<J1939Message, DecodedMessage>(
            node.Where(J1939Filter.Pgn(database.MessageIndex.Groups)), (in J1939Message message, out DecodedMessage decoded) => database.TryDecode(message, out decoded));
    }

    /// <summary>A message of a node, of one frame or of many. Only this is received.</summary>
    /// <param name="node">The node.</param>
    /// <param name="message">The message, from any source.</param>
    /// <exception cref="ArgumentException">The message does not belong to J1939.</exception>
    public static IObservable<DecodedMessage> Decode(this IJ1939Node node, DbcMessage message)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(message);
        var pgn = message.Pgn ?? throw new ArgumentException($"{message} does not belong to J1939: a node does not receive it. Decode it from the bus.", nameof(message));
        return new DecodedStream<J1939Message, DecodedMessage>(node.Where(J1939Filter.Pgn(pgn)), (in J1939Message received, out DecodedMessage decoded) =>
        {
            decoded = DecodedMessage.From(message, received);
            return message.Has(decoded.Id);
        });
    }

    /// <summary>The values of a signal in a node's messages, in its unit; messages where it is absent are left out.</summary>
    /// <param name="node">The node.</param>
    /// <param name="signal">The signal.</param>
    /// <exception cref="ArgumentException">The signal's message does not belong to J1939.</exception>
    public static IObservable<double> Signal(this IJ1939Node node, DbcSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return new DecodedStream<DecodedMessage, double>(node.Decode(signal.Message), (in DecodedMessage message, out double value) =>
        {
            var decoded = signal.Decode(message.Data);
            value = decoded ?? 0;
            return decoded is not null;
        });
    }
}
