using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>One subscription to a request.</summary>
internal sealed class J1939Request(
    J1939Node node, J1939Pgn pgn, byte destination, TimeSpan timeout, IScheduler scheduler, IObserver<J1939Message> observer)
    : Subscription<J1939Message>(observer)
{
    private DueTimer? _timer;

    public J1939Pgn Pgn => pgn;

    public byte Destination => destination;

    public TimeSpan Timeout => timeout;

    public bool IsToAll => destination == J1939Address.Global;

    /// <summary>Whether its time is over, so it waits only for responses that have begun.</summary>
    public bool IsLate { get; set; }

    /// <summary>The nodes whose responses of many frames are being received.</summary>
    public HashSet<byte> Answering { get; } = [];

    /// <summary>What the node must receive for it.</summary>
    public IEnumerable<J1939Filter.Term> Wanted => IsToAll
        ? [new(Pgn: pgn)]
        : [new(Pgn: pgn, Source: destination), new(Pgn: J1939Pgn.Acknowledgement, Source: destination)];

    /// <summary>How long the last response that has begun can take.</summary>
    public TimeSpan Longest { get; set; }

    public void Wait(TimeSpan time)
    {
        _timer ??= new(scheduler, () => node.OnTime(this));
        _timer.Set(DueTime.After(_timer.Now, time));
    }

    public bool IsTimeOver() => _timer?.IsElapsed() == true;

    public void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }

    public override void End(Exception? error)
    {
        StopTimer();
        base.End(error);
    }

    protected override void Cancel() => node.Cancel(this);
}
