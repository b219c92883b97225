using RxCan.Bus;

namespace RxCan.Logs.Replay;

/// <summary>
/// When the frames of a log are due: their stamps against a monotonic clock. Due times count from the last start, change of speed or seek,
/// never from the frame before, so errors do not add up. Stamps and log times are in ticks since the year 1.
/// </summary>
/// <param name="speed">Log time to clock time; infinite: every frame is due at once.</param>
/// <param name="maxGap">The longest time between two frames, in log time; longer ones are cut. Null for no limit.</param>
internal sealed class ReplayClock(double speed, TimeSpan? maxGap)
{
    private TimeSpan _since; // when it was _log, while running
    private long _log;
    private long _latest; // the latest stamp taken, from which gaps count
    private bool _isRunning;

    public bool IsRunning => _isRunning;

    public double Speed => speed;

    /// <summary>The log time at a time.</summary>
    public long At(TimeSpan now) => !_isRunning ? _log
        : double.IsPositiveInfinity(speed) ? _latest
        : _log + (speed == 1 ? (now - _since).Ticks : (long)Math.Round((now - _since).Ticks * speed));

    public void Start(TimeSpan now)
    {
        if (!_isRunning)
            (_isRunning, _since) = (true, now);
    }

    public void Stop(TimeSpan now)
    {
        _log = At(now);
        _isRunning = false;
    }

    public void SetSpeed(double newSpeed, TimeSpan now)
    {
        (_log, _since) = (At(now), now);
        speed = newSpeed;
    }

    /// <summary>Goes to a log time, from which the next gap counts.</summary>
    public void Seek(long log, TimeSpan now) => (_log, _latest, _since) = (log, log, now);

    /// <summary>Takes the stamp of the next frame: cuts the gap before it.</summary>
    public void Take(long stamp)
    {
        var gap = stamp - _latest;
        if (gap <= 0)
            return;
        if (gap > maxGap?.Ticks)
            _log += gap - maxGap.GetValueOrDefault().Ticks;
        _latest = stamp;
    }

    /// <summary>Begins again from the first frame: its stamp comes a time after the latest one.</summary>
    public void Repeat(long first, TimeSpan after)
    {
        _log += first - after.Ticks - _latest;
        _latest = first;
    }

    /// <summary>When a frame is due, in whole ticks; never while stopped. A stamp that goes back is due before now: at once.</summary>
    public TimeSpan Due(long stamp)
    {
        if (!_isRunning)
            return DueTime.Never;
        var wait = speed == 1 ? stamp - _log : Math.Round((stamp - _log) / speed);
        return wait >= (DueTime.Never - _since).Ticks ? DueTime.Never : _since + TimeSpan.FromTicks(Math.Max((long)wait, -_since.Ticks));
    }
}
