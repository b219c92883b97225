namespace RxCan.Dbc;

/// <summary>A type that signals can refer to (<c>SGTYPE_</c>, <c>SIG_TYPE_REF_</c>). It changes nothing in them.</summary>
public sealed class DbcSignalType
{
    internal DbcSignalType(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The length in bits.</summary>
    public int Length { get; internal set; }

    /// <summary>The order of the bits.</summary>
    public CanByteOrder ByteOrder { get; internal set; }

    /// <summary>Whether it is a two's complement number.</summary>
    public bool IsSigned { get; internal set; }

    /// <summary>The value of one step, in <see cref="Unit"/>.</summary>
    public double Factor { get; internal set; }

    /// <summary>The value for a raw zero, in <see cref="Unit"/>.</summary>
    public double Offset { get; internal set; }

    /// <summary>The smallest value, in <see cref="Unit"/>.</summary>
    public double Minimum { get; internal set; }

    /// <summary>The largest value, in <see cref="Unit"/>.</summary>
    public double Maximum { get; internal set; }

    /// <summary>The unit.</summary>
    public string Unit { get; internal set; } = "";

    /// <summary>The default value, in <see cref="Unit"/>.</summary>
    public double Default { get; internal set; }

    /// <summary>The name of its value table; null if it has none.</summary>
    public string? ValueTable { get; internal set; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
