using System.Reactive.Concurrency;

namespace RxCan.Tests.Bus;

/// <summary>A virtual clock whose timers take no more than the system's, and, if they are to, cut to whole milliseconds.</summary>
internal sealed class SystemLikeScheduler : IScheduler
{
    private readonly HistoricalScheduler _time = new(DateTimeOffset.UnixEpoch);

    public DateTimeOffset Now => _time.Now;

    public int Scheduled { get; private set; }

    public bool IsEarly { get; set; }

    public void AdvanceBy(TimeSpan time) => _time.AdvanceBy(time);

    public void Start() => _time.Start();

    public IDisposable Schedule<TState>(TState state, TimeSpan dueTime, Func<IScheduler, TState, IDisposable> action)
    {
        Assert.InRange(dueTime, TimeSpan.Zero, TimeSpan.FromMilliseconds(int.MaxValue));
        Scheduled++;
        return _time.Schedule(state, IsEarly ? TimeSpan.FromMilliseconds(Math.Floor(dueTime.TotalMilliseconds)) : dueTime, action);
    }

    public IDisposable Schedule<TState>(TState state, Func<IScheduler, TState, IDisposable> action) => Schedule(state, TimeSpan.Zero, action);

    public IDisposable Schedule<TState>(TState state, DateTimeOffset dueTime, Func<IScheduler, TState, IDisposable> action) =>
        Schedule(state, dueTime - Now, action);
}
