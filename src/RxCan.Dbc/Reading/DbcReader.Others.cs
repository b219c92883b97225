namespace RxCan.Dbc;

internal sealed partial class DbcReader
{
    // Of the access type of EV_.
    private const int StringVariable = 0x8000;

    private readonly List<DbcNode> _nodes = [];
    private readonly Dictionary<string, DbcNode> _nodeByName = [];
    private readonly List<DbcValueTable> _tables = [];
    private readonly Dictionary<string, DbcValueTable> _tableByName = [];
    private readonly List<DbcEnvironmentVariable> _variables = [];
    private readonly Dictionary<string, DbcEnvironmentVariable> _variableByName = [];
    private readonly List<DbcSignalType> _types = [];
    private readonly Dictionary<string, DbcSignalType> _typeByName = [];
    private readonly List<DbcNamedValue> _values = [];

    // VERSION "text"
    private bool ReadVersion()
    {
        if (Text("a version in quotation marks") is not { } version)
            return false;
        _database.Version = version;
        return true;
    }

    // NS_ : and words, each alone on its line. They are statements too, but then more follows on the line.
    private bool ReadNewSymbols()
    {
        Skip(':');
        while (true)
        {
            Peek();
            var start = _at;
            var keyword = Keyword(Word());
            if (keyword is DbcKeyword.None or DbcKeyword.NewSymbols or DbcKeyword.BitTiming or DbcKeyword.Nodes or DbcKeyword.Message or DbcKeyword.Signal or
                DbcKeyword.Version or DbcKeyword.Variable || !IsAlone())
            {
                _at = start;
                return true;
            }
        }

        bool IsAlone()
        {
            var end = _at;
            var next = Peek();
            var isAlone = next == End || HasLineEnd(end, _at) || (next < InName.Length && InName[next] && PeekKeyword() != DbcKeyword.None);
            _at = end;
            return isAlone;
        }
    }

    // BS_:   BS_: 500 : 1,2
    private bool ReadBitTiming()
    {
        if (!Expect(':', "':'"))
            return false;
        if (Peek() is < '0' or > '9')
            return true;
        if (!Integer("a bit rate", 0, int.MaxValue, out var rate))
            return false;
        var (first, second) = (0, 0);
        if (Skip(':') && (!Integer("a register", 0, int.MaxValue, out first) || !Expect(',', "','") || !Integer("a register", 0, int.MaxValue, out second)))
            return false;
        Skip(';');
        _database.BitTiming = new(rate, first, second);
        return true;
    }

    // BU_: node node
    private bool ReadNodes()
    {
        if (!Expect(':', "':'"))
            return false;
        while (true)
        {
            if (Skip(','))
                continue;
            Peek();
            var start = _at;
            if (NameHere(out _) is not { } name)
                return true;
            _at = start;
            if (IsKeyword(name))
                return true;
            NewName("a node's name");
            if (_nodeByName.ContainsKey(name))
            {
                Report(DbcFault.SameNode, start, Shown(name));
                continue;
            }

            var node = new DbcNode(_database, name);
            _nodes.Add(node);
            _nodeByName.Add(name, node);
        }
    }

    // VAL_TABLE_ name 1 "text" 0 "text";
    private bool ReadValueTable()
    {
        Peek();
        var position = _at;
        if (NewName("a value table's name") is not { } name || !ReadNamedValues())
            return false;
        var table = new DbcValueTable(name, _values.ToArray());
        if (_tableByName.TryGetValue(name, out var earlier))
        {
            Report(DbcFault.Again, position, Shown(name), "values");
            _tables[_tables.IndexOf(earlier)] = table;
        }
        else
        {
            _tables.Add(table);
        }

        _tableByName[name] = table;
        return true;
    }

    // VAL_ id signal 1 "text" 0 "text";   VAL_ id signal table;   VAL_ variable 1 "text";
    private bool ReadValues()
    {
        DbcSignal? signal = null;
        DbcEnvironmentVariable? variable = null;
        var position = _at;
        if (Peek() is (>= '0' and <= '9') or '-')
        {
            if (!SignalReference(out signal))
                return false;
        }
        else if (!VariableReference(out variable, hasKeyword: false))
        {
            return false;
        }

        DbcValueTable? table = null;
        if (Peek() is (>= '0' and <= '9') or '-' or '+' or '.' or ';')
        {
            if (!ReadNamedValues())
                return false;
            if (_missing is null)
                table = new("", _values.ToArray());
        }
        else
        {
            var start = _at;
            if (Name("a number or a value table's name") is not { } name || !Semicolon())
                return false;
            if (_tableByName.TryGetValue(name, out var named))
                table = new("", (DbcNamedValue[])named.Values);
            else
                Missing(DbcFault.UnknownTable, start, Shown(name));
        }

        if (_missing is not null)
            return true;
        if ((signal?.Values ?? variable?.Values) is not null)
            Report(DbcFault.Again, position, Shown(signal?.Symbol ?? variable!.Symbol), "values");
        if (signal is not null)
            signal.Values = table;
        else
            variable!.Values = table;
        return true;
    }

