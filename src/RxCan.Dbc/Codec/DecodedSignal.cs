using System.Globalization;
using RxCan.Dbc.Codec;

namespace RxCan.Dbc;

/// <summary>A signal in a message, with the identifier and the time of its frame.</summary>
public readonly record struct DecodedSignal
{
    private readonly SignalCodec _codec;
    private readonly ulong _bits;

    internal DecodedSignal(SignalCodec codec, ulong bits, CanId id, DateTimeOffset timestamp) => (_codec, _bits, Id, Timestamp) = (codec, bits, id, timestamp);

    /// <summary>What it is.</summary>
    public DbcSignal Signal => _codec.Signal;

    /// <summary>The identifier of the frame.</summary>
    public CanId Id { get; }

    /// <summary>When the frame was received, as <see cref="CanFrame.Timestamp"/>.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The value, in <see cref="DbcSignal.Unit"/>. An integer beyond 2^53 is rounded; <see cref="Raw"/> is exact.</summary>
    public double Value => _codec.Value(_bits);

    /// <summary>
    /// The number without factor and offset; for 64 unsigned bits, the <see cref="long"/> with the same bits; for a floating-point signal, the bits
    /// of its IEEE 754 number.
    /// </summary>
    public long Raw => _codec.Raw(_bits);

    /// <summary>The name of the value (<see cref="DbcSignal.Values"/>); null if it has none.</summary>
    public string? ValueName => _codec.Name(_bits);

    /// <summary>Such as <c>EngineSpeed = 2400 rpm</c>, or <c>Gear = Third</c>.</summary>
    public override string ToString() => _codec is null ? "" : $"{Signal.Name} = {Text}";

    private string Text
    {
        get
        {
            if (ValueName is { } name)
                return name;
            // 15 digits hide what the arithmetic adds, such as 0.30000000000000004.
            var number = _codec.TryGetInteger(_bits, out var integer)
                ? integer.ToString(CultureInfo.InvariantCulture)
                : Value.ToString(Signal.Kind == DbcSignalKind.Float ? "G7" : "G15", CultureInfo.InvariantCulture);
            return Signal.Unit.Length > 0 ? $"{number} {Signal.Unit}" : number;
        }
    }
}
