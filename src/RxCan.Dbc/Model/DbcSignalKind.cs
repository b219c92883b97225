namespace RxCan.Dbc;

/// <summary>What a signal's bits are.</summary>
public enum DbcSignalKind
{
    /// <summary>An unsigned integer (<c>+</c>).</summary>
    Unsigned,

    /// <summary>A two's complement integer (<c>-</c>).</summary>
    Signed,

    /// <summary>An IEEE 754 number of 32 bits (<c>SIG_VALTYPE_</c> 1).</summary>
    Float,

    /// <summary>An IEEE 754 number of 64 bits (<c>SIG_VALTYPE_</c> 2).</summary>
    Double,
}
