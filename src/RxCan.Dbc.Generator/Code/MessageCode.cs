using System.Globalization;

namespace RxCan.Dbc.Generator;

/// <summary>The code of a message's struct: its bytes in words of 64 bits, of which each property reads and writes its bits.</summary>
internal sealed class MessageCode
{
    private const string Bits = "global::RxCan.Dbc.MessageBits";
    private const string Span = "global::System.ReadOnlySpan<byte>";
    private const string Inlined = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";
    private const int MaxClassicLength = 8;
    private const int MaxFdLength = 64;
    private const int MaxNumber = 64;
    private const int WordBytes = 8;

    /// <summary>The members of a struct other than its signals, and those of object.</summary>
    public static readonly string[] Members =
    [
        "Name", "Id", "Pgn", "Filter", "Length", "CycleTime", "Decode", "TryDecode", "Encode", "ToFrame", "Equals", "GetHashCode", "ToString", "GetType",
        "MemberwiseClone", "ReferenceEquals", "Finalize", "op_Equality", "op_Inequality",
    ];

    private readonly DbcMessage _message;
    private readonly string _type;
    private readonly List<SignalCode> _signals = [];
    private readonly string _wordPrefix;
    private readonly string? _lengthField;
    private readonly int _words;
    private readonly int _requiredLength;

    public MessageCode(DbcMessage message, string name, Func<DbcSignal, string?> enumOf)
    {
        (_message, Name, _type) = (message, name, Identifier.InCode(name));
        _wordPrefix = "_word";
        while (message.Signals.Select(signal => signal.Name).Append(name).Any(taken => taken.StartsWith(_wordPrefix, StringComparison.Ordinal)))
            _wordPrefix += "_";

        // Beyond the longest frame, no data can have them.
        var last = Math.Max(MaxFdLength, message.Length);
        foreach (var signal in message.Signals.Where(signal => signal.Length <= MaxNumber && signal.FirstBit + signal.Length <= 8 * last))
            _signals.Add(new(signal, Word, enumOf(signal), new SignalBits(signal).RequiredLength > message.Length));
        var required = _signals.Select(signal => signal.RequiredLength).DefaultIfEmpty().Max();
        var kept = message.Length <= MaxFdLength ? Math.Max(message.Length, required) : required;
        _words = (kept + WordBytes - 1) / WordBytes;
        _requiredLength = _signals.Where(signal => !signal.IsOptional).Select(signal => signal.RequiredLength).DefaultIfEmpty().Max();

        var scope = new NameScope([.. Members, name]);
        foreach (var signal in _signals)
            signal.Name = scope.TakeUnreserved(Identifier.From(signal.Signal.Name), "Signal");

        foreach (var signal in _signals.Where(signal => signal.HasRaw))
            signal.RawName = scope.Take(signal.Name + "Raw");
        if (_signals.Any(signal => signal.RequiredLength > _requiredLength))
            _lengthField = scope.Take("_length");
        foreach (var signal in _signals)
            Connect(signal, scope);
    }

    /// <summary>The name of its type, without an <c>@</c>.</summary>
    public string Name { get; }

    public void Write(SourceWriter code, string attributes)
    {
        Document(code);
        code.Line(attributes);
        code.Open($"public readonly partial struct {_type} : global::RxCan.ICanMessage<{_type}>");
        WriteFields(code);
        WriteIdentity(code);
        foreach (var signal in _signals)
            signal.Write(code, _lengthField);
        WriteDecoding(code);
        WriteEncoding(code);
        WriteEquality(code);
        foreach (var signal in _signals)
            signal.WritePresent(code);
        code.Close();
    }

    private string Word(int index) => _wordPrefix + index.ToString(CultureInfo.InvariantCulture);

    private void Connect(SignalCode signal, NameScope scope)
    {
        if (signal.RequiredLength > _requiredLength)
            signal.LengthCondition = $"{_lengthField} >= {Literal.Of(signal.RequiredLength)}";
        if (signal.Signal.IsMultiplexed)
        {
            signal.Conditions =
            [
                .. from condition in signal.Signal.Multiplexing
                   let multiplexer = _signals.Find(candidate => candidate.Signal == condition.Multiplexer)
                   where multiplexer is not null
                   select (multiplexer, Merged(condition.Values)),
            ];
            if (signal.Conditions.Length == 0)
                signal.Conditions = null; // a multiplexer that cannot be decoded
        }

        if ((signal.Signal.IsMultiplexer && signal.IsOptional) || signal.HasManyRanges)
            signal.PresentName = scope.Take($"_has{signal.Name}");
    }

