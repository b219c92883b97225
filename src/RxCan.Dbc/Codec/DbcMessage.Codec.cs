using RxCan.Dbc.Codec;
using RxCan.J1939;

namespace RxCan.Dbc;

/// <content>Decoding and encoding.</content>
public sealed partial class DbcMessage
{
    private SignalCodec[]? _codecs;

    /// <summary>Its frames: the data frames of its identifier, or of its J1939 parameter group from any source to any destination.</summary>
    public CanFilter Filter => Pgn is { } pgn ? CanFilter.Pgn(pgn) : CanFilter.Id(Id);

    internal SignalCodec[] Codecs => _codecs ??= NewCodecs();

    /// <summary>How many multiplexers select each other before a signal.</summary>
    internal int MaxDepth { get; private set; }

    /// <summary>Decodes a frame. Its identifier is not tested: <see cref="CanDatabase.Decode(in CanFrame)"/> finds the message of a frame.</summary>
    /// <param name="frame">The frame. In a remote or an error frame, all signals are absent.</param>
    public DecodedMessage Decode(in CanFrame frame) => new(this, frame);

    /// <summary>Decodes the data of a message.</summary>
    /// <param name="data">The data, which is not copied.</param>
    public DecodedMessage Decode(ReadOnlyMemory<byte> data) => new(this, new(Id, []), data);

    /// <summary>The identifier of a J1939 message from a source.</summary>
    /// <param name="source">The address of the sender.</param>
    /// <param name="destination">The address of the receiver; a message of PDU2 format always goes to all.</param>
    /// <param name="priority">0 (highest) to 7; that of <see cref="Id"/> if null.</param>
    /// <exception cref="InvalidOperationException">
    /// The message does not belong to J1939, the priority is not 0 to 7, or there is a destination although the format is PDU2.
    /// </exception>
    public CanId IdFrom(byte source, byte destination = J1939Address.Global, int? priority = null) => Pgn is { } pgn
        ? new J1939Id(priority ?? J1939Id.From(Id).Priority, pgn, source, destination).ToCanId()
        : throw new InvalidOperationException($"{Name} does not belong to J1939: its identifier is always {Id}.");

    /// <summary>
    /// A frame of this message. Signals that are not named have their start value (<see cref="DbcSignal.StartValue"/>), and a multiplexer the first
    /// value that selects the named signals. All other bits are 0; in J1939, they are 1: not available (SAE J1939-71).
    /// </summary>
    /// <remarks>A CAN FD frame has the next possible length. A J1939 frame has the identifier of the database: see <see cref="IdFrom"/>.</remarks>
    /// <param name="values">The names of signals, and their values.</param>
    /// <exception cref="KeyNotFoundException">The message has no such signal.</exception>
    /// <exception cref="ArgumentException">A signal cannot have its value, or is not in the message together with the others.</exception>
    /// <exception cref="InvalidOperationException">The message is longer than a frame: use <see cref="EncodeData"/>.</exception>
    public CanFrame Encode(params ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        if (Length > (IsFd ? CanFrame.MaxFdLength : CanFrame.MaxLength))
            throw new InvalidOperationException($"{Name} has {Length} bytes, more than a frame: use EncodeData, and send it as a message of many frames.");
        Span<byte> data = stackalloc byte[CanFrame.MaxFdLength];
        data.Clear();
        EncodeNew(data[..Length], values);
        if (!IsFd)
            return new(Id, data[..Length]);
        var length = 0;
        while (CanFrame.FdLengths[length] < Length)
            length++;
        return CanFrame.Fd(Id, data[..CanFrame.FdLengths[length]], IsBitRateSwitched);
    }

    /// <summary>The data of this message, as <see cref="Encode"/> makes it, for one of any length.</summary>
    /// <param name="values">The names of signals, and their values.</param>
    /// <returns><see cref="Length"/> bytes.</returns>
    /// <exception cref="KeyNotFoundException">The message has no such signal.</exception>
    /// <exception cref="ArgumentException">A signal cannot have its value, or is not in the message together with the others.</exception>
    public byte[] EncodeData(params ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        var data = new byte[Length];
        EncodeNew(data, values);
        return data;
    }

    /// <summary>A frame with some signals changed; all other bits stay as they are.</summary>
    /// <param name="frame">A data frame that holds the signals.</param>
    /// <param name="values">The names of signals, and their values.</param>
    /// <exception cref="KeyNotFoundException">The message has no such signal.</exception>
    /// <exception cref="ArgumentException">
    /// A signal cannot have its value, the frame is too short for it, or the multiplexer, in the frame or named, selects other signals.
    /// </exception>
    public CanFrame Update(in CanFrame frame, params ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxFdLength];
        data = data[..frame.Data.Length];
        frame.Data.CopyTo(data);
        MessageEncoder.Encode(this, data, isNew: false, values);
        return frame.WithData(data);
    }

    /// <summary>Whether a data frame of an identifier that passed the filter is this message.</summary>
    internal bool Has(CanId id) => id == Id || Database.MessageIndex.Find(id) == this;

    private void EncodeNew(Span<byte> data, ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        if (IsJ1939)
            data.Fill(0xFF);
        MessageEncoder.Encode(this, data, isNew: true, values);
    }

    private SignalCodec[] NewCodecs()
    {
        SignalCodec[] codecs = [.. Signals.Select(signal => signal.Codec)];
        for (var i = 0; i < codecs.Length; i++)
            codecs[i].Index = i;
        MaxDepth = codecs.Max(codec => (int?)codec.Depth) ?? 0;
        return codecs;
    }
}
