using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Logs.Formats;

/// <summary>One subscription to a log. It reads in steps, between which other work of the scheduler has its turn.</summary>
internal sealed class LogReading : IDisposable
{
    private const int FramesPerStep = 256;
    private const int Idle = 0;
    private const int Stepping = 1;
    private const int Disposed = 2;

    private readonly Func<LogPass> _open;
    private readonly IObserver<CanFrame> _observer;
    private LogPass? _pass; // belongs to who steps, or to who disposes while nobody does
    private int _state;

    private LogReading(Func<LogPass> open, IObserver<CanFrame> observer) => (_open, _observer) = (open, observer);

    public static IDisposable Start(Func<LogPass> open, IObserver<CanFrame> observer, IScheduler scheduler)
    {
        var reading = new LogReading(open, observer);
        var work = scheduler switch
        {
            ImmediateScheduler => ReadAll(reading),
            _ when scheduler.AsLongRunning() is { } longRunning => longRunning.ScheduleLongRunning(reading, static (one, _) => ReadAll(one)),
            _ => scheduler.Schedule(reading, static (one, again) =>
            {
                if (one.Step())
                    again(one);
            }),
        };
        return StableCompositeDisposable.Create(reading, work);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, Disposed) == Idle)
            _pass?.Dispose();
    }

    private static IDisposable ReadAll(LogReading reading)
    {
        while (reading.Step())
        {
        }

        return Disposable.Empty;
    }

    /// <summary>Delivers some frames; false at the end.</summary>
    private bool Step()
    {
        if (Interlocked.CompareExchange(ref _state, Stepping, Idle) != Idle)
            return false;
        var goesOn = false;
        try
        {
            goesOn = Deliver();
        }
        finally
        {
            if (!goesOn)
                Volatile.Write(ref _state, Disposed);
            if (Interlocked.CompareExchange(ref _state, Idle, Stepping) != Stepping)
            {
                goesOn = false;
                _pass?.Dispose();
            }
        }

        return goesOn;
    }

    private bool Deliver()
    {
        for (var i = 0; i < FramesPerStep; i++)
        {
            if (Volatile.Read(ref _state) == Disposed)
                return false;
            CanFrame frame;
            bool isFrame;
            try
            {
                isFrame = (_pass ??= _open()).Read(out frame);
            }
            catch (Exception e)
            {
                _observer.OnError(e);
                return false;
            }

            if (!isFrame)
            {
                _observer.OnCompleted();
                return false;
            }

            _observer.OnNext(frame);
        }

        return true;
    }
}