    private bool ReadNamedValues()
    {
        _values.Clear();
        while (Peek() is (>= '0' and <= '9') or '-' or '+' or '.')
        {
            var start = _at;
            if (!Number("a value", out DbcNumber value))
                return false;
            var end = _at;
            if (Text("a value's name in quotation marks") is not { } name)
                return false;
            if (value.IsInteger)
                _values.Add(new(value.Integer, name));
            else
                Report(DbcFault.NotInteger, start, Shown(_text, start, end - start));
        }

        return Semicolon();
    }

    // CM_ "text";   CM_ BU_ node "text";   BO_ id   SG_ id signal   EV_ variable
    private bool ReadComment()
    {
        DbcNode? node = null;
        DbcMessage? message = null;
        DbcSignal? signal = null;
        DbcEnvironmentVariable? variable = null;
        var position = _at;
        switch (Peek() == '"' ? DbcKeyword.Comment : PeekKeyword())
        {
            case DbcKeyword.Comment:
                break;
            case DbcKeyword.Nodes:
                if (!NodeReference(out node))
                    return false;
                break;
            case DbcKeyword.Message:
                Word();
                if (!Id(out var key, out var idPosition))
                    return false;
                message = FindMessage(key, idPosition);
                break;
            case DbcKeyword.Signal:
                Word();
                if (!SignalReference(out signal))
                    return false;
                break;
            case DbcKeyword.Variable:
                if (!VariableReference(out variable))
                    return false;
                break;
            default:
                return Unexpected("BU_, BO_, SG_, EV_ or a text in quotation marks");
        }

        if (Text("a text in quotation marks") is not { } text || !Semicolon())
            return false;
        if (_missing is not null)
            return true;
        string? earlier;
        string name;
        if (node is not null)
            (earlier, node.Comment, name) = (node.Comment, text, node.Symbol);
        else if (message is not null)
            (earlier, message.Comment, name) = (message.Comment, text, message.Symbol);
        else if (signal is not null)
            (earlier, signal.Comment, name) = (signal.Comment, text, signal.Symbol);
        else if (variable is not null)
            (earlier, variable.Comment, name) = (variable.Comment, text, variable.Symbol);
        else
            (earlier, _database.Comment, name) = (_database.Comment, text, "");
        if (earlier is not null)
            Report(DbcFault.Again, position, name.Length > 0 ? Shown(name) : "The database", "a comment");
        return true;
    }

    private bool NodeReference(out DbcNode? node, bool hasKeyword = true)
    {
        node = null;
        if (hasKeyword)
            Word();
        Peek();
        var position = _at;
        if (Name("a node's name") is not { } name)
            return false;
        if (!_nodeByName.TryGetValue(name, out node))
            Missing(DbcFault.UnknownNode, position, Shown(name));
        return true;
    }

    private bool VariableReference(out DbcEnvironmentVariable? variable, bool hasKeyword = true)
    {
        variable = null;
        if (hasKeyword)
            Word();
        Peek();
        var position = _at;
        if (Name("an environment variable's name") is not { } name)
            return false;
        if (!_variableByName.TryGetValue(name, out variable))
            Missing(DbcFault.UnknownVariable, position, Shown(name));
        return true;
    }