    private static DbcRange[] Merged(IReadOnlyList<DbcRange> ranges)
    {
        var merged = new List<DbcRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[merged.Count - 1].Last)
                merged[merged.Count - 1] = merged[merged.Count - 1] with { Last = Math.Max(range.Last, merged[merged.Count - 1].Last) };
            else
                merged.Add(range);
        }

        return [.. merged];
    }

    private void Document(SourceWriter code)
    {
        var text = new List<string>();
        if (_message.Comment is { Length: > 0 } comment)
            text.Add(comment.TrimEnd());
        var bytes = _message.Length == 1 ? "1 byte" : FormattableString.Invariant($"{_message.Length} bytes");
        var cycle = _message.CycleTime is { } time ? $", every {Literal.Shown(time.TotalMilliseconds)} ms" : "";
        var id = _message.Pgn is { } pgn ? FormattableString.Invariant($"{pgn.Value:X5} (J1939)") : _message.Id.ToString();
        text.Add($"{id}, {bytes}{cycle}{(_message.Senders.Count > 0 ? ", from " + string.Join(", ", _message.Senders) : "")}.");
        code.Document("summary", string.Join("\n", text));
    }

    private void WriteFields(SourceWriter code)
    {
        for (var i = 0; i < _words; i++)
            code.Line($"private readonly ulong {Word(i)};");
        if (_lengthField is not null)
            code.Line($"private readonly ushort {_lengthField};");
        code.Line();
        code.Document("summary", "A message with the database's start values, and zeros for signals without one.");
        code.Open($"public {_type}()");
        var start = new ulong[_words];
        foreach (var signal in _signals.Where(signal => !signal.Signal.IsMultiplexed))
            signal.WriteStartValue(start);
        foreach (var signal in _signals.Where(signal => signal.Signal.IsMultiplexed && signal.Signal.IsMultiplexer && signal.IsSelectedIn(start)))
            signal.WriteStartValue(start);
        foreach (var signal in _signals.Where(signal => signal.Signal.IsMultiplexed && !signal.Signal.IsMultiplexer && signal.IsSelectedIn(start)))
            signal.WriteStartValue(start);
        for (var i = 0; i < _words; i++)
        {
            if (start[i] != 0)
                code.Line($"{Word(i)} = {Literal.Hex(start[i])};");
        }

        if (_lengthField is not null)
            code.Line($"{_lengthField} = {Literal.Of(_message.Length)};");
        code.Close();
        code.Line();
        code.Line(Inlined);
        code.Open($"private {_type}({Span} data)");
        for (var i = 0; i < _words; i++)
            code.Line($"{Word(i)} = {Bits}.Read(data, {Literal.Of(i * WordBytes)});");
        if (_lengthField is not null)
            code.Line($"{_lengthField} = (ushort)global::System.Math.Min(data.Length, ushort.MaxValue);");
        code.Close();
    }

    private void WriteIdentity(SourceWriter code)
    {
        var id = _message.Id.IsExtended ? "Extended" : "Standard";
        var pgn = _message.Pgn is { } group ? FormattableString.Invariant($"0x{group.Value:X5}u") : null;
        var filter = pgn is null ? "global::RxCan.CanFilter.Id(Id)" : $"global::RxCan.J1939.J1939FilterExtensions.Pgn({pgn})";
        var cycle = _message.CycleTime is { } time ? $"global::System.TimeSpan.FromTicks({Literal.Of(time.Ticks)})" : "null";
        Member("The name in the database.", $"static string Name => {Literal.Of(_message.Name)};");
        Member("The identifier.", FormattableString.Invariant($"static global::RxCan.CanId Id => global::RxCan.CanId.{id}(0x{_message.Id.Value:X}u);"));
        Member("The parameter group of a J1939 message; null for others.", $"static global::RxCan.J1939.J1939Pgn? Pgn => {pgn ?? "null"};");
        Member("The frames that carry it.", $"static global::RxCan.CanFilter Filter {{ get; }} = {filter};");
        Member("The length in bytes.", $"static int Length => {Literal.Of(_message.Length)};");
        Member("The time between two messages; null if it is not sent periodically.", $"static global::System.TimeSpan? CycleTime => {cycle};");

        void Member(string summary, string declaration)
        {
            code.Line();
            code.Document("summary", summary);
            code.Line("public " + declaration);
        }
    }

    private void WriteDecoding(SourceWriter code)
    {
        var isThis = _message.Pgn is { } pgn
            // Below a PDU format of 240, the last byte is the destination.
            ? FormattableString.Invariant($"frame.Id.IsExtended && (frame.Id.Value & 0x{((pgn.Value >> 8 & 0xFF) < 240 ? 0x3FF0000u : 0x3FFFF00u):X}u) == 0x{pgn.Value << 8:X}u")
            : "frame.Id == Id";
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line(Inlined);
        code.Open($"public static bool TryDecode(in global::RxCan.CanFrame frame, out {_type} message)");
        if (_requiredLength > 0 && _requiredLength == _message.Length)
        {
            code.Open($"if ({isThis} && frame.TryGetData({Literal.Of(_requiredLength)}, out var data))");
            code.Line("message = new(data);");
            code.Line("return true;");
            code.Close();
            code.Line();
        }
        else
        {
            code.Line($"if ({isThis}{(_requiredLength > 0 ? "" : " && !frame.IsRemote")})"); // a remote frame has no data
            code.Line("    return TryDecode(frame.Data, out message);");
        }

        code.Line("message = default;");
        code.Line("return false;");
        code.Close();
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line(Inlined);
        code.Open($"public static bool TryDecode({Span} data, out {_type} message)");
        if (_requiredLength > 0)
        {
            code.Open($"if (data.Length < {Literal.Of(_requiredLength)})");
            code.Line("message = default;");
            code.Line("return false;");
            code.Close();
            code.Line();
        }

        code.Line("message = new(data);");
        code.Line("return true;");
        code.Close();
        code.Line();
        code.Document("summary", "Decodes a frame.");
        code.Line("/// <exception cref=\"global::System.ArgumentException\">The frame does not carry the message.</exception>");
        code.Line($"public static {_type} Decode(in global::RxCan.CanFrame frame) =>");
        code.Line($"    TryDecode(frame, out var message) ? message : throw {Bits}.NotDecoded(Name, {Literal.Of(_requiredLength)}, frame.ToString());");
        code.Line();
        code.Document("summary", "Decodes data.");
        code.Line("/// <exception cref=\"global::System.ArgumentException\">The data is too short.</exception>");
        code.Line($"public static {_type} Decode({Span} data) =>");
        code.Line($"    TryDecode(data, out var message) ? message : throw {Bits}.NotDecoded(Name, {Literal.Of(_requiredLength)}, data.Length + \" bytes\");");
    }

    private void WriteEncoding(SourceWriter code)
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("public void Encode(global::System.Span<byte> data)");
        code.Line($"data = {Bits}.Destination(data, Length, Name);");
        if (_message.Length > _words * WordBytes)
            code.Line($"data[{Literal.Of(_words * WordBytes)}..].Clear();");
        for (var i = 0; i < _words && i * WordBytes < _message.Length; i++)
            code.Line($"{Bits}.Write(data, {Literal.Of(i * WordBytes)}, {Word(i)});");
        code.Close();
        code.Line();
        code.Line("/// <inheritdoc/>");
        if (_message.Length > MaxFdLength || (_message.IsJ1939 && _message.Length > MaxClassicLength))
        {
            code.Line($"public global::RxCan.CanFrame ToFrame() => throw {Bits}.NoFrame(Name, Length);");
            return;
        }

        var length = _message.Length <= MaxClassicLength ? _message.Length : FdLength(_message.Length);
        code.Open("public global::RxCan.CanFrame ToFrame()");
        code.Line($"global::System.Span<byte> data = stackalloc byte[{Literal.Of(length)}];");
        if (length > _message.Length)
            code.Line("data.Clear();"); // SkipLocalsInit would leave the padding undefined
        code.Line("Encode(data);");
        code.Line(_message.IsFd
            ? $"return global::RxCan.CanFrame.Fd(Id, data, bitRateSwitch: {(_message.IsBitRateSwitched ? "true" : "false")});"
            : "return new(Id, data);");
        code.Close();
    }

    private static int FdLength(int length) => length switch { <= 12 => 12, <= 16 => 16, <= 20 => 20, <= 24 => 24, <= 32 => 32, <= 48 => 48, _ => 64 };

    private void WriteEquality(SourceWriter code)
    {
        var mask = new ulong[_words];
        foreach (var signal in _signals)
        {
            var own = signal.Mask(_words);
            for (var i = 0; i < _words; i++)
                mask[i] |= own[i];
        }

        var compared = Enumerable.Range(0, _words).Where(i => mask[i] != 0).ToArray();
        var terms = compared.Select(i => $"(({Word(i)} ^ other.{Word(i)}) & {Literal.Hex(mask[i])}) == 0").ToList();
        if (_lengthField is not null)
            terms.Add($"{_lengthField} == other.{_lengthField}");
        code.Line();
        code.Document("summary", "Whether all signals have the same bits.");
        code.Line($"public bool Equals({_type} other) => {(terms.Count == 0 ? "true" : string.Join(" && ", terms))};");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"public override bool Equals(object? obj) => obj is {_type} other && Equals(other);");
        code.Line();
        code.Line("/// <inheritdoc/>");
        var hashed = string.Join(", ", compared.Take(8).Select(i => $"{Word(i)} & {Literal.Hex(mask[i])}"));
        code.Line($"public override int GetHashCode() => {(hashed.Length == 0 ? "0" : $"global::System.HashCode.Combine({hashed})")};");
        code.Line();
        code.Document("summary", "Whether all signals have the same bits.");
        code.Line($"public static bool operator ==({_type} left, {_type} right) => left.Equals(right);");
        code.Line();
        code.Document("summary", "Whether a signal differs.");
        code.Line($"public static bool operator !=({_type} left, {_type} right) => !left.Equals(right);");
        code.Line();
        code.Document("summary", "The name, and the signals with their values and units.");
        code.Open("public override string ToString()");
        code.Line($"var text = new {Bits}.Text({Literal.Of(_message.Name)});");
        foreach (var signal in _signals)
        {
            var unit = signal.Signal.Unit.Trim() is { Length: > 0 } named ? ", " + Literal.Of(named) : "";
            code.Line($"text.Add({Literal.Of(signal.Signal.Name)}, this.{Identifier.InCode(signal.Name)}{unit});");
        }

        code.Line("return text.ToString();");
        code.Close();
    }
}
