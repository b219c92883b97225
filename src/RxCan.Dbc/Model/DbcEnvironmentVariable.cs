namespace RxCan.Dbc;

/// <summary>An input or output of a node, such as a switch (<c>EV_</c>).</summary>
public sealed class DbcEnvironmentVariable
{
    private readonly CanDatabase _database;
    private DbcAttributes? _attributes;

    internal DbcEnvironmentVariable(CanDatabase database, string symbol) => (_database, Symbol, Name) = (database, symbol, symbol);

    /// <summary>The name; the long one, if the file has one (<c>SystemEnvVarLongSymbol</c>).</summary>
    public string Name { get; internal set; }

    /// <summary>The type.</summary>
    public DbcEnvironmentVariableType Type { get; internal set; }

    /// <summary>The smallest value, in <see cref="Unit"/>.</summary>
    public double Minimum { get; internal set; }

    /// <summary>The largest value, in <see cref="Unit"/>.</summary>
    public double Maximum { get; internal set; }

    /// <summary>The unit.</summary>
    public string Unit { get; internal set; } = "";

    /// <summary>The value at the start, in <see cref="Unit"/>.</summary>
    public double StartValue { get; internal set; }

    /// <summary>The number that the file gives it.</summary>
    public long Number { get; internal set; }

    /// <summary>What the nodes may do.</summary>
    public DbcAccess Access { get; internal set; }

    /// <summary>The names of the nodes that use it.</summary>
    public IReadOnlyList<string> Nodes { get; internal set; } = [];

    /// <summary>The number of bytes of a <see cref="DbcEnvironmentVariableType.Data"/>; 0 for the others.</summary>
    public int DataLength { get; internal set; }

    /// <summary>The names of values; null if there are none.</summary>
    public DbcValueTable? Values { get; internal set; }

    /// <summary>The comment; null if there is none.</summary>
    public string? Comment { get; internal set; }

    /// <summary>The attributes.</summary>
    public DbcAttributes Attributes => _attributes ?? _database.NoAttributes(DbcAttributeTarget.EnvironmentVariable);

    /// <summary>The name that the file's statements use.</summary>
    internal string Symbol { get; }

    internal DbcAttributes OwnAttributes => _attributes ??= _database.NewAttributes(DbcAttributeTarget.EnvironmentVariable);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
