namespace RxCan.Dbc;

/// <summary>Connects multiplexed signals with their multiplexers, and looks for what contradicts itself, once all lines are read.</summary>
internal sealed class DbcModelCheck(CanDatabase database, DbcModelCheck.Reporter report)
{
    private const int MaxDepth = 32; // of nested multiplexers
    private const int MaxFdLength = 64;
    private const int MaxNumber = 64;

    private readonly List<DbcSignal> _multiplexed = [];
    private readonly List<DbcSignal> _multiplexers = [];
    private readonly List<DbcSignal> _connected = [];
    private readonly HashSet<string> _names = [];

    // By bit: the signals that are always there, and those of one value of one multiplexer, the group.
    private DbcSignal?[] _owners = [];
    private int _end;
    private (DbcSignal? Owner, int Group)[] _groupOwners = [];

    public delegate void Reporter(DbcFault fault, int position, string? first = null, string? second = null);

    public void Run()
    {
        var messages = new HashSet<string>();
        foreach (var message in database.Messages)
        {
            if (!messages.Add(message.Name))
                report(DbcFault.SameMessage, message.Position, Quoted(message.Name));
            if (message.Length is > MaxFdLength and < DbcReader.MaxLength && !message.IsJ1939)
                report(DbcFault.LongMessage, message.Position, Quoted(message.Name), FormattableString.Invariant($"{message.Length}"));
            Connect(message);
            CheckSignals(message);
        }

        if (database.Unassigned is { } unassigned)
            Connect(unassigned);
    }

    private void Connect(DbcMessage message)
    {
        // A signal that is taken out of a loop may be the multiplexer of others.
        while (!TryConnect(message))
            _connected.ForEach(signal => signal.Conditions.Clear());

        foreach (var signal in _multiplexed)
        {
            if (signal.Multiplexing.Count == 0)
                report(DbcFault.NoMultiplexer, signal.Position, Quoted(signal.Name));
        }

        if (_multiplexers.Count < 2)
            return;
        foreach (var signal in _connected)
        {
            if (_multiplexers.Count > 2 || !signal.IsMultiplexer)
                report(DbcFault.SeveralMultiplexers, signal.Position, Quoted(signal.Name), Quoted(signal.Multiplexing[0].Multiplexer.Name));
        }
    }

    private bool TryConnect(DbcMessage message)
    {
        _connected.Clear();
        _multiplexed.Clear();
        _multiplexers.Clear();
        DbcSignal? root = null;
        foreach (var signal in message.Signals)
        {
            if (signal.IsMultiplexer)
            {
                _multiplexers.Add(signal);
                if (!signal.IsMultiplexed)
                    root ??= signal;
            }

            if (signal.IsMultiplexed)
                _multiplexed.Add(signal);
        }

        if (_multiplexed.Count == 0)
            return true;
        root ??= _multiplexers.FirstOrDefault();
        foreach (var signal in _multiplexed)
        {
            if (signal.Selector is not { } value || signal.Multiplexing.Count > 0 || root is null || root == signal)
                continue;
            signal.Conditions.Add(new(root, [new(value, value)]));
            _connected.Add(signal);
        }

        return !BreakLoops();
    }

    /// <summary>Takes the conditions away from signals whose multiplexers select each other, or are nested too deeply to be meant so.</summary>
    /// <returns>Whether there were any.</returns>
    private bool BreakLoops()
    {
        // Each round settles those whose multiplexers are settled; a depth is a round.
        var settled = new HashSet<DbcSignal>();
        var open = _multiplexed;
        for (var depth = 0; depth < MaxDepth && open.Count > 0; depth++)
        {
            var isSettled = new List<DbcSignal>();
            var rest = new List<DbcSignal>();
            foreach (var signal in open)
                (signal.Multiplexing.All(condition => !condition.Multiplexer.IsMultiplexed || settled.Contains(condition.Multiplexer)) ? isSettled : rest).Add(signal);
            settled.UnionWith(isSettled);
            if (rest.Count == open.Count)
                break;
            open = rest;
        }

        var isBroken = false;
        foreach (var signal in open.Where(signal => !settled.Contains(signal)))
        {
            isBroken = true;
            report(DbcFault.MultiplexerLoop, signal.Position, Quoted(signal.Name));
            signal.Conditions.Clear();
            (signal.IsMultiplexed, signal.Selector) = (false, null);
        }

        return isBroken;
    }

    private void CheckSignals(DbcMessage message)
    {
        _names.Clear();
        var bits = 8 * message.Length;
        foreach (var signal in message.Signals)
        {
            if (!_names.Add(signal.Name))
                report(DbcFault.SameSignal, signal.Position, Quoted(message.Name), Quoted(signal.Name));
            if (signal.Length > MaxNumber)
                report(DbcFault.LongSignal, signal.Position, Quoted(signal.Name), FormattableString.Invariant($"{signal.Length}"));
            if (signal.FirstBit + signal.Length > bits)
                report(DbcFault.BeyondMessage, signal.Position, Quoted(signal.Name), FormattableString.Invariant($"{message.Length}"));
        }

        CheckOverlaps(message);
    }

    private void CheckOverlaps(DbcMessage message)
    {
        var end = 0;
        foreach (var signal in message.Signals)
            end = Math.Max(end, (signal.FirstBit + signal.Length + 7) & ~7);
        // A short text can place a signal far away: what is beyond is not looked at.
        end = Math.Min(end, Math.Max(8 * MaxFdLength, 32 * message.Signals.Count));
        _end = end;
        if (_owners.Length < end)
            _owners = new DbcSignal?[end];
        else
            Array.Clear(_owners, 0, end);
        foreach (var signal in message.Signals)
        {
            if (!signal.IsMultiplexed)
                Place(signal, 0);
        }

        if (_multiplexed.Count == 0)
            return;
        if (_groupOwners.Length < end)
            _groupOwners = new (DbcSignal?, int)[end];
        else
            Array.Clear(_groupOwners, 0, end);
        var group = 0;
        (DbcSignal? Multiplexer, ulong Value) before = default;
        foreach (var signal in _multiplexed.Where(HasOneValue).OrderBy(s => (s.Multiplexing[0].Multiplexer.Position, s.Multiplexing[0].Values[0].First)))
        {
            var key = (signal.Multiplexing[0].Multiplexer, signal.Multiplexing[0].Values[0].First);
            if (group == 0 || key != before)
                group++;
            before = key;
            Place(signal, group);
        }
    }

    private static bool HasOneValue(DbcSignal signal) =>
        signal.Multiplexing.Count == 1 && signal.Multiplexing[0].Values.Count == 1 && signal.Multiplexing[0].Values[0].First == signal.Multiplexing[0].Values[0].Last;

    private void Place(DbcSignal signal, int group)
    {
        DbcSignal? other = null;
        for (var i = signal.FirstBit; i < signal.FirstBit + signal.Length; i++)
        {
            var bit = signal.ByteOrder == CanByteOrder.Intel ? i : i ^ 7;
            if (bit >= _end)
                break;
            other ??= _owners[bit];
            if (group == 0)
            {
                _owners[bit] = signal;
            }
            else
            {
                other ??= _groupOwners[bit].Group == group ? _groupOwners[bit].Owner : null;
                _groupOwners[bit] = (signal, group);
            }
        }

        if (other is not null)
            report(DbcFault.Overlap, signal.Position, Quoted(signal.Name), Quoted(other.Name));
    }

    private static string Quoted(string name) => $"'{name}'";
}
