using System.Reactive.Disposables;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>One subscription to a request: in the queue, open, or ended. Under the client's gate, except for the calls to its observer.</summary>
internal abstract class UdsCall(UdsClient client, ReadOnlyMemory<byte> request, UdsRequestOptions options) : IObserver<IsoTpMessage>, IDisposable
{
    private UdsExchange _exchange = new(request, options);
    private SerialDisposable? _timer;
    private IDisposable? _transport;

    public ReadOnlyMemory<byte> Message => request;

    public UdsRequestOptions Options => options;

    protected UdsClient Client => client;

    /// <summary>Whether it has its answer or error, or was disposed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether it was sent.</summary>
    public bool WasSent { get; private set; }

    /// <summary>Sends it; its turn has come.</summary>
    public void Send()
    {
        WasSent = true;
        IDisposable transport;
        try
        {
            transport = client.Exchange(this);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            End(e); // the session cannot send it
            return;
        }

        bool hasEnded;
        lock (client.Gate)
        {
            _transport = transport;
            hasEnded = HasEnded;
        }

        if (hasEnded)
            transport.Dispose();
    }

    public void OnNext(IsoTpMessage value)
    {
        if (client.IsFunctional)
        {
            if (!HasEnded && !UdsProtocol.IsPending(value.Data))
                DeliverSafely(value);
            return;
        }

        UdsExchange.Step step;
        lock (client.Gate)
        {
            if (HasEnded)
                return;
            step = _exchange.OnMessage(value.Data, client.Now);
            Arm();
        }

        Do(step, value);
    }

    public void OnError(Exception error)
    {
        if (error is not TimeoutException silence)
        {
            End(error);
            return;
        }

        UdsExchange.Step step;
        lock (client.Gate)
        {
            if (HasEnded)
                return;
            step = _exchange.OnSilence(silence);
        }

        Do(step, null);
    }

    public void OnCompleted()
    {
        if (client.IsFunctional)
            End(null, null, UdsProtocol.IsSuppressed(request.Span));
    }

    /// <summary>The observer has gone.</summary>
    public void Dispose()
    {
        if (!TryEnd())
            return;
        _transport?.Dispose();
        OnCancelled();
        client.StartNext();
    }

    /// <summary>Ends it: with an error, or with completion if null.</summary>
    public void End(Exception? error) => End(null, error);

    /// <summary>Delivers a response; what it throws fails the request.</summary>
    protected abstract void Deliver(IsoTpMessage message);

    /// <summary>A suppressed positive response did not come.</summary>
    protected virtual void DeliverSilence()
    {
    }

    /// <summary>Ends the observer: with an error, or with completion if null.</summary>
    protected abstract void Notify(Exception? error);

    /// <summary>It was disposed before its end.</summary>
    protected virtual void OnCancelled()
    {
    }

    private void Do(UdsExchange.Step step, IsoTpMessage? message)
    {
        switch (step)
        {
            case UdsExchange.Step.Answer:
                End(message, null);
                break;
            case UdsExchange.Step.Complete:
                End(null, null, isSilence: true);
                break;
            case UdsExchange.Step.Fail:
                End(_exchange.Error);
                break;
            case UdsExchange.Step.Send:
                Send();
                break;
        }
    }

    private void End(IsoTpMessage? answer, Exception? error, bool isSilence = false)
    {
        if (!TryEnd())
            return;
        _transport?.Dispose();
        try
        {
            client.OnEnded(this, answer?.Data);
            if (isSilence)
                DeliverSilence();
            if (answer is null)
                Notify(error);
            else if (DeliverSafely(answer))
                Notify(null);
        }
        finally
        {
            client.StartNext();
        }
    }

    /// <summary>False if it failed instead.</summary>
    private bool DeliverSafely(IsoTpMessage message)
    {
        try
        {
            Deliver(message);
            return true;
        }
        catch (DecodeException failure)
        {
            if (client.IsFunctional)
                End(failure.InnerException);
            else
                Notify(failure.InnerException);
            return false;
        }
    }

    private bool TryEnd()
    {
        lock (client.Gate)
        {
            if (HasEnded)
                return false;
            HasEnded = true;
            _timer?.Dispose();
            client.Release(this);
            return true;
        }
    }

    /// <summary>Sets the clock for the exchange; under the gate.</summary>
    private void Arm()
    {
        if (_exchange.Due is not { } due)
        {
            if (_timer is not null)
                _timer.Disposable = Disposable.Empty;
            return;
        }

        _timer ??= new();
        _timer.Disposable = client.At(due, OnTime);
    }

    private void OnTime()
    {
        UdsExchange.Step step;
        lock (client.Gate)
        {
            if (HasEnded)
                return;
            step = _exchange.OnTime(client.Now);
            if (step == UdsExchange.Step.Wait)
                Arm(); // the system's timers may be early
        }

        Do(step, null);
    }

    /// <summary>A response could not be decoded, unlike an exception of the observer.</summary>
    protected sealed class DecodeException(Exception cause) : Exception(null, cause);
}
