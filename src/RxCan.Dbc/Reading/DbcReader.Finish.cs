namespace RxCan.Dbc;

internal sealed partial class DbcReader
{
    private void Finish()
    {
        // Those that had to wait are in the file's order too.
        _relations.Sort((one, other) => one.Position.CompareTo(other.Position));
        foreach (var message in _messages)
        {
            if (message.SignalGroups.Count > 1)
                message.Groups.Sort((one, other) => one.Position.CompareTo(other.Position));
        }

        _database.Nodes = [.. _nodes];
        _database.Messages = [.. _messages];
        _database.ValueTables = [.. _tables];
        _database.EnvironmentVariables = [.. _variables];
        _database.SignalTypes = [.. _types];
        _database.AttributeDefinitions = [.. _definitions];
        _database.RelationAttributes = [.. _relations];
    }

    /// <summary>Long names, which attributes have, replace those of the statements.</summary>
    private void UseLongNames()
    {
        Dictionary<string, string>? nodes = null;
        if (_database.Definitions(DbcAttributeTarget.Node).ContainsKey("SystemNodeLongSymbol"))
        {
            foreach (var node in _nodes)
            {
                if (LongName(node.Attributes, "SystemNodeLongSymbol") is { } name)
                    (nodes ??= [])[node.Symbol] = node.Name = name;
            }
        }

        foreach (var variable in _variables)
        {
            variable.Name = LongName(variable.Attributes, "SystemEnvVarLongSymbol") ?? variable.Name;
            if (nodes is not null)
                variable.Nodes = Long(variable.Nodes, nodes);
        }

        var hasLongMessages = _database.Definitions(DbcAttributeTarget.Message).ContainsKey("SystemMessageLongSymbol");
        var hasLongSignals = _database.Definitions(DbcAttributeTarget.Signal).ContainsKey("SystemSignalLongSymbol");
        if (!hasLongMessages && !hasLongSignals && nodes is null)
            return;
        foreach (var message in _database.Unassigned is { } unassigned ? _messages.Append(unassigned) : _messages)
        {
            message.Name = LongName(message.Attributes, "SystemMessageLongSymbol") ?? message.Name;
            if (nodes is not null)
                message.Senders = [.. Long(message.Senders, nodes).Distinct()];
            foreach (var signal in message.Signals)
            {
                signal.Name = LongName(signal.Attributes, "SystemSignalLongSymbol") ?? signal.Name;
                if (nodes is not null)
                    signal.Receivers = Long(signal.Receivers, nodes);
            }

            message.SetSignals((DbcSignal[])message.Signals);
        }
    }

    private static string? LongName(DbcAttributes attributes, string attribute) =>
        attributes[attribute] is { IsDefault: false, Text: { Length: > 0 } name } ? name : null;

    private static string[] Long(IReadOnlyList<string> names, Dictionary<string, string> longNames) =>
        [.. names.Select(name => longNames.TryGetValue(name, out var longName) ? longName : name)];
}
