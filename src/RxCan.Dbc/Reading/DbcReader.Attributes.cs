using System.Globalization;

namespace RxCan.Dbc;

internal sealed partial class DbcReader
{
    private readonly List<DbcAttributeDefinition> _definitions = [];
    private readonly List<DbcRelationAttribute> _relations = [];

    // BA_DEF_ BO_ "name" INT 0 100;   BA_DEF_REL_ BU_SG_REL_ "name" ENUM "a","b";
    private bool ReadDefinition(bool isRelation)
    {
        if (!ReadTarget(isRelation, out var target))
            return false;
        Peek();
        var position = _at;
        if (Text("an attribute's name in quotation marks") is not { } name)
            return false;
        Peek();
        var typePosition = _at;
        DbcAttributeType type;
        switch (Word())
        {
            case "INT": type = DbcAttributeType.Integer; break;
            case "HEX": type = DbcAttributeType.Hex; break;
            case "FLOAT": type = DbcAttributeType.Float; break;
            case "STRING": type = DbcAttributeType.String; break;
            case "ENUM": type = DbcAttributeType.Enum; break;
            default:
                _at = typePosition;
                return Unexpected("INT, HEX, FLOAT, STRING or ENUM");
        }

        var definition = new DbcAttributeDefinition(name, target, type);
        if (type == DbcAttributeType.Enum)
        {
            var names = new List<string>();
            do
            {
                if (Text("a name in quotation marks") is not { } value)
                    return false;
                names.Add(value);
            }
            while (Skip(','));
            definition.Names = names.ToArray();
        }
        else if (type != DbcAttributeType.String && Peek() != ';')
        {
            if (!Number("a minimum", out double minimum) || !Number("a maximum", out double maximum))
                return false;
            (definition.Minimum, definition.Maximum) = (minimum, maximum);
        }

        if (!Semicolon())
            return false;
        if (_database.Definitions(target).ContainsKey(name))
            Report(DbcFault.DefinedAgain, position, Shown(name));
        else
            Define(definition);
        return true;
    }

    private bool ReadTarget(bool isRelation, out DbcAttributeTarget target)
    {
        DbcAttributeTarget? read = Peek() == '"' && !isRelation ? DbcAttributeTarget.Database : PeekKeyword() switch
        {
            DbcKeyword.Nodes when !isRelation => DbcAttributeTarget.Node,
            DbcKeyword.Message when !isRelation => DbcAttributeTarget.Message,
            DbcKeyword.Signal when !isRelation => DbcAttributeTarget.Signal,
            DbcKeyword.Variable when !isRelation => DbcAttributeTarget.EnvironmentVariable,
            DbcKeyword.NodeMessage when isRelation => DbcAttributeTarget.NodeMessage,
            DbcKeyword.NodeSignal when isRelation => DbcAttributeTarget.NodeSignal,
            DbcKeyword.NodeVariable when isRelation => DbcAttributeTarget.NodeEnvironmentVariable,
            _ => null,
        };
        target = read.GetValueOrDefault();
        if (read is null)
            return Unexpected(isRelation ? "BU_BO_REL_, BU_SG_REL_ or BU_EV_REL_" : "BU_, BO_, SG_, EV_ or a name in quotation marks");
        if (read != DbcAttributeTarget.Database)
            Word();
        return true;
    }

    private void Define(DbcAttributeDefinition definition)
    {
        _definitions.Add(definition);
        _database.Definitions(definition.Target).Add(definition.Name, definition);
    }

    // BA_DEF_DEF_ "name" value;
    private bool ReadDefault(bool isRelation)
    {
        Peek();
        var position = _at;
        if (Text("an attribute's name in quotation marks") is not { } name || !ReadValue(out var value) || !Semicolon())
            return false;
        // It is for all definitions of the name, also for those that follow. Several tools write both kinds with one keyword.
        if (!_isLast || (!SetDefault(name, value, isRelation) && !SetDefault(name, value, !isRelation)))
            Missing(DbcFault.UndefinedAttribute, position, Shown(name));
        return true;
    }

    private bool SetDefault(string name, AttributeValue value, bool isRelation)
    {
        var isDefined = false;
        var first = isRelation ? DbcAttributeTarget.NodeMessage : DbcAttributeTarget.Database;
        var last = isRelation ? DbcAttributeTarget.NodeEnvironmentVariable : DbcAttributeTarget.EnvironmentVariable;
        for (var target = first; target <= last; target++)
        {
            if (!_database.Definitions(target).TryGetValue(name, out var definition))
                continue;
            isDefined = true;
            definition.Default = MakeAttribute(definition, value);
            definition.DefaultSource = (value.Text ?? _text.Substring(value.Position, value.End - value.Position), value.Text is not null);
        }

        return isDefined;
    }

