namespace RxCan.Dbc.Generator;

/// <summary>The enum of a value table.</summary>
internal sealed class EnumCode
{
    private readonly string _source;
    private readonly (string Name, string Value)[] _members;

    public EnumCode(string name, string source, string underlying, IEnumerable<DbcNamedValue> values)
    {
        (Name, _source, Underlying) = (name, source, underlying);
        var scope = new NameScope("value__");
        _members = [.. values.Select(value =>
        {
            var number = underlying == "ulong" ? Literal.Of(unchecked((ulong)value.Value)) : Literal.Of(value.Value).TrimEnd('L');
            var wanted = Identifier.FromText(value.Name);
            var ending = number.TrimEnd('U', 'L').Replace("-", "Minus").Replace(".", "");
            return (scope.Take(wanted.Length > 0 ? [wanted, $"{wanted}_{ending}"] : [$"Value{ending}"]), number);
        })];
        Texts = [.. values.Select(value => value.Name)];
    }

    /// <summary>Its name, without an <c>@</c>.</summary>
    public string Name { get; }

    public string Underlying { get; }

    private string[] Texts { get; }

    public void Write(SourceWriter code, string attributes)
    {
        code.Line();
        code.Document("summary", _source);
        code.Line(attributes);
        code.Open($"public enum {Identifier.InCode(Name)} : {Underlying}");
        for (var i = 0; i < _members.Length; i++)
        {
            if (i > 0)
                code.Line();
            code.Document("summary", Texts[i].Trim().Length > 0 ? Texts[i] : "A value without a name.");
            code.Line($"{Identifier.InCode(_members[i].Name)} = {_members[i].Value},");
        }

        code.Close();
    }
}
