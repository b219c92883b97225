using System.Globalization;
using System.Text.RegularExpressions;
using RxCan.Dbc;

namespace RxCan.Monitor;

/// <summary>A signal with its place on the bus.</summary>
/// <param name="Name">The name in the legend, which is also its key: no two different signals have the same.</param>
/// <param name="Id">The identifier of its frames.</param>
/// <param name="Signal">Where in their data it is.</param>
/// <param name="Unit">Empty if it has none.</param>
public sealed partial record PlottedSignal(string Name, CanId Id, CanSignal Signal, string Unit)
{
    private DbcSignal? _known;

    /// <summary>A signal of a database, in the frames of one identifier.</summary>
    public static PlottedSignal Of(DbcSignal signal, CanId id) =>
        new(id == signal.Message.Id ? $"{signal}" : $"{id} {signal}", id, new(0, 1), signal.Unit) { _known = signal };

    /// <summary>A signal of some bits, named as in a database: <c>1A0 15|16@0+ (0.5,0)</c>.</summary>
    public static PlottedSignal Of(CanId id, CanSignal signal)
    {
        var scale = (signal.Factor, signal.Offset) == (1, 0) ? "" : string.Create(CultureInfo.InvariantCulture, $" ({signal.Factor},{signal.Offset})");
        var order = signal.ByteOrder == CanByteOrder.Intel ? 1 : 0;
        return new($"{id} {signal.StartBit}|{signal.Length}@{order}{(signal.IsSigned ? '-' : '+')}{scale}", id, signal, "");
    }

    /// <summary>The bus; empty for the first one that has such frames.</summary>
    public string Bus { get; private init; } = "";

    /// <summary>The same on a bus.</summary>
    public PlottedSignal On(string bus) => bus == "" ? this : this with { Bus = bus, Name = $"{bus}:{Name}" };

    /// <summary>The signal of a name; null if there is none.</summary>
    internal static PlottedSignal? Find(string name, MonitorOptions options, string bus = "")
    {
        if (name.LastIndexOf(':') is > 0 and var colon)
            return Find(name[(colon + 1)..], options, name[..colon])?.On(name[..colon]);
        if (options.IsSimulated && VehicleSimulator.Signals.FirstOrDefault(signal => signal.Name == name) is { } preset)
            return preset;
        if (Bits().Match(name) is { Success: true, Groups: var bits })
        {
            try
            {
                return Of(CanId.Parse(bits["id"].Value, null), new CanSignal(
                    Numbers.Whole(bits["start"].Value, "start bit"), Numbers.Whole(bits["length"].Value, "length"),
                    bits["order"].Value == "1" ? CanByteOrder.Intel : CanByteOrder.Motorola, bits["sign"].Value == "-",
                    bits["factor"].Success ? Numbers.Real(bits["factor"].Value, "factor") : 1,
                    bits["offset"].Success ? Numbers.Real(bits["offset"].Value, "offset") : 0));
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                return null;
            }
        }

        var parts = name.Split(' ') is [var first, var rest] && CanId.TryParse(first, null, out var id) ? (Id: (CanId?)id, Path: rest) : (null, name);
        return parts.Path.Split('.') is [var message, var signal] && options.Database is { } database &&
            database.TryGet(message, bus, out var found) && found.TryGet(signal, out var known) ? Of(known, parts.Id ?? found.Id) : null;
    }

    /// <summary>Its value; null if the frame is too short, or its multiplexer selects other signals.</summary>
    public double? Value(in CanFrame frame) => _known is not null ? _known.Decode(frame)
        : frame.Data.Length >= Signal.RequiredLength ? Signal.Decode(frame)
        : null;

    [GeneratedRegex(@"^(?<id>[0-9A-F]+) (?<start>\d+)\|(?<length>\d+)@(?<order>[01])(?<sign>[+-])( \((?<factor>[^,]+),(?<offset>[^)]+)\))?$")]
    private static partial Regex Bits();
}
