using System.Reactive.Concurrency;
using RxCan.SocketCan.Interop;

namespace RxCan.Bus;

/// <summary>
/// A short wait in real time, which the kernel measures: .NET's own timers count in ticks of about 4 ms. One thread waits, while there is
/// anything to wait for, and leaves what is due to the thread pool.
/// </summary>
internal sealed class ShortWait : IThreadPoolWorkItem, IDisposable
{
    /// <summary>The longest. .NET's timers are late by less than half of it.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);
    private static readonly IStopwatch Clock = DefaultScheduler.Instance.StartStopwatch();
    private static readonly Lock Gate = new();
    private static readonly PriorityQueue<ShortWait, TimeSpan> Waits = new();
    private static WakeEvent? _wake; // null: no thread is running

    private volatile Action? _elapsed;

    private ShortWait(Action elapsed) => _elapsed = elapsed;

    /// <summary>Whether a scheduler runs its work on the thread pool in real time, and the system has a clock that can be waited for.</summary>
    public static bool Serves(IScheduler scheduler) =>
        OperatingSystem.IsLinux() && (scheduler == DefaultScheduler.Instance || scheduler == TaskPoolScheduler.Default);

    /// <summary>Does something on the thread pool once a time is over, unless it is disposed before. Null if the process has no free descriptor for that.</summary>
    public static IDisposable? Start(TimeSpan wait, Action elapsed)
    {
        var started = new ShortWait(elapsed);
        lock (Gate)
        {
            if (_wake is null)
            {
                try
                {
                    _wake = new();
                }
                catch (IOException)
                {
                    return null;
                }

                new Thread(Run) { IsBackground = true, Name = "RxCan timer" }.UnsafeStart(_wake);
            }

            Waits.Enqueue(started, Clock.Elapsed + wait);
            if (Waits.Peek() == started)
                _wake.Set();
        }

        return started;
    }

    public void Dispose() => _elapsed = null;

    void IThreadPoolWorkItem.Execute() => _elapsed?.Invoke();

    private static void Run(object? started)
    {
        using var wake = (WakeEvent)started!;
        for (var wait = TimeSpan.Zero; ; wake.Wait(wait))
        {
            lock (Gate)
            {
                var now = Clock.Elapsed;
                TimeSpan due;
                while (Waits.TryPeek(out _, out due) && due <= now)
                    ThreadPool.UnsafeQueueUserWorkItem(Waits.Dequeue(), preferLocal: false);
                if (Waits.Count == 0 && wait == Linger)
                {
                    _wake = null;
                    return;
                }

                wait = Waits.Count == 0 ? Linger : due - now;
            }
        }
    }
}
