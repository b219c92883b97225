using System.Globalization;

namespace RxCan.Dbc;

/// <summary>Writes a database as DBC text that reads as the same model, in the order of the format's documentation.</summary>
internal sealed class DbcWriter
{
    private const uint ExtendedFlag = 0x8000_0000;
    private const uint UnassignedId = 0xC000_0000;
    private const int StringVariable = 0x8000;
    private const string NoNode = "Vector__XXX";

    private static readonly string[] NewSymbols =
    [
        "NS_DESC_", "CM_", "BA_DEF_", "BA_", "VAL_", "CAT_DEF_", "CAT_", "FILTER", "BA_DEF_DEF_", "EV_DATA_", "ENVVAR_DATA_", "SGTYPE_", "SGTYPE_VAL_",
        "BA_DEF_SGTYPE_", "BA_SGTYPE_", "SIG_TYPE_REF_", "VAL_TABLE_", "SIG_GROUP_", "SIG_VALTYPE_", "SIGTYPE_VALTYPE_", "BO_TX_BU_", "BA_DEF_REL_",
        "BA_REL_", "BA_DEF_DEF_REL_", "BU_SG_REL_", "BU_EV_REL_", "BU_BO_REL_", "SG_MUL_VAL_",
    ];

    private readonly CanDatabase _database;
    private readonly TextWriter _to;
    private readonly DbcMessage[] _messages;
    private readonly DbcSignal[] _signals; // that statements can name: the first of a name, also where two messages have one identifier
    private readonly Dictionary<string, string> _nodeSymbols = [];

    public DbcWriter(CanDatabase database, TextWriter to)
    {
        (_database, _to) = (database, to);
        _messages = database.Unassigned is { } unassigned ? [unassigned, .. database.Messages] : [.. database.Messages];
        _signals = [.. _messages.SelectMany(message => message.Signals).DistinctBy(signal => (signal.Message.Id, signal.Message == database.Unassigned, signal.Symbol))];
        foreach (var node in database.Nodes)
            _nodeSymbols.TryAdd(node.Name, node.Symbol);
    }

    public void Write()
    {
        Line($"VERSION {Quoted(_database.Version)}");
        Line($"");
        Line($"NS_ :");
        foreach (var symbol in NewSymbols)
            Line($"\t{symbol}");
        Line($"");
        if (_database.BitTiming is { } timing)
            Line($"BS_: {timing.BitRate} : {timing.Btr1},{timing.Btr2}");
        else
            Line($"BS_:");
        Line($"");
        Line($"BU_:{string.Concat(_database.Nodes.Select(node => " " + node.Symbol))}");
        foreach (var table in _database.ValueTables)
            Line($"VAL_TABLE_ {table.Name}{Entries(table)} ;");
        Line($"");

        foreach (var message in _messages)
            WriteMessage(message);
        foreach (var message in _messages.Where(message => message.Senders.Count > 1))
            Line($"BO_TX_BU_ {Id(message)} : {string.Join(',', message.Senders.Select(Symbol))};");
        foreach (var variable in _database.EnvironmentVariables)
            WriteVariable(variable);
        foreach (var type in _database.SignalTypes)
            WriteType(type);

        WriteComments();
        WriteAttributes();
        WriteValues();
        foreach (var message in _messages)
        {
            foreach (var group in message.SignalGroups)
                Line($"SIG_GROUP_ {Id(message)} {group.Name} {group.Repetitions} :{string.Concat(group.Signals.Select(signal => " " + signal.Symbol))};");
        }

        foreach (var signal in _signals.Where(signal => signal.Kind is DbcSignalKind.Float or DbcSignalKind.Double))
            Line($"SIG_VALTYPE_ {Reference(signal)} : {(signal.Kind == DbcSignalKind.Float ? 1 : 2)};");
        foreach (var signal in _signals.Where(signal => signal.Type is not null))
            Line($"SIG_TYPE_REF_ {Reference(signal)} : {signal.Type};");
        foreach (var signal in _signals.Where(IsExtended))
        {
            foreach (var condition in signal.Multiplexing.Where(condition => CanBeNamed(condition.Multiplexer)))
                Line($"SG_MUL_VAL_ {Reference(signal)} {condition.Multiplexer.Symbol} {string.Join(", ", condition.Values)};");
        }
    }

