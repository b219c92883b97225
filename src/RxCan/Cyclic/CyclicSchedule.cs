namespace RxCan.Cyclic;

/// <summary>
/// What a cyclic job sends and when, as a pure state machine: time goes in, frames and the next due time come out. Times are
/// distances from any fixed point.
/// </summary>
internal sealed class CyclicSchedule(CyclicSetup setup)
{
    private readonly CanFrame[] _frames = [.. setup.Frames];
    private readonly TimeSpan _period = setup.Period;
    private readonly TimeSpan? _after = setup.Options.Count == 0 ? setup.Period : setup.Options.SecondPeriod;
    private int _next;
    private int _left = setup.Options.Count;

    /// <summary>When the next frame is to be sent; null once the job has ended.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Starts at a time, with the first frame.</summary>
    public CanFrame Start(TimeSpan now)
    {
        Due = now;
        return Send(now);
    }

    /// <summary>
    /// Takes the frame that is due, and sets the next due time a period after this one's. Periods that have passed altogether are left
    /// out rather than made up for, as the kernel's <c>hrtimer_forward</c> does it: what follows stays on the grid of the start.
    /// </summary>
    public CanFrame Send(TimeSpan now)
    {
        var frame = Next();
        if ((_left > 0 ? _period : _after) is { } period)
            Due = Forward(Due!.Value, now, period);
        else
            Due = null;
        return frame;
    }

    /// <summary>Replaces the frames; the place in the sequence and the due time stay.</summary>
    public void Update(ReadOnlySpan<CanFrame> frames) => frames.CopyTo(_frames);

    /// <summary>Takes a frame out of turn; the due time stays, unless it was the last one.</summary>
    public CanFrame Announce()
    {
        var frame = Next();
        if (_left == 0 && _after is null)
            Due = null;
        return frame;
    }

    /// <summary>The first time after now on the grid that a due time and a period make.</summary>
    internal static TimeSpan Forward(TimeSpan due, TimeSpan now, TimeSpan period)
    {
        var next = due + period;
        return next > now ? next : next + period * ((now - next).Ticks / period.Ticks + 1);
    }

    private CanFrame Next()
    {
        var frame = _frames[_next];
        _next = (_next + 1) % _frames.Length;
        if (_left > 0)
            _left--;
        return frame;
    }
}
