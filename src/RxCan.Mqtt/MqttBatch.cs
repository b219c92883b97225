using RxCan.Mqtt.Batches;

namespace RxCan.Mqtt;

/// <summary>The payload of a <c>frames</c> topic, for programs that take it from the broker themselves, such as a database's writer.</summary>
/// <remarks>The README describes the format.</remarks>
public sealed class MqttBatch
{
    private MqttBatch(ulong stream, ulong sequence, IReadOnlyList<CanFrame> frames) => (Stream, Sequence, Frames) = (stream, sequence, frames);

    /// <summary>The run of the uplink that made it: a random number. Sequence numbers begin at zero in each.</summary>
    public ulong Stream { get; }

    /// <summary>The number of its first entry in the stream. A batch that overlaps an earlier one repeats it; a jump is a loss.</summary>
    public ulong Sequence { get; }

    /// <summary>The number of the first entry of the next batch, if nothing is lost between them.</summary>
    public ulong Next { get; private init; }

    /// <summary>The frames with their times.</summary>
    public IReadOnlyList<CanFrame> Frames { get; }

    /// <summary>Reads a batch.</summary>
    /// <param name="payload">The payload of a message.</param>
    /// <param name="interfaceName">What the frames have as <see cref="CanFrame.Interface"/>.</param>
    /// <exception cref="MqttBatchException">It is not a batch, or is damaged. The exception's message says where.</exception>
    public static MqttBatch Decode(ReadOnlySpan<byte> payload, string interfaceName = "")
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        var decoder = new BatchDecoder();
        decoder.Decode(payload);
        var frames = new List<CanFrame>(decoder.Entries.Length);
        foreach (ref readonly var entry in decoder.Entries)
        {
            if (entry.Kind == EntryKind.Frame)
                frames.Add(entry.Frame.WithInterface(interfaceName));
        }

        return new(decoder.Stream, decoder.Sequence, frames) { Next = decoder.Sequence + (ulong)decoder.Entries.Length };
    }
}
