using System.Diagnostics.CodeAnalysis;

namespace RxCan;

/// <summary>The newest frame of one identifier, from <see cref="CanObservable.LatestById(IObservable{CanFrame}, TimeSpan, System.Reactive.Concurrency.IScheduler?)"/>.</summary>
/// <remarks>Two are equal if frame, count and period are equal; the frame's timestamp does not count, see <see cref="CanFrame.Equals(CanFrame)"/>.</remarks>
public readonly record struct LatestFrame
{
    private readonly CanFrame _frame;
    private readonly FramePeriod _period;

    /// <summary>Creates one, for tests.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="count">The number of frames since the last batch; 0 if the identifier was forgotten.</param>
    /// <param name="period">The period of the identifier.</param>
    public LatestFrame(in CanFrame frame, long count, in FramePeriod period = default) => (_frame, Count, _period) = (frame, count, period);

    /// <summary>The frame.</summary>
    [UnscopedRef]
    public ref readonly CanFrame Frame => ref _frame;

    /// <summary>The number of frames of its identifier since the last batch; zero only if it was forgotten.</summary>
    public long Count { get; }

    /// <summary>The period of its identifier since the subscription, or since it returned. The number of all frames is its <see cref="FramePeriod.Count"/> plus one.</summary>
    [UnscopedRef]
    public ref readonly FramePeriod Period => ref _period;
}
