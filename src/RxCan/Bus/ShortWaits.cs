using System.Reactive.Concurrency;
using RxCan.SocketCan.Interop;

namespace RxCan.Bus;

/// <summary>
/// Short waits in real time, which the kernel measures: .NET's own timers count in ticks of about 4 ms. One thread waits, while there is
/// anything to wait for.
/// </summary>
/// <param name="isShared">Whether it leaves what is due to the thread pool, or does it itself, which is a change of threads less.</param>
internal sealed class ShortWaits(bool isShared = false)
{
    /// <summary>The longest. .NET's timers are late by less than half of it.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);
    private static readonly IStopwatch Clock = DefaultScheduler.Instance.StartStopwatch();

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Wait, TimeSpan> _waits = new();
    private Running? _running;

    /// <summary>Those of everyone who does not need a thread of their own.</summary>
    public static ShortWaits Shared { get; } = new(isShared: true);

    /// <summary>Whether a scheduler runs its work on the thread pool in real time, and the system has a clock that can be waited for.</summary>
    public static bool Serves(IScheduler scheduler) =>
        OperatingSystem.IsLinux() && (scheduler == DefaultScheduler.Instance || scheduler == TaskPoolScheduler.Default);

    /// <summary>Does something once a time is over, unless it is disposed before. Null if the process has no free descriptor for that.</summary>
    public IDisposable? Start(TimeSpan wait, Action elapsed)
    {
        var started = new Wait(elapsed);
        lock (_gate)
        {
            if (_running is null)
            {
                try
                {
                    _running = new(new(), new(Run) { IsBackground = true, Name = "RxCan timer" });
                }
                catch (IOException)
                {
                    return null;
                }

                _running.Thread.UnsafeStart(_running.Wake);
            }

            _waits.Enqueue(started, Clock.Elapsed + wait);
            if (_waits.Peek() == started && Thread.CurrentThread != _running.Thread)
                _running.Wake.Set();
        }

        return started;
    }

    private void Run(object? started)
    {
        using var wake = (WakeEvent)started!;
        for (var wait = TimeSpan.Zero; ; wake.Wait(wait))
        {
            var isLast = wait == Linger;
            while (TryTake(isLast, out var due, out wait))
            {
                if (isShared)
                    ThreadPool.UnsafeQueueUserWorkItem(due, preferLocal: false);
                else
                    due.Execute();
            }

            if (wait == TimeSpan.Zero)
                return;
        }
    }

    /// <summary>Takes what is due; otherwise says how long to wait, zero if the thread ends.</summary>
    private bool TryTake(bool isLast, out Wait due, out TimeSpan wait)
    {
        lock (_gate)
        {
            wait = Linger;
            if (_waits.TryPeek(out due!, out var time))
            {
                wait = time - Clock.Elapsed;
                if (wait > TimeSpan.Zero)
                    return false;
                _waits.Dequeue();
                return true;
            }

            if (isLast)
                (_running, wait) = (null, TimeSpan.Zero);
            return false;
        }
    }

    private sealed record Running(WakeEvent Wake, Thread Thread);

    private sealed class Wait(Action elapsed) : IThreadPoolWorkItem, IDisposable
    {
        private volatile Action? _elapsed = elapsed;

        public void Execute() => _elapsed?.Invoke();

        public void Dispose() => _elapsed = null;
    }
}
