namespace RxCan.Dbc;

/// <summary>The type of an attribute's values.</summary>
public enum DbcAttributeType
{
    /// <summary>An integer (<c>INT</c>).</summary>
    Integer,

    /// <summary>An integer that is shown in hexadecimal (<c>HEX</c>).</summary>
    Hex,

    /// <summary>A floating-point number (<c>FLOAT</c>).</summary>
    Float,

    /// <summary>Text (<c>STRING</c>).</summary>
    String,

    /// <summary>One of a list of names (<c>ENUM</c>).</summary>
    Enum,
}
