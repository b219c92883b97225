using System.Globalization;

namespace RxCan.Dbc;

internal sealed partial class DbcReader
{
    private const char End = '\0';
    private const int MaxShown = 24;
    private const int MaxInterned = 32;
    private const double MaxExactInteger = 1L << 53;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>The characters of names, as bits.</summary>
    private static readonly bool[] InName = MakeInName();

    private readonly NameTable _names = new();
    private (int Start, int End) _lastText;

    /// <summary>The first character that is not white space, or <see cref="End"/>.</summary>
    private char Peek()
    {
        var text = _text;
        for (var at = _at; (uint)at < (uint)text.Length; at++)
        {
            var c = text[at];
            if (c > ' ' && c != '/' && !IsOddSpace(c))
            {
                _at = at;
                return c;
            }

            // cantools has comments to the end of the line, and so have files written for it.
            if (c == '/')
            {
                if (at + 1 == text.Length || text[at + 1] != '/')
                {
                    _at = at;
                    return c;
                }

                at = LineEnd(at);
            }
        }

        _at = text.Length;
        return End;
    }

    private bool Skip(char c)
    {
        if (Peek() != c)
            return false;
        _at++;
        return true;
    }

    private bool Expect(char c, string what)
    {
        if ((uint)_at < (uint)_text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }

        return Skip(c) || Unexpected(what);
    }

    /// <summary>Reads a name that a statement refers to; null and a fault if there is none.</summary>
    private string? Name(string what)
    {
        Peek();
        return NameHere(out _) ?? Missed(what);
    }

    /// <summary>Reads a name that a statement defines.</summary>
    private string? NewName(string what)
    {
        Peek();
        var start = _at;
        if (NameHere(out var isOdd) is not { } name)
            return Missed(what);
        if (isOdd)
            Report(DbcFault.NameCharacter, start, Shown(name));
        else if (name[0] <= '9')
            Report(DbcFault.NameBegin, start, Shown(name));
        return name;
    }

    private string? NameHere(out bool isOdd)
    {
        var text = _text;
        var start = _at;
        var at = start;
        var hash = NameTable.EmptyHash;
        isOdd = false;
        for (; (uint)at < (uint)text.Length; at++)
        {
            var c = text[at];
            if (c < InName.Length ? !InName[c] && (IsDelimiter(c) || at == start) : IsOddSpace(c))
                break;
            isOdd |= c >= InName.Length || !InName[c];
            hash = NameTable.Hash(hash, c);
        }

        if (at == start)
            return null;
        _at = at;
        return _names.Get(text, start, at - start, hash);
    }

    /// <summary>Reads a word of the format; the length is 0 if there is none.</summary>
    private ReadOnlySpan<char> Word()
    {
        Peek();
        var start = _at;
        var at = start;
        while ((uint)at < (uint)_text.Length && _text[at] < InName.Length && InName[_text[at]])
            at++;
        _at = at;
        return _text.AsSpan(start, at - start);
    }

    /// <summary>The statement that begins at the next word, without reading it.</summary>
    private DbcKeyword PeekKeyword()
    {
        Peek();
        var start = _at;
        var keyword = Keyword(Word());
        _at = start;
        return keyword;
    }

