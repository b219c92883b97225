using RxCan.Dbc;

namespace RxCan.Monitor;

/// <summary>A signal with its place on the bus.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Id">The identifier of its frames.</param>
/// <param name="Signal">Where in their data it is.</param>
/// <param name="Unit">Empty if it has none.</param>
public sealed record PlottedSignal(string Name, CanId Id, CanSignal Signal, string Unit)
{
    private DbcSignal? _known;

    /// <summary>A signal of a database, in the frames of one identifier.</summary>
    public static PlottedSignal Of(DbcSignal signal, CanId id) => new(signal.Name, id, new(0, 1), signal.Unit) { _known = signal };

    /// <summary>Its value; null if the frame is too short, or its multiplexer selects other signals.</summary>
    public double? Value(in CanFrame frame) => _known is not null ? _known.Decode(frame)
        : frame.Data.Length >= Signal.RequiredLength ? Signal.Decode(frame)
        : null;
}
