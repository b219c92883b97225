using System.Globalization;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>The requests: one at a time, from its turn to its last response, and no other's answers.</summary>
internal sealed partial class IsoTpSession
{
    private const int MaxBytesShown = 16;

    private readonly Queue<IsoTpRequest> _requests = new(); // some of them disposed meanwhile
    private readonly IsoTpRequest?[] _answered; // by responder: the request that was open when the message under way began
    private readonly bool[] _isReceiving;
    private IsoTpRequest? _request;
    private IsoTpRequest? _unanswered; // is over, and its answer may still come

    private void OnRequest(IsoTpRequest request)
    {
        if (_disposed)
        {
            request.End(Disposed());
            return;
        }

        _requests.Enqueue(request);
        RequestNext();
    }

    /// <summary>Begins the next request, unless one is open, or the answer of the last one may still come.</summary>
    private void RequestNext()
    {
        while (_request is null && _unanswered is null && _requests.TryDequeue(out var next))
        {
            if (next.IsDisposed)
                continue;
            _request = next;
            _request.Transfer = new(_request);
            OnTransfer(_request.Transfer);
        }
    }

    private void OnCancelRequest(IsoTpRequest request)
    {
        if (request != _request)
            return;
        _request = null;
        request.StopTimer();
        if (request.Transfer is { } transfer && !request.IsSent && Stop(transfer))
            SendNext();
        else
            Hold(request);
        RequestNext();
    }

    private void OnRequestSent(IsoTpRequest request)
    {
        request.IsSent = true;
        if (request.Answering == 0 || request.Options.Gather is not null)
            Wait(request, request.Options.Gather ?? (request.IsExtended ? request.Options.P2Star : request.Options.P2));
    }

    private void OnRequestTime(IsoTpRequest request, int number)
    {
        if (request != _request || request.TimerNumber != number)
            return;
        if (request.Options.Gather is not null && !request.IsWindowOver)
        {
            request.IsWindowOver = true;
            if (request.Answering > 0 || request.Pending is { Count: > 0 })
                AwaitRest(request);
            else
                End(request, null);
            return;
        }

        var (what, waited, name) = request.IsExtended
            ? ("further response after one that was not final", request.Options.P2Star, "P2*")
            : ("response", request.Options.P2, "P2");
        _request = null;
        request.End(new TimeoutException(string.Create(
            CultureInfo.InvariantCulture,
            $"{Address}: {Shown(request.Payload)} got no {what} within {waited.TotalMilliseconds} ms ({name}).")));
        Hold(request);
        RequestNext();
    }

    private void OnStarted(int responder)
    {
        _isReceiving[responder] = true;
        if (_request is { IsAnswerable: true } request)
        {
            if (_answered[responder] != request)
                request.Answering++;
            _answered[responder] = request;
            if (request.Options.Gather is null)
                request.StopTimer();
        }
        else
        {
            _answered[responder] = null;
            _unanswered?.StopTimer(); // it is coming, late
        }
    }

    /// <summary>Whose answer a message is that ends: that of the request that was open when it began.</summary>
    private IsoTpRequest? AnsweredBy(int responder)
    {
        var request = _isReceiving[responder] ? _answered[responder] : _request is { IsAnswerable: true } ? _request : null;
        if (_isReceiving[responder] && request is not null)
            request.Answering--;
        _isReceiving[responder] = false;
        _answered[responder] = null;
        return request;
    }

    private void OnReceived(int responder, IsoTpMessage message)
    {
        var request = AnsweredBy(responder);
        _payloads.OnNext(message.Data);
        _messages.OnNext(message);
        if (request is null || request != _request)
            OnLate(message);
        else
            OnAnswer(request, responder, message);
    }

    private void OnAnswer(IsoTpRequest request, int responder, IsoTpMessage message)
    {
        bool isFinal;
        try
        {
            if (request.Options.IsResponse is { } isResponse && !isResponse(request.Payload, message.Data))
            {
                Resume(request);
                return;
            }

            isFinal = request.Options.IsFinal?.Invoke(message.Data) ?? true;
        }
        catch (Exception e)
        {
            End(request, e);
            return;
        }

        request.OnNext(message);
        if (request.IsDisposed)
            return; // the cancellation is noted
        if (isFinal && request.Options.Gather is null)
        {
            EndAnswered(request);
            return;
        }

        if (isFinal)
        {
            request.Pending?.Remove(responder);
        }
        else
        {
            request.IsExtended = true;
            (request.Pending ??= []).Add(responder);
        }

        Resume(request);
    }

