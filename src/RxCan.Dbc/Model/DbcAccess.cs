namespace RxCan.Dbc;

/// <summary>What nodes may do with an environment variable.</summary>
[Flags]
public enum DbcAccess
{
    /// <summary>It is not restricted.</summary>
    Unrestricted = 0,

    /// <summary>They may read it.</summary>
    Read = 1,

    /// <summary>They may write it.</summary>
    Write = 2,

    /// <summary>They may read and write it.</summary>
    ReadWrite = Read | Write,
}
