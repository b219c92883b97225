using System.Diagnostics.CodeAnalysis;

namespace RxCan;

/// <summary>A frame with the period of its identifier, from <see cref="CanObservable.MeasurePeriod"/>.</summary>
/// <remarks>Two are equal if frame and period are equal; the frame's timestamp does not count, see <see cref="CanFrame.Equals(CanFrame)"/>.</remarks>
public readonly record struct MeasuredFrame
{
    private readonly CanFrame _frame;
    private readonly FramePeriod _period;

    /// <summary>Creates one, for tests.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="period">The period of its identifier up to this frame.</param>
    public MeasuredFrame(in CanFrame frame, in FramePeriod period) => (_frame, _period) = (frame, period);

    /// <summary>The frame.</summary>
    [UnscopedRef]
    public ref readonly CanFrame Frame => ref _frame;

    /// <summary>The period of its identifier up to this frame.</summary>
    [UnscopedRef]
    public ref readonly FramePeriod Period => ref _period;
}
