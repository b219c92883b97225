namespace RxCan.Dbc;

/// <summary>
/// Reads the text of a DBC file in one pass. Statements that name something that does not exist yet are read again at the end, because files have
/// their lines in any order. After a fault, reading goes on at the next line that begins with a statement.
/// </summary>
/// <remarks>The source generator compiles this folder and Model too, for netstandard2.0.</remarks>
internal sealed partial class DbcReader
{
    /// <summary>How many times a text can be read again after faults, so that no text takes forever.</summary>
    private const int MaxReread = 8;

    // Even a file of nothing but faults must not need much memory.
    private const int MinDiagnostics = 100;
    private const int CharactersPerDiagnostic = 64;

    private readonly string _text;
    private readonly DbcStrictness _strictness;
    private readonly CanDatabase _database = new();
    private readonly List<DbcDiagnostic> _diagnostics = [];
    private readonly List<int> _later = [];
    private int _at;
    private int _statement;
    private long _reread;
    private bool _isLast;
    private (DbcFault Fault, int Position, string? First, string? Second)? _missing;

    private DbcReader(string text, DbcStrictness strictness) => (_text, _strictness) = (text, strictness);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="strictness">Whether the first error throws, and which file it names.</param>
    /// <exception cref="CanDatabaseException">An error, if it is strict.</exception>
    public static CanDatabase Read(string text, DbcStrictness strictness = default) => new DbcReader(text, strictness).Read();

    private CanDatabase Read()
    {
        while (Peek() != End)
            ReadStatement();

        EndMessage();
        _database.Unassigned?.SetSignals([.. _unassigned]);
        _isLast = true;
        ReadLater(areDefaults: false);
        ReadLater(areDefaults: true);
        Finish();
        new DbcModelCheck(_database, Report).Run();
        UseLongNames();
        Locate(_diagnostics);
        _database.Diagnostics = [.. _diagnostics];
        return _database;
    }

    /// <summary>Reads what had to wait. Defaults wait for the definitions that undefined attributes make.</summary>
    private void ReadLater(bool areDefaults)
    {
        foreach (var position in _later)
        {
            _at = position;
            if ((PeekKeyword() is DbcKeyword.AttributeDefault or DbcKeyword.RelationDefault) == areDefaults)
                ReadStatement();
        }
    }

    private void ReadStatement()
    {
        _statement = _at;
        _missing = null;
        var faults = _diagnostics.Count;
        var word = Word();
        var isRead = Keyword(word) switch
        {
            DbcKeyword.Signal => ReadSignal(),
            DbcKeyword.Message => ReadMessage(),
            DbcKeyword.Values => ReadValues(),
            DbcKeyword.Attribute => ReadAttribute(),
            DbcKeyword.Comment => ReadComment(),
            DbcKeyword.Version => ReadVersion(),
            DbcKeyword.NewSymbols => ReadNewSymbols(),
            DbcKeyword.BitTiming => ReadBitTiming(),
            DbcKeyword.Nodes => ReadNodes(),
            DbcKeyword.ValueTable => ReadValueTable(),
            DbcKeyword.Senders => ReadSenders(),
            DbcKeyword.Variable => ReadVariable(),
            DbcKeyword.VariableData => ReadVariableData(),
            DbcKeyword.SignalType => ReadSignalType(),
            DbcKeyword.SignalTypeReference => ReadSignalTypeReference(),
            DbcKeyword.AttributeDefinition => ReadDefinition(isRelation: false),
            DbcKeyword.RelationDefinition => ReadDefinition(isRelation: true),
            DbcKeyword.AttributeDefault => ReadDefault(isRelation: false),
            DbcKeyword.RelationDefault => ReadDefault(isRelation: true),
            DbcKeyword.Relation => ReadRelation(),
            DbcKeyword.SignalGroup => ReadSignalGroup(),
            DbcKeyword.ValueType => ReadValueType(),
            DbcKeyword.MultiplexValues => ReadMultiplexValues(),
            DbcKeyword.Other => SkipUnused(word.ToString()),
            _ => IsStray(word),
        };

        if (!isRead)
        {
            Recover();
        }
        else if (_missing is { } missing)
        {
            if (_isLast)
            {
                Report(missing.Fault, missing.Position, missing.First, missing.Second);
                return;
            }

            // What it has besides is reported when it is read again.
            _diagnostics.RemoveRange(faults, _diagnostics.Count - faults);
            _later.Add(_statement);
        }
    }

    /// <summary>Notes that the statement names something that is not there, or not yet.</summary>
    private void Missing(DbcFault fault, int position, string? first, string? second = null) => _missing ??= (fault, position, first, second);

    private bool IsStray(ReadOnlySpan<char> word)
    {
        if (word.Length == 0 && Skip(';'))
            return true;
        _at = _statement;
        Report(DbcFault.UnknownStatement, _at, Shown());
        return false;
    }

    /// <summary>Goes to the next line that begins with a statement.</summary>
    private void Recover()
    {
        // It may be in a text that was not closed, and is then read again.
        var at = LineEnd(_statement);
        if (_at > at && (_reread += _at - at) > MaxReread * (long)_text.Length)
            at = LineEnd(_at);
        while (at < _text.Length)
        {
            _at = at;
            if (Peek() == End)
                return;
            at = _at;
            if (PeekKeyword() != DbcKeyword.None)
                return;
            at = LineEnd(at);
        }

        _at = _text.Length;
    }

    private int LineEnd(int at)
    {
        var end = _text.AsSpan(at).IndexOfAny('\n', '\r');
        return end < 0 ? _text.Length : at + end;
    }

    private void Report(DbcFault fault, int position, string? first = null, string? second = null)
    {
        var diagnostic = new DbcDiagnostic(fault, position, 0, first, second);
        if (_strictness.IsStrict && fault.Severity == DbcSeverity.Error)
        {
            Locate([diagnostic]);
            throw new CanDatabaseException(diagnostic, _strictness.Path);
        }

        var max = MinDiagnostics + (_text.Length / CharactersPerDiagnostic);
        if (_diagnostics.Count < max)
            _diagnostics.Add(_diagnostics.Count < max - 1 ? diagnostic : new(DbcFault.TooMany, position, 0, null, null));
    }

    /// <summary>Sorts faults by their position, and finds their lines and columns.</summary>
    private void Locate(List<DbcDiagnostic> diagnostics)
    {
        var sorted = diagnostics.OrderBy(diagnostic => diagnostic.Position).ToList();
        diagnostics.Clear();
        diagnostics.AddRange(sorted);
        var (line, lineStart, at) = (1, 0, 0);
        foreach (var diagnostic in diagnostics)
        {
            for (; at < diagnostic.Position; at++)
            {
                var isEnd = _text[at] == '\n' || (_text[at] == '\r' && (at + 1 == _text.Length || _text[at + 1] != '\n'));
                if (isEnd)
                    (line, lineStart) = (line + 1, at + 1);
            }

            (diagnostic.Line, diagnostic.Column) = (line, diagnostic.Position - lineStart + 1);
        }
    }
}
