using System.Diagnostics.CodeAnalysis;

namespace RxCan;

/// <summary>A frame with the period of its identifier, as <see cref="CanObservable.MeasurePeriod"/> gives it.</summary>
public readonly struct MeasuredFrame
{
    private readonly CanFrame _frame;
    private readonly FramePeriod _period;

    internal MeasuredFrame(in CanFrame frame, in FramePeriod period) => (_frame, _period) = (frame, period);

    /// <summary>The frame.</summary>
    [UnscopedRef]
    public ref readonly CanFrame Frame => ref _frame;

    /// <summary>The period of its identifier up to this frame.</summary>
    [UnscopedRef]
    public ref readonly FramePeriod Period => ref _period;
}
