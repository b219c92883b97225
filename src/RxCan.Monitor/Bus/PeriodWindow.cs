namespace RxCan.Monitor;

/// <summary>The period of one identifier over its last 5 to 10 s, or over its last two periods if they are longer.</summary>
internal struct PeriodWindow
{
    private const long Half = 5 * TimeSpan.TicksPerSecond;

    private Part _before;
    private Part _now;
    private long _frames;
    private long _last;
    private long _turned;
    private long _lastPeriod;
    private long _reference; // deviations from it stay small, unlike plain squares

    /// <summary>Adds the next frame's timestamp. A clock that was set back starts it again.</summary>
    public void Add(long ticks)
    {
        var period = ticks - _last;
        _last = ticks;
        if (_frames > 0 && period < 0)
        {
            this = default;
            _last = ticks;
        }

        switch (_frames++)
        {
            case 0:
                _turned = ticks;
                return;
            case 1:
                _reference = period;
                break;
        }

        if (ticks - _turned >= Half)
        {
            (_before, _now, _turned) = (_now, default, ticks);
        }

        _lastPeriod = period;
        _now.Add(period, period - _reference);
    }

    public readonly FramePeriod Period
    {
        get
        {
            var count = _before.Count + _now.Count;
            if (count == 0)
                return default;
            var sum = _before.Sum + _now.Sum;
            double deviation = sum - (count * _reference);
            var squares = _before.Squares + _now.Squares - (deviation * deviation / count);
            return new()
            {
                Count = count,
                Last = new(_lastPeriod),
                Mean = new(sum / count),
                Min = new(_before.Count == 0 ? _now.Min : _now.Count == 0 ? _before.Min : Math.Min(_before.Min, _now.Min)),
                Max = new(Math.Max(_before.Max, _now.Max)),
                Jitter = new((long)Math.Round(Math.Sqrt(Math.Max(0, squares) / count))),
            };
        }
    }

    private struct Part
    {
        public long Count;
        public long Sum;
        public long Min;
        public long Max;
        public double Squares;

        public void Add(long period, double deviation)
        {
            Min = Count == 0 ? period : Math.Min(Min, period);
            Max = Math.Max(Max, period);
            Count++;
            Sum += period;
            Squares += deviation * deviation;
        }
    }
}