    private static bool CanBeNamed(DbcSignal multiplexer) => multiplexer.Message.Signals.First(signal => signal.Symbol == multiplexer.Symbol) == multiplexer;

    /// <summary>Whether <c>m</c> in the signal's line does not say it all: it is multiplexed in another way, or several multiplexers are possible.</summary>
    private static bool IsExtended(DbcSignal signal) =>
        signal.Multiplexing.Count > 0 &&
        (signal.Multiplexing is not [{ Values: [var range] }] || range != new DbcRange(signal.Selector ?? ulong.MaxValue, signal.Selector ?? 0) ||
            signal.Message.Signals.Count(other => other.IsMultiplexer) > 1);

    private void WriteMessage(DbcMessage message)
    {
        Line($"BO_ {Id(message)} {message.Symbol}: {message.Length} {(message.Senders is [var sender, ..] ? Symbol(sender) : NoNode)}");
        foreach (var signal in message.Signals)
        {
            var indicator = $"{(signal.Selector is { } selector ? $" m{selector}" : signal.IsMultiplexer ? " " : "")}{(signal.IsMultiplexer ? "M" : "")}";
            var receivers = signal.Receivers.Count == 0 ? NoNode : string.Join(',', signal.Receivers.Select(Symbol));
            Line($" SG_ {signal.Symbol}{indicator} : {signal.StartBit}|{signal.Length}@{Order(signal.ByteOrder)}{(signal.Kind == DbcSignalKind.Unsigned ? '+' : '-')} ({signal.Factor},{signal.Offset}) [{signal.Minimum ?? 0}|{signal.Maximum ?? 0}] {Quoted(signal.Unit)} {receivers}");
        }

        Line($"");
    }

    private void WriteVariable(DbcEnvironmentVariable variable)
    {
        var isString = variable.Type == DbcEnvironmentVariableType.String;
        var access = ((int)variable.Access | (isString ? StringVariable : 0)).ToString("X", CultureInfo.InvariantCulture);
        var type = variable.Type == DbcEnvironmentVariableType.Float ? 1 : 0;
        var nodes = variable.Nodes.Count == 0 ? NoNode : string.Join(',', variable.Nodes.Select(Symbol));
        Line($"EV_ {variable.Symbol}: {type} [{variable.Minimum}|{variable.Maximum}] {Quoted(variable.Unit)} {variable.StartValue} {variable.Number} DUMMY_NODE_VECTOR{access} {nodes};");
        if (variable.Type == DbcEnvironmentVariableType.Data)
            Line($"ENVVAR_DATA_ {variable.Symbol}: {variable.DataLength};");
    }

    private void WriteType(DbcSignalType type) =>
        Line($"SGTYPE_ {type.Name} : {type.Length}@{Order(type.ByteOrder)}{(type.IsSigned ? '-' : '+')} ({type.Factor},{type.Offset}) [{type.Minimum}|{type.Maximum}] {Quoted(type.Unit)} {type.Default},{type.ValueTable};");

    private void WriteComments()
    {
        WriteComment("", _database.Comment);
        foreach (var node in _database.Nodes)
            WriteComment($"BU_ {node.Symbol} ", node.Comment);
        foreach (var message in _messages)
            WriteComment($"BO_ {Id(message)} ", message.Comment);
        foreach (var signal in _signals)
            WriteComment($"SG_ {Reference(signal)} ", signal.Comment);
        foreach (var variable in _database.EnvironmentVariables)
            WriteComment($"EV_ {variable.Symbol} ", variable.Comment);
    }

    private void WriteComment(string of, string? comment)
    {
        if (comment is not null)
            Line($"CM_ {of}{Quoted(comment)};");
    }