    private bool TryNumber(out DbcNumber number)
    {
        var text = _text;
        Peek();
        var start = _at;
        var at = start;
        var isNegative = false;
        if ((uint)at < (uint)text.Length && text[at] is '-' or '+')
            isNegative = text[at++] == '-';

        ulong mantissa = 0;
        var digits = 0;
        var exponent = 0;
        var isExact = true;
        var first = at;
        for (; (uint)at < (uint)text.Length && (uint)(text[at] - '0') <= 9; at++)
            Add(text[at]);
        var hasDigit = at > first;
        var isInteger = true;
        if ((uint)at < (uint)text.Length && text[at] == '.')
        {
            var point = ++at;
            isInteger = false;
            for (; (uint)at < (uint)text.Length && (uint)(text[at] - '0') <= 9; at++)
            {
                Add(text[at]);
                exponent--;
            }

            if (!hasDigit && at > point)
                Report(DbcFault.NumberBegin, start);
            hasDigit |= at > point;
        }

        number = default;
        if (!hasDigit)
            return false;
        if ((uint)at < (uint)text.Length && text[at] is 'e' or 'E' && Exponent(at + 1) is (var value, var end))
        {
            isInteger = false;
            exponent += value;
            at = end;
        }

        // A name, such as 5th, is not a number.
        if ((uint)at < (uint)text.Length && text[at] < InName.Length && InName[text[at]])
            return false;
        _at = at;

        double result;
        if (isExact && (exponent == 0 || (mantissa <= (ulong)MaxExactInteger && exponent is >= -22 and <= 22)))
        {
            result = exponent >= 0 ? mantissa * PowersOfTen[exponent] : mantissa / PowersOfTen[-exponent];
            if (isNegative)
                result = -result;
        }
        else
        {
            var digitsText = text.Substring(start, at - start);
            if (!double.TryParse(digitsText, NumberStyles.Float, CultureInfo.InvariantCulture, out result) || double.IsInfinity(result))
            {
                Report(DbcFault.NumberTooLarge, start, Shown(digitsText));
                result = isNegative ? double.MinValue : double.MaxValue;
            }
        }

        if (isInteger && isExact && (!isNegative || mantissa <= 1UL << 63))
            number = new(result, isNegative ? -(long)mantissa : (long)mantissa, true, isNegative);
        else if (!isInteger && Math.Abs(result) < MaxExactInteger && Math.Floor(result) == result)
            number = new(result, (long)result, true, isNegative);
        else
            number = new(result, 0, false, isNegative);
        return true;

        void Add(char digit)
        {
            if (digits < 19)
            {
                mantissa = (mantissa * 10) + (ulong)(digit - '0');
                if (mantissa > 0)
                    digits++;
            }
            else if (digits++ == 19 && mantissa <= (ulong.MaxValue - (ulong)(digit - '0')) / 10)
            {
                mantissa = (mantissa * 10) + (ulong)(digit - '0');
            }
            else
            {
                isExact = false;
            }
        }
    }

    /// <summary>An exponent and its end; huge ones are as good as 100,000. Null if there is none.</summary>
    private (int Value, int End)? Exponent(int at)
    {
        const int max = 100_000;
        var isNegative = false;
        if ((uint)at < (uint)_text.Length && _text[at] is '-' or '+')
            isNegative = _text[at++] == '-';
        var first = at;
        var value = 0;
        for (; (uint)at < (uint)_text.Length && (uint)(_text[at] - '0') <= 9; at++)
            value = Math.Min(max, (value * 10) + (_text[at] - '0'));
        return at > first ? (isNegative ? -value : value, at) : null;
    }

    private bool Number(string what, out DbcNumber number) => TryNumber(out number) || Unexpected(what);

    private bool Number(string what, out double number)
    {
        var isNumber = Number(what, out DbcNumber read);
        number = read.Value;
        return isNumber;
    }

    private bool Integer(string what, int min, int max, out int integer)
    {
        Peek();
        var start = _at;
        integer = 0;
        if (!Number(what, out DbcNumber number))
            return false;
        if (!number.IsInteger || number.Value < min || number.Value > max)
        {
            Report(DbcFault.OutOfRange, start, what, FormattableString.Invariant($"an integer from {min} to {max}"));
            return false;
        }

        integer = (int)number.Integer;
        return true;
    }

    /// <summary>Reads a text in quotation marks; null and a fault if there is none.</summary>
    private string? Text(string what)
    {
        if (Peek() != '"')
            return Missed(what);
        var text = _text;
        var start = _at + 1;
        var isEscaped = false;
        for (var at = start; ; at++)
        {
            at = text.IndexOf('"', at);
            if (at < 0)
            {
                Report(DbcFault.Unterminated, _at);
                _at = text.Length;
                return null;
            }

            if (at > start && text[at - 1] == '\\')
            {
                isEscaped = true;
                continue;
            }

            _at = at + 1;
            _lastText = (start, at);
            var length = at - start;
            if (isEscaped)
                return text.Substring(start, length).Replace("\\\"", "\"");
            if (length > MaxInterned)
                return text.Substring(start, length);
            if (length == 0)
                return "";
            var hash = NameTable.EmptyHash;
            for (var i = start; i < at; i++)
                hash = NameTable.Hash(hash, text[i]);
            return _names.Get(text, start, length, hash);
        }
    }

    /// <summary>Reads the end of a statement.</summary>
    private bool Semicolon()
    {
        if (Skip(';'))
            return true;
        if (_at < _text.Length && PeekKeyword() == DbcKeyword.None)
            return Unexpected("';'");
        Report(DbcFault.MissingSemicolon, _at);
        return true;
    }

