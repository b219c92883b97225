namespace RxCan.Dbc;

internal sealed partial class DbcReader
{
    private const uint ExtendedFlag = 0x8000_0000;
    private const uint UnassignedId = 0xC000_0000; // of VECTOR__INDEPENDENT_SIG_MSG
    public const int MaxLength = 1785; // of SAE J1939-21's transport protocol
    private const int MaxTwins = 16;

    private readonly List<DbcMessage> _messages = [];
    private readonly Dictionary<uint, DbcMessage> _messageById = [];
    private readonly List<DbcSignal> _signals = [];
    private readonly List<DbcSignal> _unassigned = [];
    private readonly List<DbcSignal> _members = [];
    private readonly List<DbcRange> _ranges = [];
    private readonly List<string> _nodeNames = [];
    private Dictionary<uint, List<DbcMessage>>? _twins;
    private string[] _receivers = [];
    private DbcMessage? _message;

    // BO_ id name: length sender
    private bool ReadMessage()
    {
        EndMessage();
        if (!Id(out var key, out var number, out var idPosition))
            return false;
        Peek();
        var position = _at;
        if (NewName("a message's name") is not { } name || !Expect(':', "':'") || !Integer("a message's length", 0, int.MaxValue, out var length))
            return false;
        ReadNodeNames(max: 1);
        if (length > MaxLength)
        {
            Report(DbcFault.HugeMessage, position, Shown(name), FormattableString.Invariant($"{length}"));
            length = MaxLength;
        }

        if (name == "VECTOR__INDEPENDENT_SIG_MSG" || key == UnassignedId)
        {
            _message = _database.Unassigned ??= new(_database, name, position, default, length);
            _messageById.TryAdd(key, _message);
            _messageById[UnassignedId] = _message;
            return true;
        }

        CheckId(number, idPosition);
        var isExtended = (key & ExtendedFlag) != 0;
        var id = isExtended ? CanId.Extended(key & CanId.MaxExtended) : CanId.Standard(key);
        _message = new(_database, name, position, id, length) { Transmitter = _nodeNames.Count > 0 ? _nodeNames[0] : null };
        _messages.Add(_message);
        if (!_messageById.TryGetValue(key, out var first) || first == _database.Unassigned)
        {
            _messageById[key] = _message;
        }
        else
        {
            Report(DbcFault.SameId, idPosition, Shown(first.Symbol), Shown(name));
            _twins ??= [];
            if (!_twins.TryGetValue(key, out var twins))
                _twins.Add(key, twins = []);
            if (twins.Count < MaxTwins)
                twins.Add(_message);
        }

        return true;
    }

    private void EndMessage()
    {
        if (_message is not null && _message != _database.Unassigned)
        {
            _message.SetSignals([.. _signals]);
            _signals.Clear();
        }

        _message = null;
    }

    private void CheckId(uint number, int position)
    {
        if (number is (> CanId.MaxExtended and < ExtendedFlag) or > (ExtendedFlag | CanId.MaxExtended))
            Report(DbcFault.LargeId, position, FormattableString.Invariant($"{number}"));
        else if (number is > CanId.MaxStandard and < ExtendedFlag)
            Report(DbcFault.ExtendedId, position, FormattableString.Invariant($"{number}"));
    }

    // SG_ name m0M : start|length@order sign (factor,offset) [minimum|maximum] "unit" receiver,receiver
    private bool ReadSignal()
    {
        Peek();
        var position = _at;
        if (NewName("a signal's name") is not { } name)
            return false;
        if (!ReadIndicator(out var isMultiplexer, out var selector))
            return false;
        if (!Expect(':', "':'") ||
            !Integer("a start bit", 0, (8 * MaxLength) - 1, out var start) || !Expect('|', "'|'") ||
            !Integer("a signal's length", 1, 8 * MaxLength, out var length) || !Expect('@', "'@'") ||
            !Integer("a byte order", 0, 1, out var order) || !ReadSign(out var isSigned) ||
            !Expect('(', "'('") || !Number("a factor", out double factor) || !Expect(',', "','") || !Number("an offset", out double offset) || !Expect(')', "')'") ||
            !ReadRange(out var minimum, out var maximum) ||
            Text("a unit in quotation marks") is not { } unit)
        {
            return false;
        }

        ReadNodeNames();
        if (_message is null)
        {
            Report(DbcFault.NoMessage, position, Shown(name));
            return true;
        }

        if (factor == 0)
        {
            Report(DbcFault.NoFactor, position, Shown(name));
            factor = 1;
        }

        var byteOrder = order == 1 ? CanByteOrder.Intel : CanByteOrder.Motorola;
        (_message == _database.Unassigned ? _unassigned : _signals).Add(new(_message, name, position, (start, length, byteOrder, isSigned), factor, offset, minimum, maximum)
        {
            Unit = unit,
            Receivers = Receivers(),
            IsMultiplexer = isMultiplexer,
            Selector = selector,
            IsMultiplexed = selector is not null,
        });
        return true;
    }

