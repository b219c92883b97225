using RxCan.Bus;

namespace RxCan.Cyclic;

/// <summary>
/// What a cyclic job sends and when, as a pure state machine: time goes in, frames and the next due time come out. Times are
/// relative to any fixed point.
/// </summary>
internal sealed class CyclicSchedule(CyclicSetup setup)
{
    private readonly CanFrame[] _frames = [.. setup.Frames];
    private readonly TimeSpan _period = setup.Period;
    private readonly TimeSpan? _after = setup.Options.Count == 0 ? setup.Period : setup.Options.SecondPeriod;
    private int _next;
    private int _left = setup.Options.Count;

    /// <summary>When the next frame is due; null once the job has ended.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Starts at a given time, with the first frame.</summary>
    public CanFrame Start(TimeSpan now)
    {
        Due = now;
        return Send(now);
    }

    /// <summary>
    /// Takes the frame that is due, and sets the next due time one period later. Periods that have passed entirely are skipped
    /// rather than caught up, as in the kernel's <c>hrtimer_forward</c>: later frames stay on the original grid.
    /// </summary>
    public CanFrame Send(TimeSpan now)
    {
        var frame = Next();
        if ((_left > 0 ? _period : _after) is { } period)
            Due = DueTime.Next(Due!.Value, now, period);
        else
            Due = null;
        return frame;
    }

    /// <summary>Replaces the frames; the position in the sequence and the due time stay.</summary>
    public void Update(ReadOnlySpan<CanFrame> frames) => frames.CopyTo(_frames);

    /// <summary>Takes a frame early; the due time stays, unless it was the last frame.</summary>
    public CanFrame Announce()
    {
        var frame = Next();
        if (_left == 0 && _after is null)
            Due = null;
        return frame;
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
