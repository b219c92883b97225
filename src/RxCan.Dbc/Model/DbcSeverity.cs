namespace RxCan.Dbc;

/// <summary>How bad a fault in a database is.</summary>
public enum DbcSeverity
{
    /// <summary>The file has something that RxCan does not need and does not keep.</summary>
    Info,

    /// <summary>The file is odd, or refers to something that is not there.</summary>
    Warning,

    /// <summary>The file breaks the format or contradicts itself; strict reading throws.</summary>
    Error,
}
