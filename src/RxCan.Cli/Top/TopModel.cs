namespace RxCan.Cli.Top;

/// <summary>What a bus carries now, by identifier. Frames, events and time go in, snapshots come out: there is no thread and no clock.</summary>
/// <param name="bitrate">The bit rate in bit/s, which a bus load needs; null if it is not known.</param>
/// <param name="dataBitrate">That of the data phase of CAN FD; null for the same.</param>
/// <param name="nameOf">The name of a frame's message; null if it has none. It is asked once for each identifier.</param>
internal sealed class TopModel(int? bitrate = null, int? dataBitrate = null, Func<CanFrame, string?>? nameOf = null)
{
    /// <summary>How often <see cref="Tick"/> expects to be called.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    /// <summary>The maximum number of identifiers: random ones must not fill the memory.</summary>
    public const int MaxRows = 10_000;

    private const int WindowSteps = 8; // rates and loads look back on this many steps
    private const double Window = WindowSteps * 0.25; // in seconds; periods and jitter look back on about as much
    private const int ChangeSteps = 4; // a change is shown during so many steps

    private readonly Dictionary<Key, Entry> _entries = [];
    private readonly Sums[] _sums = new Sums[WindowSteps + 1]; // what was counted up to the end of each of the latest steps
    private Sums _total;
    private long _steps;
    private long _errors;
    private long _lost;
    private long _unlisted;
    private double _peak;
    private string? _event;

    /// <summary>Adds a frame.</summary>
    public void Add(in CanFrame frame)
    {
        if (frame.IsError)
        {
            _errors++;
            _event = frame.ToError().ToString();
            return;
        }

        _total.Frames++;
        if (bitrate is { } rate)
        {
            var bits = CanFrameBits.Of(frame);
            _total.Busy += ((double)bits.Nominal / rate) + ((double)bits.Data / (dataBitrate ?? rate));
        }

        var key = new Key(frame.Interface, frame.Id, frame.IsRemote);
        if (_entries.TryGetValue(key, out var entry))
            entry.Add(frame, _steps);
        else if (_entries.Count < MaxRows)
            _entries.Add(key, new Entry(frame, nameOf?.Invoke(frame) ?? ""));
        else
            _unlisted++;
    }

    /// <summary>Adds what happened to the bus.</summary>
    public void Add(CanBusEvent happened)
    {
        switch (happened)
        {
            case CanErrorReported:
                _errors++;
                break;
            case CanFramesDropped dropped:
                _lost += dropped.Count;
                break;
            case CanObserverFailed:
                return;
        }

        _event = happened.ToString();
    }

    /// <summary>Says something about the bus.</summary>
    public void Say(string sentence) => _event = sentence;

    /// <summary>Ends a step.</summary>
    /// <param name="now">The time since the beginning, on a monotonic clock.</param>
    public void Tick(TimeSpan now)
    {
        _steps++;
        _total.Time = now;
        _sums[_steps % _sums.Length] = _total;
        _peak = Math.Max(_peak, Rate(s => s.Busy));
        foreach (var entry in _entries.Values)
            entry.Tick(now, _steps);
    }

    /// <summary>Forgets what was counted; the identifiers will come again.</summary>
    public void Clear()
    {
        _entries.Clear();
        (_errors, _lost, _unlisted, _peak, _event) = (0, 0, 0, 0, null);
        _total = default(Sums) with { Time = _total.Time };
        Array.Fill(_sums, _total);
    }

    /// <summary>What is known at the end of the latest step.</summary>
    public TopSnapshot Take()
    {
        var rows = new TopRow[_entries.Count];
        var i = 0;
        foreach (var (key, entry) in _entries)
            rows[i++] = entry.Row(key, _total.Time);
        return new()
        {
            Rows = rows,
            Unlisted = _unlisted,
            Frames = _total.Frames,
            Rate = Rate(s => s.Frames),
            Load = bitrate is null ? null : Rate(s => s.Busy),
            PeakLoad = _peak,
            Errors = _errors,
            Lost = _lost,
            Event = _event,
        };
    }

    /// <summary>How much a sum has grown per second in the window; since the beginning, if that is later.</summary>
    private double Rate(Func<Sums, double> sum)
    {
        var (oldest, latest) = (_sums[(_steps + 1) % _sums.Length], _sums[_steps % _sums.Length]);
        var elapsed = (latest.Time - oldest.Time).TotalSeconds;
        return elapsed > 0 ? (sum(latest) - sum(oldest)) / elapsed : 0;
    }

    private readonly record struct Key(string Bus, CanId Id, bool IsRemote);

    /// <summary>What was counted since the beginning.</summary>
    private record struct Sums(TimeSpan Time, long Frames, double Busy);

    private sealed class Entry(CanFrame first, string name)
    {
        private readonly ulong[] _changes = new ulong[ChangeSteps]; // a bit for each byte
        private CanFrame _last = first;
        private long _count = 1;
        private long _counted;
        private TimeSpan _heard; // the end of the latest step with a frame
        private double _mean; // of the periods, in seconds
        private double _variance;

        public void Add(in CanFrame frame, long step)
        {
            var period = Math.Max(0, frame.UnixTimeNanoseconds - _last.UnixTimeNanoseconds) / 1e9; // a clock may be set back
            var weight = 1 / Math.Min(_count, Math.Max(4, Window / Math.Max(_mean, 1e-6)));
            var deviation = period - _mean;
            _mean += weight * deviation;
            _variance = (1 - weight) * (_variance + (weight * deviation * deviation));
            _count++;
            Mark(_last.Data, frame.Data, ref _changes[step % ChangeSteps]);
            _last = frame;
        }

        public void Tick(TimeSpan now, long step)
        {
            if (_counted != _count)
                (_counted, _heard) = (_count, now);
            _changes[step % ChangeSteps] = 0;
        }

        public TopRow Row(Key key, TimeSpan now)
        {
            var isSilent = (now - _heard).TotalSeconds > Math.Max(3 * _mean, Window);
            return new()
            {
                Bus = key.Bus,
                Id = key.Id,
                IsRemote = key.IsRemote,
                Name = name,
                Count = _count,
                Rate = isSilent || _mean <= 0 ? 0 : 1 / _mean,
                Period = _mean,
                Jitter = Math.Sqrt(_variance),
                IsSilent = isSilent,
                Last = _last,
                Changed = _changes[0] | _changes[1] | _changes[2] | _changes[3],
            };
        }

        private static void Mark(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, ref ulong changes)
        {
            if (before.SequenceEqual(after))
                return;
            for (var i = 0; i < after.Length; i++)
            {
                if (i >= before.Length || before[i] != after[i])
                    changes |= 1UL << i;
            }
        }
    }
}
