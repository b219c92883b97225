namespace RxCan.Dbc;

/// <summary>The type of an environment variable.</summary>
public enum DbcEnvironmentVariableType
{
    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary>Text.</summary>
    String,

    /// <summary>Bytes (<c>ENVVAR_DATA_</c>).</summary>
    Data,
}
