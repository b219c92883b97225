using System.Reactive.Concurrency;
using RxCan.Dispatch;

namespace RxCan.J1939;

/// <summary>One subscription to a request. Its node alone touches it, one step at a time, but for <see cref="Dispose"/>.</summary>
internal sealed class J1939Request(
    J1939Node node, J1939Pgn pgn, byte destination, TimeSpan timeout, IScheduler scheduler, IObserver<J1939Message> observer) : IDisposable
{
    private volatile IObserver<J1939Message>? _observer = observer;
    private IDisposable? _timer;

    public J1939Pgn Pgn => pgn;

    public byte Destination => destination;

    public TimeSpan Timeout => timeout;

    public bool IsToAll => destination == J1939Address.Global;

    /// <summary>Whether the time is over, and it waits only for responses that have begun.</summary>
    public bool IsLate { get; set; }

    /// <summary>Who is in the middle of a response of many frames.</summary>
    public HashSet<byte> Answering { get; } = [];

    /// <summary>The timer that counts; others are of the past.</summary>
    public int TimerNumber { get; private set; }

    public bool IsDisposed => _observer is null;

    /// <summary>What the node must receive for it.</summary>
    public IEnumerable<J1939Filter.Term> Wanted => IsToAll
        ? [new(Pgn: pgn)]
        : [new(Pgn: pgn, Source: destination), new(Pgn: J1939Pgn.Acknowledgement, Source: destination)];

    public void StartTimer(Action<int> isOver)
    {
        StopTimer();
        var number = TimerNumber;
        _timer = scheduler.Schedule(timeout, () => isOver(number));
    }

    public void StopTimer()
    {
        TimerNumber++;
        _timer?.Dispose();
        _timer = null;
    }

    public void OnNext(J1939Message message)
    {
        try
        {
            _observer?.OnNext(message);
        }
        catch (Exception failure)
        {
            CanBusBase.Rethrow(failure);
            Dispose();
        }
    }

    public void End(Exception? error)
    {
        StopTimer();
        if (Interlocked.Exchange(ref _observer, null) is not { } ended)
            return;
        try
        {
            if (error is null)
                ended.OnCompleted();
            else
                ended.OnError(error);
        }
        catch (Exception failure)
        {
            CanBusBase.Rethrow(failure);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _observer, null) is not null)
            node.Cancel(this);
    }
}
