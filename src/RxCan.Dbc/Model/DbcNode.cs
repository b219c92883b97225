namespace RxCan.Dbc;

/// <summary>A node: an electronic control unit on the network (<c>BU_</c>).</summary>
public sealed class DbcNode
{
    private readonly CanDatabase _database;
    private DbcAttributes? _attributes;

    internal DbcNode(CanDatabase database, string symbol) => (_database, Symbol, Name) = (database, symbol, symbol);

    /// <summary>The name; the long one, if the file has one (<c>SystemNodeLongSymbol</c>).</summary>
    public string Name { get; internal set; }

    /// <summary>The comment; null if there is none.</summary>
    public string? Comment { get; internal set; }

    /// <summary>The attributes.</summary>
    public DbcAttributes Attributes => _attributes ?? _database.NoAttributes(DbcAttributeTarget.Node);

    /// <summary>The name that the file's statements use.</summary>
    internal string Symbol { get; }

    internal DbcAttributes OwnAttributes => _attributes ??= _database.NewAttributes(DbcAttributeTarget.Node);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
