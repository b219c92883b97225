using RxCan.Dbc;
using RxCan.Dbc.Codec;
using RxCan.J1939;

namespace RxCan;

/// <content>Decoding.</content>
public sealed partial class CanDatabase
{
    private MessageIndex? _index;

    /// <summary>The frames of all its messages, for <see cref="ICanBus.Where(CanFilter)"/>. Beyond 256 J1939 parameter groups, all extended data frames.</summary>
    public CanFilter Filter => MessageIndex.Filter;

    internal MessageIndex MessageIndex => _index ??= new(Messages);

    /// <summary>
    /// Decodes a frame: by its identifier, or, for a J1939 message, by its parameter group from any source and destination. Of several messages with one
    /// parameter group, that with the frame's source is preferred.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <returns>The message; null if the database does not have it, and for a remote or an error frame.</returns>
    public DecodedMessage? Decode(in CanFrame frame) => TryDecode(frame, out var message) ? message : null;

    /// <summary>Decodes a J1939 message, of one frame or of many, by its parameter group.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The message; null if the database does not have it.</returns>
    public DecodedMessage? Decode(J1939Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return TryDecode(message, out var decoded) ? decoded : null;
    }

    internal bool TryDecode(in CanFrame frame, out DecodedMessage decoded)
    {
        var message = frame.IsRemote || frame.IsError ? null : MessageIndex.Find(frame.Id);
        decoded = message is null ? default : new(message, frame);
        return message is not null;
    }

    internal bool TryDecode(J1939Message received, out DecodedMessage decoded)
    {
        var message = MessageIndex.Find(DecodedMessage.IdOf(received));
        decoded = message is null ? default : DecodedMessage.From(message, received);
        return message is not null;
    }
}