    private bool ReadSign(out bool isSigned)
    {
        isSigned = Skip('-');
        return isSigned || Expect('+', "'+' or '-'");
    }

    /// <summary>Reads <c>M</c>, <c>m0</c> or <c>m0M</c>, if it is there.</summary>
    private bool ReadIndicator(out bool isMultiplexer, out ulong? selector)
    {
        (isMultiplexer, selector) = (false, null);
        if (Peek() == ':')
            return true;
        var start = _at;
        var word = Word();
        isMultiplexer = word.Length > 0 && word[word.Length - 1] == 'M';
        var digits = isMultiplexer ? word.Slice(0, word.Length - 1) : word;
        if (word.Length == 1 && word[0] == 'm')
        {
            Report(DbcFault.NoSelector, start);
            return true;
        }

        if (digits.Length is > 1 and < 20 && digits[0] == 'm')
        {
            ulong value = 0;
            foreach (var digit in digits.Slice(1))
            {
                if ((uint)(digit - '0') > 9)
                    return NoIndicator();
                value = (value * 10) + (ulong)(digit - '0');
            }

            selector = value;
            return true;
        }

        return (isMultiplexer && digits.Length == 0) || NoIndicator();

        bool NoIndicator()
        {
            _at = start;
            return Unexpected("':', 'M' or 'm' and a number");
        }
    }

    private bool ReadRange(out double minimum, out double maximum)
    {
        (minimum, maximum) = (0, 0);
        return Expect('[', "'['") && Number("a minimum", out minimum) && Expect('|', "'|'") && Number("a maximum", out maximum) && Expect(']', "']'");
    }

    /// <summary>Reads names of nodes into a list, up to the next statement; Vector__XXX means none.</summary>
    private void ReadNodeNames(int max = int.MaxValue)
    {
        _nodeNames.Clear();
        var mayBreak = true;
        while (_nodeNames.Count < max)
        {
            var end = _at;
            if (Peek() == ',')
            {
                _at++;
                mayBreak = true;
                continue;
            }

            // Names that no comma separates end with their line, since any word can follow.
            if (!mayBreak && HasLineEnd(end, _at))
                return;
            var start = _at;
            if (NameHere(out _) is not { } name)
                return;
            if (IsKeyword(name))
            {
                _at = start;
                return;
            }

            mayBreak = false;
            if (!name.Equals("Vector__XXX", StringComparison.OrdinalIgnoreCase))
                _nodeNames.Add(name);
            else if (max == 1)
                return;
        }
    }

    private static bool IsKeyword(string name) => name[name.Length - 1] is '_' or 'N' or 'R' && Keyword(name.AsSpan()) != DbcKeyword.None;

    private bool HasLineEnd(int start, int end)
    {
        for (var at = start; at < end; at++)
        {
            if (_text[at] is '\n' or '\r')
                return true;
        }

        return false;
    }

    private string[] NodeNames() => _nodeNames.Count == 0 ? [] : [.. _nodeNames];

    /// <summary>The list of names, shared with the signal before if it is the same.</summary>
    private string[] Receivers()
    {
        if (_nodeNames.Count != _receivers.Length)
            return _receivers = NodeNames();
        for (var i = 0; i < _receivers.Length; i++)
        {
            if (_receivers[i] != _nodeNames[i])
                return _receivers = NodeNames();
        }

        return _receivers;
    }

    private bool Id(out uint key, out int position) => Id(out key, out _, out position);

    /// <summary>Reads a message's identifier: as the file writes it, and with <see cref="ExtendedFlag"/> if and only if it has 29 bits.</summary>
    private bool Id(out uint key, out uint value, out int position)
    {
        const string what = "a message's identifier";
        Peek();
        position = _at;
        (key, value) = (0, 0);
        if (!Number(what, out DbcNumber number))
            return false;
        if (!number.IsInteger || number.IsNegative || number.Value > uint.MaxValue)
        {
            Report(DbcFault.OutOfRange, position, what, "an integer from 0 to 4294967295");
            return false;
        }

        value = (uint)number.Integer;
        key = value is <= CanId.MaxStandard or UnassignedId ? value : (value & CanId.MaxExtended) | ExtendedFlag;
        return true;
    }

