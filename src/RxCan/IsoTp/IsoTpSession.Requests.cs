using System.Globalization;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>The requests: one at a time, from its turn to its last response, each with only its own responses.</summary>
internal sealed partial class IsoTpSession
{
    private const int MaxBytesShown = 16;

    private readonly Queue<IsoTpRequest> _requests = new(); // some of them have been disposed
    private readonly IsoTpRequest?[] _answered; // by responder: the request that was open when the message under way began
    private readonly bool[] _isReceiving;
    private TimeSpan _receiveUntil; // by when all of that is over
    private IsoTpRequest? _request;
    private IsoTpRequest? _unanswered; // it is over, but its response may still come

    private void OnRequest(IsoTpRequest request)
    {
        _requests.Enqueue(request);
        if (IsDisposed)
            _mailbox.Note(new(NoticeKind.Ended));
        else
            RequestNext();
    }

    /// <summary>Begins the next request, unless one is open or the response to the last one may still come.</summary>
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
        _timer.Set(null);
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
            Wait(request.Options.Gather ?? (request.IsExtended ? request.Options.P2Star : request.Options.P2));
    }

    private void OnTime()
    {
        if (_request is not { } request)
        {
            StopHolding();
            return;
        }

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

    private void OnStarted(int responder, int length)
    {
        _isReceiving[responder] = true;
        var each = Options.NBs.TotalSeconds + Options.NCr.TotalSeconds +
            ((Options.WaitFrames + 1.0) * (Options.NBr.TotalSeconds + (2 * Options.NAr.TotalSeconds)));
        if (Until(length, each) is var due && due > _receiveUntil)
            _receiveGuard.Set(_receiveUntil = due);
        var request = _request is { IsAnswerable: true } ? _request : null;
        if (request is not null && _answered[responder] != request)
            request.Answering++;
        _answered[responder] = request;
        if (request?.Options.Gather is null)
            _timer.Set(null); // the response began in time, or belongs to a request that is over
    }

    /// <summary>The request that a complete message answers: the one that was open when the message began.</summary>
    private IsoTpRequest? AnsweredBy(int responder)
    {
        var request = _isReceiving[responder] ? _answered[responder] : _request is { IsAnswerable: true } ? _request : null;
        if (_isReceiving[responder] && request is not null)
            request.Answering--;
        _isReceiving[responder] = false;
        _answered[responder] = null;
        if (!_isReceiving.Contains(true))
        {
            _receiveUntil = default;
            _receiveGuard.Set(null);
        }

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

        if (isFinal && request.Options.Gather is null)
        {
            _request = null; // so that an observer that disposes now, having enough, does not hold back the next request
            request.OnNext(message);
            End(request, null);
            return;
        }

        request.OnNext(message);
        if (request.IsDisposed)
            return; // the cancellation is in the mailbox
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

    /// <summary>Keeps waiting after a response that was not the last.</summary>
    private void Resume(IsoTpRequest request)
    {
        if (!request.IsSent)
            return; // the time-out begins once it is sent
        if (request.Options.Gather is null)
        {
            if (request.Answering == 0)
                Wait(request.IsExtended ? request.Options.P2Star : request.Options.P2);
        }
        else if (request.IsWindowOver)
        {
            if (request.Answering == 0 && request.Pending is not { Count: > 0 })
                End(request, null);
            else
                AwaitRest(request);
        }
    }

    /// <summary>After the window, waits for responders without a final response; a response being received has its own time-outs.</summary>
    private void AwaitRest(IsoTpRequest request)
    {
        if (request.Pending is { Count: > 0 })
            Wait(request.Options.P2Star);
    }

    private void End(IsoTpRequest request, Exception? error)
    {
        _request = null;
        _timer.Set(null);
        request.End(error);
        if (error is null && Address.IsFunctional && request.Options.Gather is null)
            Hold(request); // others may answer
        RequestNext();
    }

    private void OnFailed(int responder, Exception error)
    {
        var isReplaced = error is IsoTpException { Result: IsoTpResult.N_UNEXP_PDU };
        var request = AnsweredBy(responder);
        _errors.OnNext(error);
        if (isReplaced)
            return; // another message has begun in its place, and will be reported
        if (request is null || request != _request)
            StopHolding();
        else if (request.Options.Gather is null)
            End(request, error);
        else
            Resume(request);
    }

    private void Hold(IsoTpRequest request) => Hold(request, request.Options.LateWindow ?? request.Options.P2);

    /// <summary>Holds the next request back until the response to one that is over has come, or is no longer expected.</summary>
    private void Hold(IsoTpRequest request, TimeSpan window)
    {
        _unanswered = window > TimeSpan.Zero && window < DueTime.Never ? request : null;
        if (_unanswered is not null && request.Answering == 0)
            Wait(window);
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

        if (isFinal && !Address.IsFunctional)
        {
            StopHolding();
        }
        else if (isFinal)
        {
            ResumeHolding(request); // other responses may follow
        }
        else
        {
            Hold(request, request.Options.P2Star);
            RequestNext();
        }
    }

    /// <summary>Restarts the time that ends the holding, after a message that had stopped it turned out not to be the response.</summary>
    private void ResumeHolding(IsoTpRequest request)
    {
        if (!_timer.IsSet)
            Hold(request);
    }

    private void StopHolding()
    {
        if (_unanswered is null)
            return;
        _unanswered = null;
        _timer.Set(null);
        RequestNext();
    }

    private void Wait(TimeSpan time) => _timer.Set(DueTime.After(_timer.Now, time));

    private static string Shown(ReadOnlyMemory<byte> payload) => payload.Length <= MaxBytesShown
        ? Convert.ToHexString(payload.Span)
        : $"{Convert.ToHexString(payload.Span[..MaxBytesShown])}... ({payload.Length} bytes)";
}
