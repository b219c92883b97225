using RxCan.Dbc.Codec;

namespace RxCan.Dbc;

/// <content>Decoding and encoding.</content>
public sealed partial class DbcSignal
{
    private SignalCodec? _codec;

    /// <summary>
    /// The number of bytes that data must have to hold it; <see cref="int.MaxValue"/> for one of more than 64 bits, which is not decoded.
    /// </summary>
    public int RequiredLength => Codec.RequiredLength;

    /// <summary>There is one, whichever thread asks first: the message and the signals behind a multiplexer refer to it.</summary>
    internal SignalCodec Codec => _codec ?? Interlocked.CompareExchange(ref _codec, new(this), null) ?? _codec;

    /// <summary>The value in a frame's data, in <see cref="Unit"/>. The identifier is not tested.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>
    /// The value; null if it is absent: the data is too short, the multiplexer selects other signals, or it is a remote or an error frame.
    /// </returns>
    public double? Decode(in CanFrame frame) => frame.IsError ? null : Decode(frame.Data);

    /// <summary>The value in some data, in <see cref="Unit"/>.</summary>
    /// <param name="data">The data of its message.</param>
    /// <returns>The value; null if it is absent: the data is too short, or the multiplexer selects other signals.</returns>
    public double? Decode(ReadOnlySpan<byte> data) => Codec.TryDecode(data, out var bits) ? Codec.Value(bits) : null;

    /// <summary>The number in some data, without factor and offset.</summary>
    /// <param name="data">The data of its message.</param>
    /// <returns>
    /// The number; for 64 unsigned bits, the <see cref="long"/> with the same bits; for a floating-point signal, the bits of its IEEE 754 number.
    /// Null if it is absent: the data is too short, or the multiplexer selects other signals.
    /// </returns>
    public long? DecodeRaw(ReadOnlySpan<byte> data) => Codec.TryDecode(data, out var bits) ? Codec.Raw(bits) : null;

    /// <summary>Writes a value into data, whatever the multiplexer's value, and leaves all other bits unchanged.</summary>
    /// <param name="value">The value.</param>
    /// <param name="data">At least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The signal cannot have this value, or there are fewer bytes.</exception>
    public void Encode(SignalValue value, Span<byte> data)
    {
        Codec.ThrowIfBeyond(data.Length, nameof(data));
        Codec.Write(Codec.Bits(value), data);
    }

    /// <summary>A frame with a value written into its data; see <see cref="Encode(SignalValue, Span{byte})"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="frame">A data frame of at least <see cref="RequiredLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The signal cannot have this value, or the frame has fewer bytes.</exception>
    public CanFrame Encode(SignalValue value, in CanFrame frame)
    {
        Span<byte> data = stackalloc byte[CanFrame.MaxFdLength];
        data = data[..frame.Data.Length];
        frame.Data.CopyTo(data);
        Encode(value, data);
        return frame.WithData(data);
    }
}
