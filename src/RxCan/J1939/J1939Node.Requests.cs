using System.Globalization;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan.J1939;

/// <content>Requests, and answers to other nodes' requests.</content>
internal sealed partial class J1939Node
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMilliseconds(1250);

    private readonly List<J1939Request> _requests = [];
    private readonly List<(J1939Pgn Pgn, Func<J1939Message, J1939Answer> Answer, J1939Service<J1939Message> Service)> _answers = [];

    public IObservable<J1939Message> Request(
        J1939Pgn pgn, byte destination = J1939Address.Global, TimeSpan? timeout = null, IScheduler? scheduler = null)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(destination, J1939Address.Null);
        var time = timeout ?? DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(timeout));
        scheduler.Checked();
        return Observable.Create<J1939Message>(observer =>
        {
            var request = new J1939Request(this, pgn, destination, time, scheduler ?? _scheduler, observer);
            if (IsDisposed)
                request.End(Disposed());
            else
                _mailbox.Do(() => OnRequest(request));
            return request;
        }).From(Bus);
    }

    public IObservable<J1939Message> AnswerRequest(J1939Pgn pgn, Func<J1939Message, J1939Answer> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Observable.Create<J1939Message>(observer =>
        {
            var service = new J1939Service<J1939Message>(s => _mailbox.Do(() => Remove(s)), observer);
            _mailbox.Do(() =>
            {
                if (IsDisposed)
                {
                    _mailbox.Note(() => service.End(null));
                    return;
                }

                if (service.IsDisposed)
                    return;
                _answers.Add((pgn, answer, service));
                Refresh();
            });
            return service;
        }).From(Bus);

        void Remove(J1939Service<J1939Message> service)
        {
            if (_answers.RemoveAll(a => a.Service == service) > 0)
                Refresh();
        }
    }

    /// <summary>Cancels a request.</summary>
    internal void Cancel(J1939Request request) => _mailbox.Do(() => Forget(request));

    private void OnRequest(J1939Request request)
    {
        if (request.IsDisposed)
            return;
        var data = new byte[3];
        request.Pgn.Write(data);
        _requests.Add(request);
        Refresh();
        OnSend(new(J1939Pgn.Request, data, request.Destination, 6) { Request = request });
    }

    private void OnRequestSent(J1939Request request, Exception? error)
    {
        if (!_requests.Contains(request))
            return;
        if (error is not null)
            End(request, error);
        else
            request.Wait(request.Timeout);
    }

    internal void OnTime(J1939Request request) => _mailbox.Tell(() => OnRequestTime(request));

    private void OnRequestTime(J1939Request request)
    {
        if (!_requests.Contains(request) || !request.IsTimeOver())
            return;
        if (!request.IsLate && request.Answering.Count > 0)
        {
            request.IsLate = true;
            request.Wait(request.Longest); // responses that have begun have their own time-outs, unless the engine fails
            return;
        }

        End(request, request.IsToAll ? null : new TimeoutException(string.Create(
            CultureInfo.InvariantCulture,
            $"{_address:X2}->{request.Destination:X2}: no response to the request for {request.Pgn} within {request.Timeout.TotalMilliseconds} ms.")));
    }

    private void OnStarted(J1939Pgn pgn, byte source, int length)
    {
        foreach (var request in _requests)
        {
            if (request.Pgn != pgn || !(request.IsToAll || request.Destination == source))
                continue;
            request.Answering.Add(source);
            request.Longest = TransportFormat.Packets(length) * (TransportFormat.T1 + TransportFormat.T2 + (Options.Holds * TransportFormat.Th));
            if (request.IsLate)
                request.Wait(request.Longest);
        }
    }

    private void OnResponse(J1939Request request, J1939Message message)
    {
        if (request.IsDisposed)
            return;
        if (message.Pgn == request.Pgn && (request.IsToAll || request.Destination == message.Source))
        {
            request.OnNext(message);
            request.Answering.Remove(message.Source);
            if (!request.IsToAll || (request.IsLate && request.Answering.Count == 0))
                End(request, null);
        }
        else if (message.Pgn == J1939Pgn.Acknowledgement && request.Destination == message.Source && IsOf(message, request.Pgn))
        {
            var said = (J1939Acknowledgement)message.Data.Span[0];
            End(request, said == J1939Acknowledgement.Positive ? null : new J1939RequestException(
                said, $"{message.Source:X2} answered the request for {request.Pgn} with {said} (control byte {(int)said})."));
        }
    }

    /// <summary>Whether an acknowledgement is for a parameter group and, if it names a node, for this one.</summary>
    private bool IsOf(J1939Message message, J1939Pgn pgn)
    {
        var data = message.Data.Span;
        return data.Length == 8 && J1939Pgn.Read(data[5..]) == pgn &&
            (message.Destination != J1939Address.Global || data[4] == J1939Address.Global || data[4] == _address);
    }

    private void OnResponseFailed(J1939Request request, J1939Pgn pgn, byte source, Exception error)
    {
        if (request.Pgn != pgn || !request.Answering.Remove(source))
            return;
        if (!request.IsToAll)
            End(request, error);
        else if (request.IsLate && request.Answering.Count == 0)
            End(request, null);
    }

    private void OnRequested(J1939Message message)
    {
        var isToAll = message.Destination == J1939Address.Global;
        var asked = J1939Pgn.Read(message.Data.Span);
        if (_answers.Count == 0 || (!isToAll && message.Destination != _address))
            return;
        var isAnswered = isToAll || (asked == J1939Pgn.AddressClaimed && _claim is not null);
        foreach (var (pgn, answer, service) in _answers.ToArray())
        {
            if (pgn != asked || service.IsDisposed)
                continue;
            J1939Answer said;
            try
            {
                said = answer(message);
            }
            catch (Exception e)
            {
                _answers.RemoveAll(a => a.Service == service);
                service.End(e);
                continue;
            }

            isAnswered = true;
            Answer(message, asked, said);
            service.OnNext(message);
        }

        if (!isAnswered)
            Answer(message, asked, J1939Acknowledgement.Negative);
    }

    private void Answer(J1939Message request, J1939Pgn pgn, J1939Answer answer)
    {
        var isToAll = request.Destination == J1939Address.Global;
        if (request.Source > J1939Address.Max && !isToAll)
            return;
        if (answer.Data is { } data)
        {
            OnSend(Checked(pgn, data.Span, isToAll ? J1939Address.Global : request.Source, 6, null));
        }
        else if (!isToAll)
        {
            byte[] said = [(byte)answer.Acknowledgement, 0xFF, 0xFF, 0xFF, request.Source, 0, 0, 0];
            pgn.Write(said.AsSpan(5));
            OnSend(new(J1939Pgn.Acknowledgement, said, J1939Address.Global, 6));
        }
    }

    private void End(J1939Request request, Exception? error)
    {
        request.End(error);
        Forget(request);
    }

    private void Forget(J1939Request request)
    {
        request.StopTimer();
        if (_requests.Remove(request) && Active is not null)
            Refresh();
    }

    private void EndRequests(Exception? error, Exception failure)
    {
        var requests = _requests.ToArray();
        _requests.Clear();
        foreach (var request in requests)
            request.End(failure);
        var answers = _answers.ToArray();
        _answers.Clear();
        foreach (var (_, _, service) in answers)
            service.End(error);
    }
}
