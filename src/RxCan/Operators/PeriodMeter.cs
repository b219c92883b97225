namespace RxCan.Operators;

/// <summary>Sums up the timestamps of one identifier's frames, at the cost of a few additions per frame.</summary>
internal struct PeriodMeter
{
    private long _frames;
    private long _first;
    private long _latest;
    private long _firstPeriod;
    private long _lastPeriod;
    private long _min;
    private long _max;
    private double _squares; // of the differences from the first period: these stay small, unlike a plain sum of squares

    /// <summary>The period up to now; computed on each call.</summary>
    public readonly FramePeriod Period => _frames < 2 ? default : new()
    {
        Count = _frames - 1,
        Last = new(_lastPeriod),
        Mean = new((_latest - _first) / (_frames - 1)),
        Min = new(_min),
        Max = new(_max),
        Jitter = new(Jitter()),
    };

    /// <summary>Adds the next frame's timestamp.</summary>
    public void Add(long ticks)
    {
        var period = ticks - _latest;
        _latest = ticks;
        switch (++_frames)
        {
            case 1:
                _first = ticks;
                return;
            case 2:
                _firstPeriod = _min = _max = period;
                break;
        }

        _lastPeriod = period;
        if (period < _min)
            _min = period;
        if (period > _max)
            _max = period;
        double deviation = period - _firstPeriod;
        _squares += deviation * deviation;
    }

    private readonly long Jitter()
    {
        var count = _frames - 1;
        double sum = _latest - _first - (count * _firstPeriod);
        return (long)Math.Round(Math.Sqrt(Math.Max(0, _squares - (sum * sum / count)) / count));
    }
}
