namespace RxCan;

/// <summary>
/// What the timestamps of one identifier's frames say about its period, since the subscription. All zero until there is a second
/// frame; a clock that was set back gives negative periods.
/// </summary>
/// <remarks>To 100 ns. Frames without a timestamp, made here and never sent, have periods of zero.</remarks>
public record struct FramePeriod
{
    private long _frames;
    private long _first;
    private long _latest;
    private long _firstPeriod;
    private long _lastPeriod;
    private long _min;
    private long _max;
    private double _squares; // of the periods' differences from the first period: small numbers where a plain sum of squares is not

    /// <summary>The number of periods: one less than that of frames.</summary>
    public readonly long Count => Math.Max(0, _frames - 1);

    /// <summary>The time between the two newest frames.</summary>
    public readonly TimeSpan Last => new(_lastPeriod);

    /// <summary>The mean period.</summary>
    public readonly TimeSpan Mean => _frames < 2 ? TimeSpan.Zero : new((_latest - _first) / Count);

    /// <summary>The shortest period.</summary>
    public readonly TimeSpan Min => new(_min);

    /// <summary>The longest period.</summary>
    public readonly TimeSpan Max => new(_max);

    /// <summary>The jitter: the standard deviation of the period (RMS). Peak to peak it is <see cref="Max"/> - <see cref="Min"/>.</summary>
    public readonly TimeSpan Jitter
    {
        get
        {
            if (_frames < 3)
                return TimeSpan.Zero;
            double count = Count;
            double sum = _latest - _first - (Count * _firstPeriod);
            return new((long)Math.Round(Math.Sqrt(Math.Max(0, _squares - (sum * sum / count)) / count)));
        }
    }

    internal void Add(long ticks)
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
}
