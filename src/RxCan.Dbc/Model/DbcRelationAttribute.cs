namespace RxCan.Dbc;

/// <summary>An attribute of a node's relation to a message, a signal or an environment variable (<c>BA_REL_</c>).</summary>
public sealed class DbcRelationAttribute
{
    internal DbcRelationAttribute(DbcAttribute attribute, DbcNode node) => (Attribute, Node) = (attribute, node);

    /// <summary>The attribute and its value.</summary>
    public DbcAttribute Attribute { get; }

    /// <summary>The node.</summary>
    public DbcNode Node { get; }

    /// <summary>The message of a <see cref="DbcAttributeTarget.NodeMessage"/>.</summary>
    public DbcMessage? Message { get; internal set; }

    /// <summary>The signal of a <see cref="DbcAttributeTarget.NodeSignal"/>.</summary>
    public DbcSignal? Signal { get; internal set; }

    /// <summary>The variable of a <see cref="DbcAttributeTarget.NodeEnvironmentVariable"/>.</summary>
    public DbcEnvironmentVariable? EnvironmentVariable { get; internal set; }

    /// <summary>Where its statement is in the text.</summary>
    internal int Position { get; set; }

    /// <summary>Such as <c>Gateway, EngineSpeed: SigTimeoutTime = 500</c>.</summary>
    public override string ToString() => $"{Node}, {Signal?.Name ?? Message?.Name ?? EnvironmentVariable?.Name}: {Attribute}";
}
