namespace RxCan.Dbc;

/// <summary>The words that begin a statement, and those of relations.</summary>
internal enum DbcKeyword
{
    None,
    Version,
    NewSymbols,
    BitTiming,
    Nodes,
    ValueTable,
    Message,
    Signal,
    Senders,
    Variable,
    VariableData,
    SignalType,
    SignalTypeReference,
    Comment,
    AttributeDefinition,
    RelationDefinition,
    AttributeDefault,
    RelationDefault,
    Attribute,
    Relation,
    Values,
    SignalGroup,
    ValueType,
    MultiplexValues,
    NodeMessage,
    NodeSignal,
    NodeVariable,

    /// <summary>A statement of the format that nobody uses.</summary>
    Other,
}
