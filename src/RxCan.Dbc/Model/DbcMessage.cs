using System.Diagnostics.CodeAnalysis;
using RxCan.J1939;

namespace RxCan.Dbc;

/// <summary>A message (<c>BO_</c>).</summary>
public sealed partial class DbcMessage
{
    private const int MaxScanned = 8;
    private const int MaxClassicLength = 8;

    private DbcSignal[] _signals = [];
    private Dictionary<string, DbcSignal>? _byName;
    private DbcAttributes? _attributes;
    private List<DbcSignalGroup>? _groups;
    private string? _transmitter;

    internal DbcMessage(CanDatabase database, string symbol, int position, CanId id, int length) =>
        (Database, Symbol, Name, Position, Id, Length) = (database, symbol, symbol, position, id, length);

    /// <summary>The name; the long one, if the file has one (<c>SystemMessageLongSymbol</c>).</summary>
    public string Name { get; internal set; }

    /// <summary>The identifier. Of a J1939 message, only the parameter group counts: see <see cref="Pgn"/>.</summary>
    public CanId Id { get; }

    /// <summary>The length in bytes: up to 8 for CAN, up to 64 for CAN FD, up to 1785 for J1939.</summary>
    public int Length { get; }

    /// <summary>The names of the nodes that send it; the first is that of its <c>BO_</c> line, more are from <c>BO_TX_BU_</c>.</summary>
    public IReadOnlyList<string> Senders { get; internal set; } = [];

    /// <summary>The signals in the order of the file.</summary>
    public IReadOnlyList<DbcSignal> Signals => _signals;

    /// <summary>The comment; null if there is none.</summary>
    public string? Comment { get; internal set; }

    /// <summary>The attributes.</summary>
    public DbcAttributes Attributes => _attributes ?? Database.NoAttributes(DbcAttributeTarget.Message);

    /// <summary>The signals that belong together.</summary>
    public IReadOnlyList<DbcSignalGroup> SignalGroups => _groups ?? (IReadOnlyList<DbcSignalGroup>)[];

    /// <summary>The time between two messages (attribute <c>GenMsgCycleTime</c>, in ms); null if it is not sent periodically.</summary>
    public TimeSpan? CycleTime =>
        Attributes["GenMsgCycleTime"] is { Number: > 0 and < int.MaxValue } cycle ? TimeSpan.FromTicks((long)(cycle.Number * TimeSpan.TicksPerMillisecond)) : null;

    /// <summary>When it is sent, such as <c>Cyclic</c> (attribute <c>GenMsgSendType</c>); null if the file does not say.</summary>
    public string? SendType => Attributes["GenMsgSendType"]?.Text;

    /// <summary>
    /// Whether it belongs to SAE J1939: its identifier has 29 bits, and the attribute <c>VFrameFormat</c> says so, or, in a database without that
    /// attribute, <c>ProtocolType</c>.
    /// </summary>
    public bool IsJ1939 => Id.IsExtended && (FrameFormat is { } format
        ? format is J1939Format
        : Database.Attributes["ProtocolType"]?.Text == "J1939");

    /// <summary>The parameter group of a J1939 message; null for others.</summary>
    public J1939Pgn? Pgn
    {
        get
        {
            if (!IsJ1939)
                return null;
            var group = Id.Value >> 8 & J1939Pgn.MaxValue;
            // Below a PDU format of 240, the last byte is the destination.
            return new J1939Pgn((group >> 8 & 0xFF) < 240 ? group & ~0xFFu : group);
        }
    }

    /// <summary>Whether it is a CAN FD message: the attribute <c>VFrameFormat</c> says so, or it is longer than 8 bytes and not of J1939.</summary>
    public bool IsFd => FrameFormat is StandardFdFormat or ExtendedFdFormat || (Length > MaxClassicLength && !IsJ1939);

    /// <summary>Whether a CAN FD message is sent with the second bit rate (attribute <c>CANFD_BRS</c>, yes by default).</summary>
    public bool IsBitRateSwitched => IsFd && Attributes["CANFD_BRS"] is not { Text: "0" };

    internal CanDatabase Database { get; }

    /// <summary>The name that the file's statements use.</summary>
    internal string Symbol { get; }

    /// <summary>Where its name is in the text.</summary>
    internal int Position { get; }

    internal List<DbcSignalGroup> Groups => _groups ??= [];

    /// <summary>The sender that its own line names.</summary>
    internal string? Transmitter
    {
        get => _transmitter;
        set => (_transmitter, Senders) = (value, value is null ? [] : [value]);
    }

    internal DbcAttributes OwnAttributes => _attributes ??= Database.NewAttributes(DbcAttributeTarget.Message);

    // Values of VFrameFormat, whose names tools write in several ways.
    private const int J1939Format = 3;
    private const int StandardFdFormat = 14;
    private const int ExtendedFdFormat = 15;

    private int? FrameFormat => Attributes["VFrameFormat"] is { } format
        ? format.Text switch
        {
            "J1939PG" => J1939Format,
            "StandardCAN_FD" => StandardFdFormat,
            "ExtendedCAN_FD" => ExtendedFdFormat,
            _ => format.Number is >= 0 and <= 255 ? (int)format.Number : -1,
        }
        : null;

    /// <summary>The signal of a name.</summary>
    /// <param name="signal">The name, in its case.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public DbcSignal this[string signal] => TryGet(signal, out var found)
        ? found
        : throw new KeyNotFoundException($"The message {Name} has no signal {signal}. It has: {string.Join(", ", Signals.Select(s => s.Name))}.");

    /// <summary>Finds the signal of a name; the first of several.</summary>
    /// <param name="name">The name, in its case.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out DbcSignal? signal)
    {
        if (_signals.Length > MaxScanned)
            return (_byName ??= Index()).TryGetValue(name, out signal);
        foreach (var candidate in _signals)
        {
            if (candidate.Name == name)
            {
                signal = candidate;
                return true;
            }
        }

        signal = null;
        return false;
    }

    /// <summary>The name and the identifier, such as <c>EngineData (123)</c>.</summary>
    public override string ToString() => $"{Name} ({Id})";

    internal void SetSignals(DbcSignal[] signals) => (_signals, _byName) = (signals, null);

    private Dictionary<string, DbcSignal> Index()
    {
        var index = new Dictionary<string, DbcSignal>(_signals.Length);
        foreach (var signal in _signals)
            index.TryAdd(signal.Name, signal);
        return index;
    }
}
