namespace RxCan.Dbc;

/// <summary>The definition of an attribute (<c>BA_DEF_</c>, <c>BA_DEF_REL_</c>).</summary>
public sealed class DbcAttributeDefinition
{
    internal DbcAttributeDefinition(string name, DbcAttributeTarget target, DbcAttributeType type) => (Name, Target, Type) = (name, target, type);

    /// <summary>The name, unique among the attributes of its target.</summary>
    public string Name { get; }

    /// <summary>What it describes.</summary>
    public DbcAttributeTarget Target { get; }

    /// <summary>The type of its values.</summary>
    public DbcAttributeType Type { get; }

    /// <summary>The smallest number; 0 if <see cref="Maximum"/> is 0 too: any number, or no number.</summary>
    public double Minimum { get; internal set; }

    /// <summary>The largest number.</summary>
    public double Maximum { get; internal set; }

    /// <summary>The names of an <see cref="DbcAttributeType.Enum"/>, in the order of their numbers from 0.</summary>
    public IReadOnlyList<string> Names { get; internal set; } = [];

    /// <summary>The value of what has none of its own (<c>BA_DEF_DEF_</c>); null if the file names none.</summary>
    public DbcAttribute? Default { get; internal set; }

    /// <summary>The default as the file writes it, for definitions of every type that share a name.</summary>
    internal (string Text, bool IsText) DefaultSource { get; set; }

    internal bool IsRelation => Target >= DbcAttributeTarget.NodeMessage;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