    // EV_ name : type [minimum|maximum] "unit" start number DUMMY_NODE_VECTOR0 node,node;
    private bool ReadVariable()
    {
        Peek();
        var position = _at;
        if (NewName("an environment variable's name") is not { } name || !Expect(':', "':'") || !Integer("a type", 0, 2, out var type) ||
            !ReadRange(out var minimum, out var maximum) || Text("a unit in quotation marks") is not { } unit ||
            !Number("a start value", out double start) || !Number("a number", out DbcNumber number))
        {
            return false;
        }

        const string dummy = "DUMMY_NODE_VECTOR";
        Peek();
        var accessPosition = _at;
        var word = Word();
        if (!word.StartsWith(dummy.AsSpan(), StringComparison.Ordinal) || !TryHex(word.Slice(dummy.Length), out var access))
        {
            _at = accessPosition;
            return Unexpected(dummy + " and a number");
        }

        ReadNodeNames();
        if (!Semicolon())
            return false;
        if (_variableByName.TryGetValue(name, out var earlier))
        {
            Report(DbcFault.Again, position, Shown(name), "a definition");
            _variables.Remove(earlier);
        }

        var variable = new DbcEnvironmentVariable(_database, name)
        {
            Type = type == 2 || (access & StringVariable) != 0 ? DbcEnvironmentVariableType.String
                : type == 1 ? DbcEnvironmentVariableType.Float
                : DbcEnvironmentVariableType.Integer,
            Minimum = minimum,
            Maximum = maximum,
            Unit = unit,
            StartValue = start,
            Number = number.Integer,
            Access = (DbcAccess)(access & (int)DbcAccess.ReadWrite),
            Nodes = NodeNames(),
        };
        _variables.Add(variable);
        _variableByName[name] = variable;
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            var value = digit is >= '0' and <= '9' ? digit - '0' : digit is >= 'A' and <= 'F' ? digit - 'A' + 10 : digit is >= 'a' and <= 'f' ? digit - 'a' + 10 : -1;
            if (value < 0 || number > 0xFFFF)
                return false;
            number = (number * 16) + value;
        }

        return digits.Length > 0;
    }

    // ENVVAR_DATA_ name : length;
    private bool ReadVariableData()
    {
        if (!VariableReference(out var variable, hasKeyword: false))
            return false;
        Skip(':');
        if (!Integer("a number of bytes", 0, int.MaxValue, out var length) || !Semicolon())
            return false;
        if (variable is not null)
            (variable.Type, variable.DataLength) = (DbcEnvironmentVariableType.Data, length);
        return true;
    }

    // SGTYPE_ name : length@order sign (factor,offset) [minimum|maximum] "unit" default,table;
    private bool ReadSignalType()
    {
        Peek();
        var position = _at;
        if (NewName("a signal type's name") is not { } name || !Expect(':', "':'") ||
            !Integer("a length", 1, 8 * MaxLength, out var length) || !Expect('@', "'@'") ||
            !Integer("a byte order", 0, 1, out var order) || !ReadSign(out var isSigned) ||
            !Expect('(', "'('") || !Number("a factor", out double factor) || !Expect(',', "','") || !Number("an offset", out double offset) || !Expect(')', "')'") ||
            !ReadRange(out var minimum, out var maximum) ||
            Text("a unit in quotation marks") is not { } unit || !Number("a default", out double start))
        {
            return false;
        }

        string? table = null;
        if (Skip(',') && Peek() != ';' && (table = Name("a value table's name")) is null)
            return false;
        if (!Semicolon())
            return false;
        if (_typeByName.ContainsKey(name))
        {
            Report(DbcFault.Again, position, Shown(name), "a definition");
            return true;
        }

        var type = new DbcSignalType(name)
        {
            Length = length,
            ByteOrder = order == 1 ? CanByteOrder.Intel : CanByteOrder.Motorola,
            IsSigned = isSigned,
            Factor = factor,
            Offset = offset,
            Minimum = minimum,
            Maximum = maximum,
            Unit = unit,
            Default = start,
            ValueTable = table,
        };
        _types.Add(type);
        _typeByName.Add(name, type);
        return true;
    }

    // SIG_TYPE_REF_ id signal : type;
    private bool ReadSignalTypeReference()
    {
        if (!SignalReference(out var signal))
            return false;
        Skip(':');
        Peek();
        var position = _at;
        if (Name("a signal type's name") is not { } name || !Semicolon())
            return false;
        if (!_typeByName.TryGetValue(name, out var type))
            Missing(DbcFault.UnknownType, position, Shown(name));
        if (signal is not null && _missing is null)
            signal.Type = type;
        return true;
    }

    private bool SkipUnused(string keyword)
    {
        Report(DbcFault.NotKept, _statement, keyword);
        while (Peek() is not (';' or End))
        {
            var start = _at;
            if (_text[_at] == '"' ? Text("a text") is null : Keyword(Word()) != DbcKeyword.None)
            {
                _at = Math.Max(_at, start);
                return false;
            }

            if (_at == start)
                _at++;
        }

        Skip(';');
        return true;
    }
}
