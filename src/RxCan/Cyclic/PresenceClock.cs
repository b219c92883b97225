namespace RxCan.Cyclic;

/// <summary>Tells silence from life of one identifier, as a pure state machine: frames and time go in, the changes and the next time to look come out.</summary>
internal sealed class PresenceClock(TimeSpan timeout, TimeSpan start)
{
    private TimeSpan _lastHeard = start;

    /// <summary>When to look next; null while silent. A frame sets it later without anybody's being told: looking early does no harm.</summary>
    public TimeSpan? Due => IsSilent ? null : _lastHeard + timeout;

    public bool IsSilent { get; private set; }

    /// <summary>Takes a frame; whether it ends a silence.</summary>
    public bool OnFrame(TimeSpan now)
    {
        _lastHeard = now;
        var resumed = IsSilent;
        IsSilent = false;
        return resumed;
    }

    /// <summary>Looks; whether a silence has begun.</summary>
    public bool Look(TimeSpan now) => !IsSilent && (IsSilent = now >= Due);
}
