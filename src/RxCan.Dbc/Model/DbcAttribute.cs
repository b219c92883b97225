using System.Globalization;

namespace RxCan.Dbc;

/// <summary>A value of an attribute (<c>BA_</c>, <c>BA_DEF_DEF_</c>).</summary>
public sealed class DbcAttribute
{
    private readonly string? _text;

    internal DbcAttribute(DbcAttributeDefinition definition, string? text, double number, long integer = 0, bool isInteger = false) =>
        (Definition, _text, Number, Integer, IsInteger) = (definition, text, number, integer, isInteger);

    /// <summary>The definition.</summary>
    public DbcAttributeDefinition Definition { get; }

    /// <summary>The name.</summary>
    public string Name => Definition.Name;

    /// <summary>The number; of an <see cref="DbcAttributeType.Enum"/> its position in the names, -1 if it is none of them; NaN for text.</summary>
    public double Number { get; }

    /// <summary>The text; the name of an <see cref="DbcAttributeType.Enum"/>; a number's digits.</summary>
    public string Text => _text ?? Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it is the definition's default, not a value of its own.</summary>
    public bool IsDefault => ReferenceEquals(this, Definition.Default);

    /// <summary>The exact number, if <see cref="IsInteger"/>: a start value may need 64 bits.</summary>
    internal long Integer { get; }

    internal bool IsInteger { get; }

    /// <summary>Such as <c>GenMsgCycleTime = 100</c>.</summary>
    public override string ToString() => $"{Name} = {Text}";
}