    /// <summary>Goes on waiting, after an answer that was not the last.</summary>
    private void Resume(IsoTpRequest request)
    {
        if (!request.IsSent)
            return; // the time begins when it is
        if (request.Options.Gather is null)
        {
            if (request.Answering == 0)
                Wait(request, request.IsExtended ? request.Options.P2Star : request.Options.P2);
        }
        else if (request.IsWindowOver)
        {
            if (request.Answering == 0 && request.Pending is not { Count: > 0 })
                End(request, null);
            else
                AwaitRest(request);
        }
    }

    /// <summary>Waits, the window being over, for those who have not said their last word; one in the middle of it has its own time-outs.</summary>
    private void AwaitRest(IsoTpRequest request)
    {
        if (request.Pending is { Count: > 0 })
            Wait(request, request.Options.P2Star);
    }

    private void EndAnswered(IsoTpRequest request)
    {
        _request = null;
        request.End(null);
        if (Address.IsFunctional)
            Hold(request);
        RequestNext();
    }

    private void End(IsoTpRequest request, Exception? error)
    {
        _request = null;
        request.End(error);
        RequestNext();
    }

    private void OnFailed(int responder, Exception error)
    {
        var isReplaced = error is IsoTpException { Result: IsoTpResult.N_UNEXP_PDU };
        var request = AnsweredBy(responder);
        _errors.OnNext(error);
        if (isReplaced)
            return; // another message has begun in its place, and will be told of
        if (request is null || request != _request)
            StopHolding();
        else if (request.Options.Gather is null)
            End(request, error);
        else
            Resume(request);
    }

    /// <summary>Holds the next request back until the answer of one that is over has come, or no longer counts on coming.</summary>
    private void Hold(IsoTpRequest request)
    {
        var window = request.Options.LateWindow ?? request.Options.P2;
        if (window == TimeSpan.Zero || window == Timeout.InfiniteTimeSpan)
            return;
        _unanswered = request;
        if (request.Answering == 0)
            StartTimer(request, window, SignalKind.HoldOver);
    }

    private void OnLate(IsoTpMessage message)
    {
        if (_unanswered is not { } request)
            return;
        bool isFinal;
        try
        {
            if (request.Options.IsResponse is { } isResponse && !isResponse(request.Payload, message.Data))
            {
                ResumeHolding(request);
                return;
            }

            isFinal = request.Options.IsFinal?.Invoke(message.Data) ?? true;
        }
        catch (Exception e)
        {
            Unhandled.Throw(e);
            isFinal = true;
        }

        if (!isFinal)
            StartTimer(request, request.Options.P2Star, SignalKind.HoldOver);
        else if (Address.IsFunctional)
            ResumeHolding(request); // others may follow
        else
            StopHolding();
    }

    /// <summary>Sees to it that holding back ends, after a message that had stopped its time and was not the one.</summary>
    private void ResumeHolding(IsoTpRequest request)
    {
        if (request.Timer is null)
            StartTimer(request, request.Options.LateWindow ?? request.Options.P2, SignalKind.HoldOver);
    }

    private void StopHolding()
    {
        _unanswered?.StopTimer();
        _unanswered = null;
        RequestNext();
    }

    private void Wait(IsoTpRequest request, TimeSpan time)
    {
        if (time != Timeout.InfiniteTimeSpan)
            StartTimer(request, time, SignalKind.RequestTime);
        else
            request.StopTimer();
    }

    private void StartTimer(IsoTpRequest request, TimeSpan time, SignalKind signal)
    {
        request.StopTimer();
        var over = new Signal(signal, request, Number: request.TimerNumber);
        request.Timer = _scheduler.Schedule((Session: this, Signal: over), time, static (_, call) =>
        {
            call.Session.Act(call.Signal);
            return Disposable.Empty;
        });
    }

    private static string Shown(byte[] payload) => payload.Length <= MaxBytesShown
        ? Convert.ToHexString(payload)
        : $"{Convert.ToHexString(payload.AsSpan(0, MaxBytesShown))}... ({payload.Length} bytes)";
}