    private void WriteAttributes()
    {
        foreach (var definition in _database.AttributeDefinitions)
            Line($"BA_DEF_{(definition.IsRelation ? "REL_" : "")} {Target(definition.Target)} {Quoted(definition.Name)} {Type(definition)};");
        foreach (var definition in _database.AttributeDefinitions.Where(definition => definition.Default is not null).DistinctBy(definition => (definition.Name, definition.IsRelation)))
        {
            var (text, isText) = definition.DefaultSource;
            Line($"BA_DEF_DEF_{(definition.IsRelation ? "REL_" : "")} {Quoted(definition.Name)} {(isText ? Quoted(text) : text)};");
        }

        WriteAttributes("", _database.Attributes);
        foreach (var node in _database.Nodes)
            WriteAttributes($"BU_ {node.Symbol} ", node.Attributes);
        foreach (var message in _messages)
            WriteAttributes($"BO_ {Id(message)} ", message.Attributes);
        foreach (var signal in _signals)
            WriteAttributes($"SG_ {Reference(signal)} ", signal.Attributes);
        foreach (var variable in _database.EnvironmentVariables)
            WriteAttributes($"EV_ {variable.Symbol} ", variable.Attributes);

        foreach (var relation in _database.RelationAttributes)
        {
            var to = relation.Message is { } message ? $"BU_BO_REL_ {relation.Node.Symbol} {Id(message)}"
                : relation.Signal is { } signal ? $"BU_SG_REL_ {relation.Node.Symbol} SG_ {Reference(signal)}"
                : $"BU_EV_REL_ {relation.Node.Symbol} {relation.EnvironmentVariable!.Symbol}";
            Line($"BA_REL_ {Quoted(relation.Attribute.Name)} {to} {Value(relation.Attribute)};");
        }
    }

    private void WriteAttributes(string of, DbcAttributes attributes)
    {
        foreach (var attribute in attributes)
            Line($"BA_ {Quoted(attribute.Name)} {of}{Value(attribute)};");
    }

    private void WriteValues()
    {
        foreach (var signal in _signals)
        {
            if (signal.Values is { } values)
                Line($"VAL_ {Reference(signal)}{Entries(values)} ;");
        }

        foreach (var variable in _database.EnvironmentVariables)
        {
            if (variable.Values is { } values)
                Line($"VAL_ {variable.Symbol}{Entries(values)} ;");
        }
    }

    private static string Target(DbcAttributeTarget target) => target switch
    {
        DbcAttributeTarget.Node => "BU_",
        DbcAttributeTarget.Message => "BO_",
        DbcAttributeTarget.Signal => "SG_",
        DbcAttributeTarget.EnvironmentVariable => "EV_",
        DbcAttributeTarget.NodeMessage => "BU_BO_REL_",
        DbcAttributeTarget.NodeSignal => "BU_SG_REL_",
        DbcAttributeTarget.NodeEnvironmentVariable => "BU_EV_REL_",
        _ => "",
    };

    private static string Type(DbcAttributeDefinition definition) => definition.Type switch
    {
        DbcAttributeType.Integer => string.Create(CultureInfo.InvariantCulture, $"INT {definition.Minimum} {definition.Maximum}"),
        DbcAttributeType.Hex => string.Create(CultureInfo.InvariantCulture, $"HEX {definition.Minimum} {definition.Maximum}"),
        DbcAttributeType.Float => string.Create(CultureInfo.InvariantCulture, $"FLOAT {definition.Minimum} {definition.Maximum}"),
        DbcAttributeType.Enum => $"ENUM {string.Join(',', definition.Names.Select(Quoted))}",
        _ => "STRING ",
    };

    /// <summary>A value; one of an ENUM is a number.</summary>
    private static string Value(DbcAttribute attribute) => attribute.Definition.Type switch
    {
        DbcAttributeType.String => Quoted(attribute.Text),
        DbcAttributeType.Enum when attribute.Number < 0 => Quoted(attribute.Text),
        _ when attribute.IsInteger => attribute.Number < 0
            ? attribute.Integer.ToString(CultureInfo.InvariantCulture)
            : ((ulong)attribute.Integer).ToString(CultureInfo.InvariantCulture),
        _ => attribute.Number.ToString(CultureInfo.InvariantCulture),
    };

    private static string Entries(DbcValueTable table) =>
        string.Concat(table.Values.Select(entry => string.Create(CultureInfo.InvariantCulture, $" {entry.Value} {Quoted(entry.Name)}")));

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static int Order(CanByteOrder order) => order == CanByteOrder.Intel ? 1 : 0;

    private uint Id(DbcMessage message) => message == _database.Unassigned ? UnassignedId : message.Id.Value | (message.Id.IsExtended ? ExtendedFlag : 0);

    private string Reference(DbcSignal signal) => FormattableString.Invariant($"{Id(signal.Message)} {signal.Symbol}");

    private string Symbol(string node) => _nodeSymbols.GetValueOrDefault(node, node);

    private void Line(FormattableString line) => _to.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
