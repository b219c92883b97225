namespace RxCan.Monitor;

/// <summary>Who sent an identifier's frames lately.</summary>
[Flags]
public enum FrameOrigin
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>A node on the bus.</summary>
    Bus = 1,

    /// <summary>Another program of this machine.</summary>
    Machine = 2,

    /// <summary>This monitor.</summary>
    Monitor = 4,
}

/// <summary>An identifier's frames up to a tick.</summary>
/// <param name="Frame">The last one.</param>
/// <param name="Count">The number of frames since the row was added.</param>
/// <param name="Rate">In frames/s, over the last second or the last period, whichever is longer.</param>
/// <param name="Period">Over the last seconds.</param>
/// <param name="Origin">Who sent them in the last seconds.</param>
/// <param name="Before">The last frame of the tick before.</param>
/// <param name="Changed">The bytes that this tick changed, bit 0 for the first.</param>
/// <param name="IsStale">Whether there was no frame for longer than usual.</param>
public sealed record FrameRow(
    CanFrame Frame, long Count, double Rate, FramePeriod Period, FrameOrigin Origin, CanFrame Before, ulong Changed, bool IsStale);
