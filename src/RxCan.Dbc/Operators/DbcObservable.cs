using RxCan.Dbc;
using RxCan.Dbc.Operators;

namespace RxCan;

/// <summary>
/// Streams of messages and signals, decoded with a <see cref="CanDatabase"/>. On a bus, only the frames that are needed are received. What is not in
/// a frame, because it is too short or its multiplexer selects other signals, is left out; no frame ends a stream.
/// </summary>
public static partial class DbcObservable
{
    /// <summary>The messages that a database knows. On a bus, only their frames are received: <see cref="CanDatabase.Filter"/>.</summary>
    /// <param name="frames">A bus, or other frames.</param>
    /// <param name="database">The database.</param>
    public static IObservable<DecodedMessage> Decode(this IObservable<CanFrame> frames, CanDatabase database)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(database);
        return new DecodedStream<CanFrame, DecodedMessage>(frames.Where(database.Filter), database.TryDecode);
    }

    /// <summary>A message. On a bus, only its frames are received: <see cref="DbcMessage.Filter"/>.</summary>
    /// <param name="frames">A bus, or other frames.</param>
    /// <param name="message">The message; a J1939 message comes from any source and to any destination.</param>
    public static IObservable<DecodedMessage> Decode(this IObservable<CanFrame> frames, DbcMessage message)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(message);
        return new DecodedStream<CanFrame, DecodedMessage>(frames.Where(message.Filter), (in CanFrame frame, out DecodedMessage decoded) =>
        {
            decoded = new(message, frame);
            return message.Has(frame.Id);
        });
    }

    /// <summary>A signal, with its raw number and its name, the identifier and the time of its frame; left out of frames where it is absent.</summary>
    /// <param name="frames">A bus, or other frames.</param>
    /// <param name="signal">The signal.</param>
    public static IObservable<DecodedSignal> Decode(this IObservable<CanFrame> frames, DbcSignal signal)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(signal);
        var codec = signal.Codec;
        return new DecodedStream<CanFrame, DecodedSignal>(frames.Where(signal.Message.Filter), (in CanFrame frame, out DecodedSignal decoded) =>
        {
            if (codec.TryDecode(frame.Data, out var bits) && signal.Message.Has(frame.Id))
            {
                decoded = new(codec, bits, frame.Id, frame.Timestamp);
                return true;
            }

            decoded = default;
            return false;
        });
    }

    /// <summary>The values of a signal, in its unit; frames where it is absent are left out. On a bus, only its message is received.</summary>
    /// <param name="frames">A bus, or other frames.</param>
    /// <param name="signal">The signal.</param>
    public static IObservable<double> Signal(this IObservable<CanFrame> frames, DbcSignal signal)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(signal);
        var codec = signal.Codec;
        return new DecodedStream<CanFrame, double>(frames.Where(signal.Message.Filter), (in CanFrame frame, out double value) =>
        {
            var isPresent = codec.TryDecode(frame.Data, out var bits) && signal.Message.Has(frame.Id);
            value = isPresent ? codec.Value(bits) : 0;
            return isPresent;
        });
    }
}
