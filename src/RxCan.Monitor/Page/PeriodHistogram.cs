namespace RxCan.Monitor;

/// <summary>How the periods of a row are spread over its last 10 s, from the trace. Each <see cref="Update"/> reads only what came since the last.</summary>
/// <param name="ring">The frames.</param>
/// <param name="key">The row.</param>
internal sealed class PeriodHistogram(TraceRing ring, FrameKey key)
{
    /// <summary>The number of bars.</summary>
    public const int Bars = 24;

    private const int MaxHistory = 200_000;
    private static readonly long Window = TimeSpan.TicksPerSecond * 10;
    private static readonly long Resolution = TimeSpan.TicksPerMillisecond / 100;

    private readonly CanFrame[] _buffer = new CanFrame[256];
    private readonly Queue<(long At, long Period)> _periods = new();
    private long _next = ring.Count - MaxHistory;
    private long _from;
    private long? _last;

    /// <summary>The number of periods.</summary>
    public int Count => _periods.Count;

    /// <summary>Where the first bar begins.</summary>
    public TimeSpan From { get; private set; }

    /// <summary>The width of a bar.</summary>
    public TimeSpan Step { get; private set; }

    /// <summary>The numbers of periods in each bar.</summary>
    public int[] Counts { get; } = new int[Bars];

    /// <summary>Takes what came.</summary>
    /// <param name="from">The number of the first frame that counts.</param>
    /// <param name="end">The number of the first frame that does not count yet.</param>
    public void Update(long from, long end)
    {
        if (_from < from)
        {
            (_from, _next, _last) = (from, Math.Max(_next, from), null);
            _periods.Clear();
        }

        while (_next < end)
        {
            var first = ring.Read(_next, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - _next)), out var count);
            if (count == 0)
                break;
            for (var i = 0; i < count; i++)
            {
                ref readonly var frame = ref _buffer[i];
                if (frame.IsError || !key.Matches(FrameKey.Of(frame)))
                    continue;
                var at = frame.Timestamp.UtcTicks;
                if (at - _last is >= 0 and var period) // not where a clock was set back
                    _periods.Enqueue((at, period));
                _last = at;
            }

            _next = first + count;
        }

        while (_periods.TryPeek(out var oldest) && _last - oldest.At > Window)
            _periods.Dequeue();
        Fill();
    }

    private void Fill()
    {
        Array.Clear(Counts);
        if (_periods.Count == 0)
            return;
        var (min, max) = (_periods.Min(item => item.Period), _periods.Max(item => item.Period));
        // Bars of at least 10 us: less is not jitter of a bus. A constant period is in the middle.
        var step = Math.Max(Resolution, (max - min + Bars) / Bars);
        var from = Math.Max(0, min - (((step * Bars) - (max - min)) / 2));
        (From, Step) = (new(from), new(step));
        foreach (var (_, period) in _periods)
            Counts[Math.Min(Bars - 1, (period - from) / step)]++;
    }
}
