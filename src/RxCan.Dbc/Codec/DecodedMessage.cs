using System.Collections;
using System.Diagnostics.CodeAnalysis;
using RxCan.Dbc.Codec;
using RxCan.J1939;

namespace RxCan.Dbc;

/// <summary>
/// A frame and the message that it is. Signals are decoded when they are asked for. Those that the data is too short for, and those
/// that a multiplexer does not select, are absent: enumerating yields the others, in the order of the database.
/// </summary>
public readonly struct DecodedMessage : IEnumerable<DecodedSignal>, IEquatable<DecodedMessage>
{
    private readonly CanFrame _frame;
    private readonly ReadOnlyMemory<byte> _data; // of a message that is not in the frame

    internal DecodedMessage(DbcMessage message, in CanFrame frame, ReadOnlyMemory<byte> data = default) => (Message, _frame, _data) = (message, frame, data);

    /// <summary>The message in the database.</summary>
    public DbcMessage Message { get; }

    /// <summary>The name of the message.</summary>
    public string Name => Message.Name;

    /// <summary>The frame. For a J1939 message of many frames, and for data that came without a frame, one with the identifier, but no data.</summary>
    public CanFrame Frame => _frame;

    /// <summary>The identifier of the frame; of a J1939 message, <see cref="J1939Id.From"/> has the source and the destination.</summary>
    public CanId Id => _frame.Id;

    /// <summary>When the frame was received, as <see cref="CanFrame.Timestamp"/>; for a J1939 message of many frames, the last of them.</summary>
    public DateTimeOffset Timestamp => _frame.Timestamp;

    /// <summary>The data.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Data => !_data.IsEmpty ? _data.Span : _frame.IsError ? default : _frame.Data;

    /// <summary>The value of a signal, in its unit; null if it is absent.</summary>
    /// <param name="signal">The name of a signal of the message.</param>
    /// <exception cref="KeyNotFoundException">The message has no such signal.</exception>
    public double? this[string signal] => Message[signal].Decode(Data);

    /// <summary>The value of a signal, in its unit; null if it is absent, or is a signal of another message.</summary>
    /// <param name="signal">The signal.</param>
    public double? this[DbcSignal signal] => Checked(signal).Message == Message ? signal.Decode(Data) : null;

    /// <summary>Whether two values are the same message in equal frames.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(DecodedMessage left, DecodedMessage right) => left.Equals(right);

    /// <summary>Whether two values are different messages, or in different frames.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(DecodedMessage left, DecodedMessage right) => !left.Equals(right);

    /// <summary>Decodes a signal.</summary>
    /// <param name="signal">The name of a signal.</param>
    /// <param name="decoded">Its value, with its name and its raw number.</param>
    /// <returns>Whether the message has such a signal, and it is present.</returns>
    public bool TryGet(string signal, out DecodedSignal decoded)
    {
        decoded = default;
        return Message.TryGet(signal, out var found) && TryGet(found, out decoded);
    }

    /// <summary>Decodes a signal.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="decoded">Its value, with its name and its raw number.</param>
    /// <returns>Whether it is a signal of this message, and present.</returns>
    public bool TryGet(DbcSignal signal, out DecodedSignal decoded)
    {
        if (Checked(signal).Message == Message && signal.Codec.TryDecode(Data, out var bits))
        {
            decoded = new(signal.Codec, bits, Id, Timestamp);
            return true;
        }

        decoded = default;
        return false;
    }

    /// <summary>Enumerates the signals that are present, in the order of the database. It allocates nothing.</summary>
    [UnscopedRef]
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<DecodedSignal> IEnumerable<DecodedSignal>.GetEnumerator()
    {
        foreach (var codec in Message.Codecs)
        {
            if (codec.TryDecode(Data, out var bits))
                yield return new(codec, bits, Id, Timestamp);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<DecodedSignal>)this).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(DecodedMessage other) => Message == other.Message && _frame == other._frame && Data.SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is DecodedMessage other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _frame.GetHashCode();

    /// <summary>The name and the signals that are present, such as <c>EngineData { EngineSpeed = 2400 rpm, Gear = Third }</c>.</summary>
    public override string ToString() => Message is null ? "" : $"{Name} {{ {string.Join(", ", this)} }}";

    internal static DecodedMessage From(DbcMessage message, J1939Message received)
    {
        var id = IdOf(received).ToCanId();
        var isFrame = received.Data.Length <= CanFrame.MaxLength;
        var frame = new CanFrame(id, isFrame ? received.Data.Span : default).WithTimestamp(received.Timestamp);
        return new(message, frame, isFrame ? default : received.Data);
    }

    /// <summary>The parts of a J1939 message's identifier. A message of PDU2 format that went to one node in many frames has no destination there.</summary>
    internal static J1939Id IdOf(J1939Message received) =>
        new(received.Priority, received.Pgn, received.Source, received.Pgn.IsPdu1 ? received.Destination : J1939Address.Global);

    private static DbcSignal Checked(DbcSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return signal;
    }

    /// <summary>Enumerates the signals that are present.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<SignalCodec> _codecs;
        private readonly ReadOnlySpan<byte> _data;
        private readonly CanId _id;
        private readonly DateTimeOffset _timestamp;
        private int _next;
        private ulong _bits;

        internal Enumerator(in DecodedMessage message)
        {
            _codecs = message.Message.Codecs;
            _data = message.Data;
            (_id, _timestamp) = (message.Id, message.Timestamp);
        }

        /// <summary>The signal.</summary>
        public readonly DecodedSignal Current => new(_codecs[_next - 1], _bits, _id, _timestamp);

        /// <summary>Moves to the next signal that is present.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            while (_next < _codecs.Length)
            {
                if (_codecs[_next++].TryDecode(_data, out _bits))
                    return true;
            }

            return false;
        }
    }
}
