using System.Reactive.Concurrency;

namespace RxCan.Tests.Client;

internal static class Testing
{
    public static T Also<T>(this T value, Action<T> act)
    {
        act(value);
        return value;
    }

    public static IDisposable ScheduleMs(this HistoricalScheduler time, double ms, Action act) => time.Schedule(TimeSpan.FromMilliseconds(ms), act);
}