    // BA_ "name" value;   BA_ "name" BU_ node value;   BO_ id   SG_ id signal   EV_ variable
    private bool ReadAttribute()
    {
        Peek();
        var position = _at;
        if (Text("an attribute's name in quotation marks") is not { } name)
            return false;
        var target = DbcAttributeTarget.Database;
        DbcAttributes? attributes = null;
        switch (PeekKeyword())
        {
            case DbcKeyword.Nodes:
                target = DbcAttributeTarget.Node;
                if (!NodeReference(out var node))
                    return false;
                attributes = node?.OwnAttributes;
                break;
            case DbcKeyword.Message:
                target = DbcAttributeTarget.Message;
                Word();
                if (!Id(out var key, out var idPosition))
                    return false;
                attributes = FindMessage(key, idPosition)?.OwnAttributes;
                break;
            case DbcKeyword.Signal:
                target = DbcAttributeTarget.Signal;
                Word();
                if (!SignalReference(out var signal))
                    return false;
                attributes = signal?.OwnAttributes;
                break;
            case DbcKeyword.Variable:
                target = DbcAttributeTarget.EnvironmentVariable;
                if (!VariableReference(out var variable))
                    return false;
                attributes = variable?.OwnAttributes;
                break;
            default:
                attributes = _database.OwnAttributes;
                break;
        }

        if (!ReadValue(out var value) || !Semicolon())
            return false;
        if (attributes is not null && Definition(name, target, value, position) is { } definition &&
            MakeAttribute(definition, value) is { } attribute && attributes.Set(attribute))
        {
            Report(DbcFault.Again, position, Shown(name), "a value");
        }

        return true;
    }

    // BA_REL_ "name" BU_SG_REL_ node SG_ id signal value;   BU_BO_REL_ node id value;   BU_EV_REL_ node variable value;
    private bool ReadRelation()
    {
        Peek();
        var position = _at;
        if (Text("an attribute's name in quotation marks") is not { } name || !ReadTarget(isRelation: true, out var target) ||
            !NodeReference(out var node, hasKeyword: false))
        {
            return false;
        }

        DbcMessage? message = null;
        DbcSignal? signal = null;
        DbcEnvironmentVariable? variable = null;
        switch (target)
        {
            case DbcAttributeTarget.NodeMessage:
                if (!Id(out var key, out var idPosition))
                    return false;
                message = FindMessage(key, idPosition);
                break;
            case DbcAttributeTarget.NodeSignal:
                if (PeekKeyword() == DbcKeyword.Signal)
                    Word();
                if (!SignalReference(out signal))
                    return false;
                break;
            default:
                if (!VariableReference(out variable, hasKeyword: false))
                    return false;
                break;
        }

        if (!ReadValue(out var value) || !Semicolon())
            return false;
        if (_missing is null && Definition(name, target, value, position) is { } definition && MakeAttribute(definition, value) is { } attribute)
            _relations.Add(new(attribute, node!) { Position = _statement, Message = message, Signal = signal, EnvironmentVariable = variable });
        return true;
    }

    /// <summary>The definition of an attribute; one from its value, if the file has none.</summary>
    private DbcAttributeDefinition? Definition(string name, DbcAttributeTarget target, AttributeValue value, int position)
    {
        if (_database.Definitions(target).TryGetValue(name, out var definition))
            return definition;
        if (!_isLast)
        {
            Missing(DbcFault.UndefinedAttribute, position, Shown(name));
            return null;
        }

        Report(DbcFault.UndefinedAttribute, position, Shown(name));
        Define(definition = new(name, target, value.Text is not null ? DbcAttributeType.String : value.Number.IsInteger ? DbcAttributeType.Integer : DbcAttributeType.Float));
        return definition;
    }

    private bool ReadValue(out AttributeValue value)
    {
        value = default;
        if (Peek() == '"')
        {
            value.Position = _at;
            value.Text = Text("a value");
            return value.Text is not null;
        }

        value.Position = _at;
        if (!Number("a number or a text in quotation marks", out value.Number))
            return false;
        value.End = _at;
        return true;
    }

    /// <summary>A value of an attribute; null and a fault if it does not have its type.</summary>
    private DbcAttribute? MakeAttribute(DbcAttributeDefinition definition, AttributeValue value)
    {
        switch (definition.Type)
        {
            case DbcAttributeType.String:
                return new(definition, value.Text ?? _text.Substring(value.Position, value.End - value.Position), double.NaN);

            case DbcAttributeType.Enum:
                var names = (string[])definition.Names;
                var index = value.Text is not null
                    ? Array.IndexOf(names, value.Text)
                    : value.Number.Value >= 0 && value.Number.Value < names.Length && value.Number.IsInteger ? (int)value.Number.Integer : -1;
                if (index >= 0)
                    return new(definition, names[index], index, index, isInteger: true);
                var text = value.Text ?? _text.Substring(value.Position, value.End - value.Position);
                // An empty default means none.
                if (text.Length > 0)
                    Report(DbcFault.NotInEnum, value.Position, Shown(definition.Name), Shown(text));
                return new(definition, text, -1);

            default:
                var number = value.Number;
                if (value.Text is not null && !TryParse(value.Text, out number))
                {
                    Report(DbcFault.WrongType, value.Position, Shown(definition.Name), "a number");
                    return null;
                }

                return new(definition, null, number.Value + 0.0, number.Integer, number.IsInteger); // -0 is 0
        }
    }

    /// <summary>Reads a number that was written as text.</summary>
    private static bool TryParse(string text, out DbcNumber number)
    {
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !double.IsNaN(value) && !double.IsInfinity(value);
        var isInteger = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer);
        number = new(value, integer, isInteger, value < 0);
        return isNumber;
    }

    private struct AttributeValue
    {
        public string? Text;
        public DbcNumber Number;
        public int Position;
        public int End;
    }
}
