namespace RxCan.Dbc.Generator;

/// <summary>The enum of a value table.</summary>
internal sealed class EnumCode
{
    private readonly string _source;
    private readonly string _underlying;
    private readonly (string Name, string Value)[] _members;
    private readonly string[] _texts;

    public EnumCode(string name, string source, string underlying, IEnumerable<DbcNamedValue> values)
    {
        (Name, _source, _underlying) = (name, source, underlying);
        var scope = new NameScope("value__");
        _members = [.. values.Select(value =>
        {
            var number = underlying == "ulong" ? Literal.Of(unchecked((ulong)value.Value)) : Literal.Of(value.Value).TrimEnd('L');
            var wanted = Identifier.FromText(value.Name);
            var ending = Identifier.From("_" + number.TrimEnd('U', 'L').Replace("-", "Minus")).Substring(1);
            return (scope.Take(wanted.Length > 0 ? [wanted, $"{wanted}_{ending}"] : [$"Value{ending}"]), number);
        })];
        _texts = [.. values.Select(value => value.Name)];
    }

    /// <summary>Its name, without an <c>@</c>.</summary>
    public string Name { get; }

    public void Write(SourceWriter code, string attributes)
    {
        code.Line();
        code.Document("summary", _source);
        code.Line(attributes);
        code.Open($"public enum {Identifier.InCode(Name)} : {_underlying}");
        for (var i = 0; i < _members.Length; i++)
        {
            if (i > 0)
                code.Line();
            code.Document("summary", _texts[i].Trim().Length > 0 ? _texts[i] : "A value without a name.");
            code.Line($"{Identifier.InCode(_members[i].Name)} = {_members[i].Value},");
        }

        code.Close();
    }
}
