namespace RxCan.Frames;

/// <summary>
/// A frame's time in eight bytes, to the nanosecond where clocks and logs have one: nanoseconds since 1970 if positive, else negative ticks
/// since the year 1, which also covers a virtual clock that starts there. Zero is <see cref="DateTimeOffset.MinValue"/>.
/// </summary>
internal static class FrameTime
{
    private const long NanosecondsPerTick = TimeSpan.NanosecondsPerTick;
    private const long MaxNanosecondTicks = long.MaxValue / NanosecondsPerTick; // in 2262

    public static long FromTicks(long utcTicks) =>
        utcTicks - DateTime.UnixEpoch.Ticks is > 0 and <= MaxNanosecondTicks and var ticks ? ticks * NanosecondsPerTick : -utcTicks;

    public static long FromUnixNanoseconds(long nanoseconds) =>
        nanoseconds > 0 ? nanoseconds : -(DateTime.UnixEpoch.Ticks + (nanoseconds / NanosecondsPerTick) - (nanoseconds % NanosecondsPerTick < 0 ? 1 : 0));

    /// <summary>The time of whole seconds since 1970 and what comes after them; less than 1e9 nanoseconds, and at most the year 9999.</summary>
    public static long FromUnix(long seconds, long nanoseconds) => ((Int128)seconds * 1_000_000_000) + nanoseconds is var exact && exact <= long.MaxValue
        ? FromUnixNanoseconds((long)exact)
        : -(DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / NanosecondsPerTick));

    /// <summary>Seconds since 1970 and the nanoseconds after them; zero for earlier times.</summary>
    public static (long Seconds, long Nanoseconds) ToUnix(long time)
    {
        if (time > 0)
            return Math.DivRem(time, 1_000_000_000);
        var (seconds, ticks) = Math.DivRem(Math.Max(-time - DateTime.UnixEpoch.Ticks, 0), TimeSpan.TicksPerSecond);
        return (seconds, ticks * NanosecondsPerTick);
    }

    public static long ToTicks(long time) => time > 0 ? DateTime.UnixEpoch.Ticks + (time / NanosecondsPerTick) : -time;

    public static long ToUnixNanoseconds(long time) =>
        time > 0 ? time : (long)Int128.Clamp((Int128)(-time - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick, long.MinValue, long.MaxValue);
}
