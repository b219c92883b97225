using RxCan.Operators;

namespace RxCan;

/// <summary>How <see cref="CanObservable.SendTo(IObservable{CanFrame}, ICanBus, CanSendOptions, System.Reactive.Concurrency.IScheduler?)"/> sends.</summary>
public sealed record CanSendOptions
{
    /// <summary>The defaults.</summary>
    public static CanSendOptions Default { get; } = new();

    /// <summary>How many frames may wait for room in the transmit queue, at least one; 100 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public int Capacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 100;

    /// <summary>Which frame is dropped when that many wait; the oldest by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The policy is unknown.</exception>
    public OverflowPolicy Policy
    {
        get;
        init
        {
            BoundedQueue<CanFrame>.Check(1, value);
            field = value;
        }
    }

    /// <summary>How old a frame may become while it waits; older ones are dropped. No limit if null, the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero or negative.</exception>
    public TimeSpan? MaxAge
    {
        get;
        init => field = value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The maximum age must be positive. Use null for no limit.");
    }
}
