namespace RxCan.Cyclic;

/// <summary>Detects silence of one identifier, as a pure state machine: frames and time go in, changes and the next time to check come out.</summary>
internal sealed class PresenceClock(TimeSpan timeout, TimeSpan start)
{
    private TimeSpan _lastHeard = start;

    /// <summary>When to check next; null while silent. A frame postpones it without a notification: checking early is harmless.</summary>
    public TimeSpan? Due => IsSilent ? null : _lastHeard + timeout;

    public bool IsSilent { get; private set; }

    /// <summary>Takes a frame; returns whether it ends a silence.</summary>
    public bool OnFrame(TimeSpan now)
    {
        _lastHeard = now;
        var resumed = IsSilent;
        IsSilent = false;
        return resumed;
    }

    /// <summary>Checks; returns whether a silence has begun.</summary>
    public bool Look(TimeSpan now) => !IsSilent && (IsSilent = now >= Due);
}
