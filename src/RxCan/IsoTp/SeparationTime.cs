namespace RxCan.IsoTp;

/// <summary>STmin as encoded in a flow control frame: 00..7F are ms, F1..F9 are 100 to 900 µs, the rest is reserved (ISO 15765-2).</summary>
internal static class SeparationTime
{
    private const int MaxMilliseconds = 0x7F;
    private const int MicrosecondsBase = 0xF0;
    private const int MicrosecondsStep = 100;

    public static TimeSpan Decode(byte value) => value switch
    {
        <= MaxMilliseconds => TimeSpan.FromMilliseconds(value),
        > MicrosecondsBase and <= MicrosecondsBase + 9 => TimeSpan.FromMicroseconds((value - MicrosecondsBase) * MicrosecondsStep),
        _ => TimeSpan.FromMilliseconds(MaxMilliseconds), // the standard's rule for reserved values
    };

    public static bool TryEncode(TimeSpan time, out byte value)
    {
        var milliseconds = time.Ticks / TimeSpan.TicksPerMillisecond;
        value = time < TimeSpan.FromMilliseconds(1) && time > TimeSpan.Zero
            ? (byte)(MicrosecondsBase + (time.Ticks / (MicrosecondsStep * TimeSpan.TicksPerMicrosecond)))
            : (byte)Math.Clamp(milliseconds, 0, MaxMilliseconds);
        return Decode(value) == time;
    }
}
