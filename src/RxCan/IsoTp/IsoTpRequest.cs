using RxCan.Dispatch;

namespace RxCan.IsoTp;

/// <summary>One subscription to a request. Its session alone touches it, one step at a time, but for <see cref="Dispose"/>.</summary>
internal sealed class IsoTpRequest(IsoTpSession session, byte[] payload, IsoTpRequestOptions options, IObserver<IsoTpMessage> observer)
    : IDisposable
{
    private volatile IObserver<IsoTpMessage>? _observer = observer;

    public byte[] Payload { get; } = payload;

    public IsoTpRequestOptions Options { get; } = options;

    /// <summary>The message, once its turn has come.</summary>
    public IsoTpTransfer? Transfer { get; set; }

    /// <summary>Whether it is about to be out in full, so that what begins now may answer it.</summary>
    public bool IsAnswerable { get; set; }

    /// <summary>Whether it is sent and the time of its responses runs.</summary>
    public bool IsSent { get; set; }

    /// <summary>The responders in the middle of an answer.</summary>
    public int Answering { get; set; }

    /// <summary>The responders whose last word was not final.</summary>
    public HashSet<int>? Pending { get; set; }

    /// <summary>Whether a response that was not final came.</summary>
    public bool IsExtended { get; set; }

    /// <summary>Whether the window of <see cref="IsoTpRequestOptions.Gather"/> is over.</summary>
    public bool IsWindowOver { get; set; }

    /// <summary>The timer that counts; others are of the past.</summary>
    public int TimerNumber { get; set; }

    public IDisposable? Timer { get; set; }

    public bool IsDisposed => _observer is null;

    public void OnNext(IsoTpMessage message)
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

    public void StopTimer()
    {
        TimerNumber++;
        Timer?.Dispose();
        Timer = null;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _observer, null) is not null)
            session.Cancel(this);
    }
}