    private DbcMessage? FindMessage(uint key, int position)
    {
        if (_messageById.TryGetValue(key, out var message))
            return message;
        Missing(DbcFault.UnknownMessage, position, (key & ~ExtendedFlag).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return null;
    }

    private DbcSignal? FindSignal(uint key, int idPosition, string name, int namePosition)
    {
        if (FindMessage(key, idPosition) is not { } message)
            return null;
        if (FindSignal(message, key, name) is { } signal)
            return signal;
        Missing(DbcFault.UnknownSignal, namePosition, Shown(message.Symbol), Shown(name));
        return null;
    }

    /// <summary>A signal of a message itself, not of another one that has its identifier too.</summary>
    private DbcSignal? FindSignal(DbcMessage message, string name, int position)
    {
        if (message.TryGet(name, out var signal))
            return signal;
        Missing(DbcFault.UnknownSignal, position, Shown(message.Symbol), Shown(name));
        return null;
    }

    private DbcSignal? FindSignal(DbcMessage message, uint key, string name)
    {
        if (message.TryGet(name, out var signal))
            return signal;
        if (_twins is not null && _twins.TryGetValue(key, out var twins))
        {
            foreach (var twin in twins)
            {
                if (twin.TryGet(name, out signal))
                    return signal;
            }
        }

        return null;
    }

    /// <summary>Reads an identifier and a signal's name; the signal is null if it is not there, or not yet.</summary>
    private bool SignalReference(out DbcSignal? signal)
    {
        signal = null;
        if (!Id(out var key, out var idPosition))
            return false;
        Peek();
        var position = _at;
        if (Name("a signal's name") is not { } name)
            return false;
        signal = FindSignal(key, idPosition, name, position);
        return true;
    }

    // SG_MUL_VAL_ id signal multiplexer 0-0, 3-5;
    private bool ReadMultiplexValues()
    {
        if (!Id(out var key, out var idPosition))
            return false;
        Peek();
        var position = _at;
        if (Name("a signal's name") is not { } name)
            return false;
        Peek();
        var multiplexerPosition = _at;
        if (Name("a multiplexer's name") is not { } multiplexerName)
            return false;
        _ranges.Clear();
        do
        {
            Peek();
            var start = _at;
            if (!Number("the first value of a range", out DbcNumber first) || !Expect('-', "'-'") || !Number("the last value of a range", out DbcNumber last))
                return false;
            if (first.IsInteger && last.IsInteger && (ulong)first.Integer <= (ulong)last.Integer)
                _ranges.Add(new((ulong)first.Integer, (ulong)last.Integer));
            else
                Report(DbcFault.NoRange, start, Shown(_text, start, _at - start), "");
        }
        while (Skip(','));
        if (!Semicolon())
            return false;

        if (FindSignal(key, idPosition, name, position) is { } signal &&
            FindSignal(signal.Message, multiplexerName, multiplexerPosition) is { } multiplexer && _ranges.Count > 0)
        {
            multiplexer.IsMultiplexer = true;
            signal.IsMultiplexed = true;
            signal.Conditions.Add(new(multiplexer, _ranges.ToArray()));
        }

        return true;
    }

    // SIG_VALTYPE_ id signal : 1;
    private bool ReadValueType()
    {
        Peek();
        if (!SignalReference(out var signal))
            return false;
        Skip(':');
        if (!Integer("a value type", 0, 2, out var type) || !Semicolon())
            return false;
        if (signal is null || type == 0)
            return true;
        if (signal.Length == 32 * type)
            signal.Kind = type == 1 ? DbcSignalKind.Float : DbcSignalKind.Double;
        else
            Report(DbcFault.FloatLength, signal.Position, Shown(signal.Symbol), FormattableString.Invariant($"{signal.Length}"));
        return true;
    }

    // SIG_GROUP_ id name repetitions : signal signal;
    private bool ReadSignalGroup()
    {
        if (!Id(out var key, out var idPosition) || Name("a group's name") is not { } name ||
            !Integer("a number of repetitions", 0, int.MaxValue, out var repetitions))
        {
            return false;
        }

        Skip(':');
        var message = FindMessage(key, idPosition);
        _members.Clear();
        while (Peek() is not (';' or End) && PeekKeyword() == DbcKeyword.None)
        {
            var start = _at;
            if (Skip(','))
                continue;
            if (Name("a signal's name") is not { } member)
                return false;
            if (message is null)
                continue;
            if (FindSignal(message, key, member) is { } signal)
                _members.Add(signal);
            else if (_isLast)
                Report(DbcFault.UnknownMember, start, Shown(message.Symbol), Shown(member));
            else
                Missing(DbcFault.UnknownMember, start, Shown(message.Symbol), Shown(member));
        }

        if (!Semicolon())
            return false;
        if (message is not null && _missing is null)
            message.Groups.Add(new(name, repetitions, [.. _members]) { Position = _statement });
        return true;
    }

    // BO_TX_BU_ id : node,node;
    private bool ReadSenders()
    {
        if (!Id(out var key, out var position))
            return false;
        Skip(':');
        ReadNodeNames();
        if (!Semicolon())
            return false;
        if (FindMessage(key, position) is { } message)
            message.Senders = [.. message.Senders.Take(message.Transmitter is null ? 0 : 1).Concat(_nodeNames).Distinct()];
        return true;
    }
}
