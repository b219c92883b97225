namespace RxCan.Dbc;

/// <summary>What an attribute describes.</summary>
public enum DbcAttributeTarget
{
    /// <summary>The database, which is the network.</summary>
    Database,

    /// <summary>A node (<c>BU_</c>).</summary>
    Node,

    /// <summary>A message (<c>BO_</c>).</summary>
    Message,

    /// <summary>A signal (<c>SG_</c>).</summary>
    Signal,

    /// <summary>An environment variable (<c>EV_</c>).</summary>
    EnvironmentVariable,

    /// <summary>A node as the sender of a message (<c>BU_BO_REL_</c>).</summary>
    NodeMessage,

    /// <summary>A node as the receiver of a signal (<c>BU_SG_REL_</c>).</summary>
    NodeSignal,

    /// <summary>A node's use of an environment variable (<c>BU_EV_REL_</c>).</summary>
    NodeEnvironmentVariable,
}
