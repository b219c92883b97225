using System.Diagnostics.CodeAnalysis;
using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan;

/// <summary>A CAN database: what the messages and signals of a network mean. It never changes, and any thread may use it.</summary>
/// <remarks>Source: the DBC format, "DBC File Format Documentation" 1.0.5 (Vector Informatik).</remarks>
public sealed partial class CanDatabase
{
    private readonly Dictionary<string, DbcAttributeDefinition>[] _definitions = new Dictionary<string, DbcAttributeDefinition>[AttributeTargets];
    private readonly DbcAttributes?[] _noAttributes = new DbcAttributes?[AttributeTargets];
    private Dictionary<string, DbcMessage>? _byName;
    private Dictionary<CanId, DbcMessage>? _byId;
    private Dictionary<J1939Pgn, DbcMessage>? _byPgn;
    private Dictionary<string, DbcNode>? _nodeByName;

    private const int AttributeTargets = (int)DbcAttributeTarget.NodeEnvironmentVariable + 1;

    internal CanDatabase()
    {
        for (var i = 0; i < AttributeTargets; i++)
        {
            _definitions[i] = [];
            _noAttributes[i] = new(_definitions[i]);
        }
    }

    /// <summary>The version that the file names (<c>VERSION</c>); empty if none.</summary>
    public string Version { get; internal set; } = "";

    /// <summary>The bit timing; null if the file names none.</summary>
    public DbcBitTiming? BitTiming { get; internal set; }

    /// <summary>The nodes in the order of the file.</summary>
    public IReadOnlyList<DbcNode> Nodes { get; internal set; } = [];

    /// <summary>The messages in the order of the file.</summary>
    public IReadOnlyList<DbcMessage> Messages { get; internal set; } = [];

    /// <summary>The signals that are in no message (<c>VECTOR__INDEPENDENT_SIG_MSG</c>): layouts that somebody keeps for later.</summary>
    public IReadOnlyList<DbcSignal> UnassignedSignals => Unassigned?.Signals ?? [];

    /// <summary>The named value tables (<c>VAL_TABLE_</c>). A signal's own values are its <see cref="DbcSignal.Values"/>.</summary>
    public IReadOnlyList<DbcValueTable> ValueTables { get; internal set; } = [];

    /// <summary>The environment variables.</summary>
    public IReadOnlyList<DbcEnvironmentVariable> EnvironmentVariables { get; internal set; } = [];

    /// <summary>The signal types (<c>SGTYPE_</c>).</summary>
    public IReadOnlyList<DbcSignalType> SignalTypes { get; internal set; } = [];

    /// <summary>The definitions of attributes.</summary>
    public IReadOnlyList<DbcAttributeDefinition> AttributeDefinitions { get; internal set; } = [];

    /// <summary>The attributes of the database.</summary>
    public DbcAttributes Attributes => _attributes ?? NoAttributes(DbcAttributeTarget.Database);

    /// <summary>The attributes of nodes' relations to messages, signals and environment variables (<c>BA_REL_</c>).</summary>
    public IReadOnlyList<DbcRelationAttribute> RelationAttributes { get; internal set; } = [];

    /// <summary>The comment; null if there is none.</summary>
    public string? Comment { get; internal set; }

    /// <summary>The faults of the file, in its order. All that is not faulty is in the model.</summary>
    public IReadOnlyList<DbcDiagnostic> Diagnostics { get; internal set; } = [];

    /// <summary>The message of a name.</summary>
    /// <param name="message">The name, in its case.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public DbcMessage this[string message] => TryGet(message, out var found)
        ? found
        : throw new KeyNotFoundException($"The database has no message {message}. Messages lists those it has; names are case-sensitive.");

    /// <summary>Finds the message of a name; the first of several.</summary>
    /// <param name="name">The name, in its case.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out DbcMessage? message)
    {
        _byName ??= Index(Messages, candidate => candidate.Name);
        return _byName.TryGetValue(name, out message);
    }

    /// <summary>The message of an identifier, the first of several; null if there is none.</summary>
    /// <param name="id">The identifier. Use <see cref="FindPgn"/> for J1939 messages of any source and destination.</param>
    public DbcMessage? Find(CanId id)
    {
        _byId ??= Index(Messages, candidate => candidate.Id);
        return _byId.TryGetValue(id, out var message) ? message : null;
    }

    /// <summary>The J1939 message of a parameter group, the first of several; null if there is none.</summary>
    /// <param name="pgn">The parameter group.</param>
    public DbcMessage? FindPgn(J1939Pgn pgn)
    {
        _byPgn ??= Index(Messages.Where(candidate => candidate.Pgn is not null), candidate => candidate.Pgn!.Value);
        return _byPgn.TryGetValue(pgn, out var message) ? message : null;
    }

    /// <summary>The node of a name; null if there is none.</summary>
    /// <param name="name">The name, in its case.</param>
    public DbcNode? FindNode(string name)
    {
        _nodeByName ??= Index(Nodes, candidate => candidate.Name);
        return _nodeByName.TryGetValue(name, out var node) ? node : null;
    }

    private DbcAttributes? _attributes;

    internal DbcAttributes OwnAttributes => _attributes ??= NewAttributes(DbcAttributeTarget.Database);

    /// <summary>Holds the signals of <c>VECTOR__INDEPENDENT_SIG_MSG</c>.</summary>
    internal DbcMessage? Unassigned { get; set; }

    internal DbcAttributes NewAttributes(DbcAttributeTarget target) => new(_definitions[(int)target]);

    /// <summary>What all without a value of their own share: the defaults.</summary>
    internal DbcAttributes NoAttributes(DbcAttributeTarget target) => _noAttributes[(int)target]!;

    internal Dictionary<string, DbcAttributeDefinition> Definitions(DbcAttributeTarget target) => _definitions[(int)target];

    private static Dictionary<TKey, T> Index<TKey, T>(IEnumerable<T> items, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        var index = new Dictionary<TKey, T>();
        foreach (var item in items)
            index.TryAdd(keyOf(item), item);
        return index;
    }
}