    private bool Unexpected(string what)
    {
        Peek();
        if (_lastText.Start > _statement && HasStatement(_lastText.Start, _lastText.End))
            Report(DbcFault.Unterminated, _lastText.Start - 1);
        else
            Report(DbcFault.Unexpected, _at, what, Shown());
        return false;
    }

    /// <summary>Whether a line that begins in a text is a statement: then the text is not closed where it should be.</summary>
    private bool HasStatement(int start, int end)
    {
        var before = _at;
        var hasStatement = false;
        for (var at = LineEnd(start); at < end && !hasStatement; at = LineEnd(_at))
        {
            _at = at;
            hasStatement = PeekKeyword() != DbcKeyword.None && _at < end;
        }

        _at = before;
        return hasStatement;
    }

    private string? Missed(string what)
    {
        Unexpected(what);
        return null;
    }

    /// <summary>What is read next, for a message.</summary>
    private string Shown()
    {
        if (Peek() == End)
            return "the end of the file";
        var end = _at + 1;
        if (InName[Math.Min(_text[_at], InName.Length - 1)] || _text[_at] == '"')
        {
            while (end < _text.Length && end - _at <= MaxShown && _text[end] > ' ' && (_text[_at] == '"' || !IsDelimiter(_text[end])))
                end++;
        }

        return Shown(_text, _at, end - _at);
    }

    private static string Shown(string name) => Shown(name, 0, name.Length);

    private static string Shown(string text, int start, int length) =>
        length <= MaxShown ? $"'{text.Substring(start, length)}'" : $"'{text.Substring(start, MaxShown)}...'";

    private static bool IsOddSpace(char c) => c is '\u00A0' or '\uFEFF';

    private static bool IsDelimiter(char c) => c <= ' ' || c is ':' or ',' or ';' or '|' or '@' or '(' or ')' or '[' or ']' or '"';

    private static bool[] MakeInName()
    {
        var inName = new bool[128];
        for (var c = 0; c < inName.Length; c++)
            inName[c] = c is '_' or (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');
        return inName;
    }

    private static DbcKeyword Keyword(ReadOnlySpan<char> word) => word switch
    {
        "SG_" => DbcKeyword.Signal,
        "BO_" => DbcKeyword.Message,
        "VAL_" => DbcKeyword.Values,
        "BA_" => DbcKeyword.Attribute,
        "CM_" => DbcKeyword.Comment,
        "VERSION" => DbcKeyword.Version,
        "NS_" => DbcKeyword.NewSymbols,
        "BS_" => DbcKeyword.BitTiming,
        "BU_" => DbcKeyword.Nodes,
        "VAL_TABLE_" => DbcKeyword.ValueTable,
        "BO_TX_BU_" => DbcKeyword.Senders,
        "EV_" => DbcKeyword.Variable,
        "ENVVAR_DATA_" => DbcKeyword.VariableData,
        "SGTYPE_" => DbcKeyword.SignalType,
        "SIG_TYPE_REF_" => DbcKeyword.SignalTypeReference,
        "BA_DEF_" => DbcKeyword.AttributeDefinition,
        "BA_DEF_REL_" => DbcKeyword.RelationDefinition,
        "BA_DEF_DEF_" => DbcKeyword.AttributeDefault,
        "BA_DEF_DEF_REL_" => DbcKeyword.RelationDefault,
        "BA_REL_" => DbcKeyword.Relation,
        "SIG_GROUP_" => DbcKeyword.SignalGroup,
        "SIG_VALTYPE_" => DbcKeyword.ValueType,
        "SG_MUL_VAL_" => DbcKeyword.MultiplexValues,
        "BU_BO_REL_" => DbcKeyword.NodeMessage,
        "BU_SG_REL_" => DbcKeyword.NodeSignal,
        "BU_EV_REL_" => DbcKeyword.NodeVariable,
        "NS_DESC_" or "CAT_DEF_" or "CAT_" or "FILTER" or "EV_DATA_" or "SGTYPE_VAL_" or "BA_DEF_SGTYPE_" or "BA_SGTYPE_" or "SIGTYPE_VALTYPE_" =>
            DbcKeyword.Other,
        _ => DbcKeyword.None,
    };
}
