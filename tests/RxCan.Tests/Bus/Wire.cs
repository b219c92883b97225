using RxCan.Frames;

namespace RxCan.Tests.Bus;

/// <summary>Times on a wire with a bit rate.</summary>
internal static class Wire
{
    private const int IntermissionBits = 3;

    /// <summary>The time between the end of a frame and the start of a later one.</summary>
    public static TimeSpan Gap(in CanFrame first, in CanFrame second, int bitrate) =>
        second.Timestamp - first.Timestamp - TimeSpan.FromSeconds((double)(CanFrameBits.Of(second).Nominal - IntermissionBits) / bitrate);
}
