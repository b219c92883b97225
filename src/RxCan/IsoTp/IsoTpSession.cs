using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>
/// The queue of a session's messages and requests, over an engine. Users, the engine and the clock put their calls and notices into one
/// <see cref="Mailbox{T}"/>: no lock is held while observers are called, and a user's call never calls an observer.
/// </summary>
internal sealed partial class IsoTpSession : EngineOwner<IIsoTpEngine>, IIsoTpSession, IIsoTpSink, IBusStream
{
    private readonly IScheduler _scheduler;
    private readonly Mailbox<Notice> _mailbox;
    private readonly DueTimer _timer; // for the open request, or the one whose response may still come
    private readonly DueTimer _sendGuard; // for an engine that never answers
    private readonly DueTimer _receiveGuard;
    private readonly ObserverList<byte[]> _payloads;
    private readonly ObserverList<IsoTpMessage> _messages;
    private readonly ObserverList<IsoTpProgress> _progress;
    private readonly ObserverList<Exception> _errors;
    private readonly Queue<IsoTpTransfer> _transfers = new();
    private IsoTpTransfer? _transfer;

    public IsoTpSession(ICanBus bus, IsoTpAddress address, IsoTpOptions options)
        : base(bus, options.Engine, "ISO-TP")
    {
        Address = address;
        Options = options;
        _scheduler = options.Scheduler ?? bus.Scheduler;
        _mailbox = new(notice => On(notice), _scheduler);
        _timer = new(_scheduler, () => _mailbox.Tell(new(NoticeKind.Time)));
        _sendGuard = new(_scheduler, () => _mailbox.Tell(new(NoticeKind.Guard)));
        _receiveGuard = new(_scheduler, () => _mailbox.Tell(new(NoticeKind.Guard)));
        _payloads = new(Wanted);
        _messages = new(Wanted);
        _progress = new(Wanted);
        _errors = new(Wanted);
        _answered = new IsoTpRequest[address.Responders.Count];
        _isReceiving = new bool[address.Responders.Count];
        Connect();
    }

    private enum NoticeKind
    {
        Wanted,
        Transfer,
        CancelTransfer,
        Request,
        CancelRequest,
        Time,
        Guard,
        Sending,
        Sent,
        Started,
        Received,
        Failed,
        Progressed,
        Ended,
        Dispose,
    }

    public IsoTpAddress Address { get; }

    public IsoTpOptions Options { get; }

    public IObservable<IsoTpMessage> Messages => _messages.From(Bus);

    public IObservable<IsoTpProgress> Progress => _progress.From(Bus);

    public IObservable<Exception> Errors => _errors.From(Bus);

    private int MaxInSingleFrame => IsoTpFormat.MaxInSingle(Options.TxDataLength, Address.TxExtension is null ? 0 : 1);

    bool IIsoTpSink.WantsProgress => _progress.HasObservers;

    public IDisposable Subscribe(IObserver<byte[]> observer) => _payloads.Subscribe(observer);

    public void Send(ReadOnlySpan<byte> payload)
    {
        Check(payload);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _mailbox.Do(new(NoticeKind.Transfer, new IsoTpTransfer(payload, completion: null)));
    }

    public Task SendAsync(ReadOnlySpan<byte> payload, CancellationToken cancellationToken = default)
    {
        Check(payload);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        var transfer = new IsoTpTransfer(payload, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _mailbox.Do(new(NoticeKind.Transfer, transfer));
        return transfer.Completion!.CancelledBy(token => _mailbox.Do(new(NoticeKind.CancelTransfer, transfer, Token: token)), cancellationToken);
    }

    public IObservable<byte[]> Request(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null) =>
        RequestMessages(payload, options).Select(static message => message.Data).From(Bus);

    public IObservable<IsoTpMessage> RequestMessages(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null)
    {
        Check(payload);
        return RequestMessages(payload.ToArray().AsMemory(), options);
    }

    public IObservable<IsoTpMessage> RequestMessages(ReadOnlyMemory<byte> payload, IsoTpRequestOptions? options = null)
    {
        Check(payload.Span);
        options ??= Options.Requests;
        return Observable.Create<IsoTpMessage>(observer =>
        {
            var request = new IsoTpRequest(this, payload, options, observer);
            if (IsDisposed)
                request.End(Disposed());
            else
                _mailbox.Do(new(NoticeKind.Request, request));
            return request;
        }).From(Bus);
    }

    public void Dispose()
    {
        if (TryDispose())
            _mailbox.Do(new(NoticeKind.Dispose));
    }

    void IIsoTpSink.Sending() => _mailbox.Note(new(NoticeKind.Sending), isQuiet: true);

    void IIsoTpSink.Sent(Exception? error) => _mailbox.Note(new(NoticeKind.Sent, error), isQuiet: error is null);

    void IIsoTpSink.Started(int responder, int length) =>
        _mailbox.Note(new(NoticeKind.Started, Number: responder, Length: length), isQuiet: true);

    void IIsoTpSink.Received(int responder, byte[] payload, DateTimeOffset timestamp) =>
        _mailbox.Note(new(NoticeKind.Received, new IsoTpMessage(Address.Responders[responder], payload, timestamp), Number: responder));

    void IIsoTpSink.Failed(int responder, Exception error) => _mailbox.Note(new(NoticeKind.Failed, error, Number: responder));

    void IIsoTpSink.Progressed(IsoTpProgress progress) => _mailbox.Note(new(NoticeKind.Progressed, Progress: progress));

    void IIsoTpSink.Ended(Exception? error) => _mailbox.Note(new(NoticeKind.Ended, error));

    void IIsoTpSink.Flush() => _mailbox.Flush();

    /// <summary>Removes a request from the queue, or stops sending it or waiting for its responses.</summary>
    internal void Cancel(IsoTpRequest request) => _mailbox.Do(new(NoticeKind.CancelRequest, request));

    private void Wanted() => _mailbox.Do(new(NoticeKind.Wanted));

    private void Check(ReadOnlySpan<byte> payload)
    {
        if (Options.ListenOnly)
            throw new InvalidOperationException($"{Address}: the session only listens. To send, open it without IsoTpOptions.ListenOnly.");
        if (payload.IsEmpty)
            throw new ArgumentException("An ISO-TP message must have at least 1 byte.", nameof(payload));
        if (payload.Length > Options.MaxLength)
            throw new ArgumentException($"The message has {payload.Length} bytes, more than IsoTpOptions.MaxLength ({Options.MaxLength}). Send less, or raise MaxLength.", nameof(payload));
        if ((Address.IsFunctional || Address.IsRxFunctional) && payload.Length > MaxInSingleFrame)
        {
            throw new ArgumentException(
                $"A message to a functional address must fit a single frame of {MaxInSingleFrame} bytes, but this one has {payload.Length}.", nameof(payload));
        }
    }

    protected override IIsoTpEngine? OpenOwn(out string? reason)
    {
        reason = null;
        return Bus is IIsoTpEngineProvider provider && provider.TryOpenIsoTp(Address, Options, out var own, out reason) ? own : null;
    }

    protected override IIsoTpEngine OpenPortable() => new PortableIsoTpEngine(Bus, Address, Options, _scheduler);

    protected override void Start(IIsoTpEngine engine) => engine.Start(this);

    protected override void NoteEnd(Exception error) => _mailbox.Note(new(NoticeKind.Ended, error));

    private void On(in Notice notice)
    {
        switch (notice.Kind)
        {
            case NoticeKind.Wanted:
                EnsureConnected();
                break;
            case NoticeKind.Transfer:
                OnTransfer((IsoTpTransfer)notice.Item!);
                break;
            case NoticeKind.CancelTransfer:
                OnCancelTransfer((IsoTpTransfer)notice.Item!, notice.Token);
                break;
            case NoticeKind.Request:
                OnRequest((IsoTpRequest)notice.Item!);
                break;
            case NoticeKind.CancelRequest:
                OnCancelRequest((IsoTpRequest)notice.Item!);
                break;
            case NoticeKind.Time:
                if (_timer.IsElapsed())
                    OnTime();
                break;
            case NoticeKind.Guard:
                if (_sendGuard.IsElapsed() | _receiveGuard.IsElapsed())
                    Replace();
                break;
            case NoticeKind.Sending:
                if (_transfer?.Request is { } sending)
                    sending.IsAnswerable = true;
                break;
            case NoticeKind.Sent:
                OnSent((Exception?)notice.Item);
                break;
            case NoticeKind.Started:
                OnStarted(notice.Number, notice.Length);
                break;
            case NoticeKind.Received:
                OnReceived(notice.Number, (IsoTpMessage)notice.Item!);
                break;
            case NoticeKind.Failed:
                OnFailed(notice.Number, (Exception)notice.Item!);
                break;
            case NoticeKind.Progressed:
                _progress.OnNext(notice.Progress);
                break;
            case NoticeKind.Ended:
                OnEnded((Exception?)notice.Item);
                break;
            case NoticeKind.Dispose:
                Release();
                FailTransfers(Disposed());
                _mailbox.Note(new(NoticeKind.Ended));
                break;
        }
    }

    private void OnTransfer(IsoTpTransfer transfer)
    {
        if (IsDisposed)
        {
            transfer.Completion?.TrySetException(Disposed());
            return;
        }

        _transfers.Enqueue(transfer);
        SendNext();
    }

    private void SendNext()
    {
        if (_transfer is not null)
            return;
        do
        {
            if (!_transfers.TryDequeue(out _transfer))
                return;
        }
        while (_transfer.IsCancelled);
        EnsureConnected();
        Guard(_transfer);
        Active?.Send(_transfer.Payload);
    }

    /// <summary>Gives the engine as long as its message can take, and more.</summary>
    private void Guard(IsoTpTransfer transfer)
    {
        const double slowest = 2 + 0.127; // the kernel's limit for a frame, and STmin
        var (length, each) = (transfer.Payload.Length, 2 * Options.NAs.TotalSeconds); // for room, and for its end on the wire
        if (length > MaxInSingleFrame)
            each += slowest + Options.NCs.TotalSeconds + ((Options.WaitLimit + 1.0) * Options.NBs.TotalSeconds);
        _sendGuard.Set(Until(length, each));
    }

    /// <summary>When an engine counts as dead that was given some time for each frame of a message.</summary>
    private TimeSpan Until(int length, double secondsForEach)
    {
        const int shortest = 6; // the bytes in a frame, at least
        const double patience = 10; // what an overloaded machine may take
        var seconds = patience + ((1 + (length / shortest)) * secondsForEach);
        return DueTime.After(_timer.Now, seconds < DueTime.Never.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : DueTime.Never);
    }

    /// <summary>The engine does not answer: another one replaces it, and what it was doing fails.</summary>
    private void Replace()
    {
        base.Release();
        if (_transfer is not null)
            OnSent(IsoTpFailure.Of(IsoTpResult.N_TIMEOUT_A, Address, Options));
        for (var responder = 0; responder < _isReceiving.Length; responder++)
        {
            if (_isReceiving[responder])
                OnFailed(responder, IsoTpFailure.Of(IsoTpResult.N_TIMEOUT_CR, Address.Responders[responder], Options));
        }

        EnsureConnected();
    }

    private void OnCancelTransfer(IsoTpTransfer transfer, CancellationToken token)
    {
        if (!Stop(transfer))
            return;
        transfer.Completion!.TrySetCanceled(token);
        SendNext();
    }

    /// <summary>Removes a message from the queue, or stops sending it; false if all of it has been sent, or soon will be.</summary>
    private bool Stop(IsoTpTransfer transfer)
    {
        if (transfer != _transfer)
            return transfer.IsCancelled = true;
        if (Active?.Abort() is not true)
        {
            _sendGuard.Set(Until(0, 2 * Options.NAs.TotalSeconds));
            return false;
        }

        _sendGuard.Set(null);
        _transfer = null;
        return true;
    }

    private void OnSent(Exception? error)
    {
        if (_transfer is not { } sent)
            return;
        _transfer = null;
        _sendGuard.Set(null);
        sent.Release();
        if (error is null)
            sent.Completion?.TrySetResult();
        else
            sent.Completion?.TrySetException(error);
        if (sent.Request is not { } request)
        {
            if (error is not null && sent.Completion is null)
                _errors.OnNext(error);
        }
        else if (request == _request)
        {
            if (error is not null)
                End(request, error);
            else
                OnRequestSent(request);
        }

        SendNext();
    }

    /// <summary>The engine has ended, with the bus or the session: ends everything that waits for it.</summary>
    private void OnEnded(Exception? error)
    {
        Ended(error);
        var failure = error ?? Disposed();
        Array.Clear(_answered);
        Array.Clear(_isReceiving);
        _unanswered = null;
        var request = _request;
        _request = null;
        var requests = _requests.ToArray();
        _requests.Clear();

        for (var unreported = FailTransfers(failure); unreported > 0 && error is not null; unreported--)
            _errors.OnNext(failure);
        request?.End(failure);
        foreach (var waiting in requests)
            waiting.End(failure);
        _payloads.End(error);
        _messages.End(error);
        _progress.End(error);
        _errors.End(error);
    }

    protected override void Release()
    {
        base.Release();
        _timer.Stop();
        _sendGuard.Stop();
        _receiveGuard.Stop();
    }

    /// <summary>Fails the messages to be sent; returns how many have no one waiting for them.</summary>
    private int FailTransfers(Exception failure)
    {
        var unreported = 0;
        for (; _transfer is not null || _transfers.TryDequeue(out _transfer); _transfer = null)
        {
            if (_transfer is { IsCancelled: false, Completion: null, Request: null })
                unreported++;
            _transfer.Completion?.TrySetException(failure);
        }

        return unreported;
    }

    private ObjectDisposedException Disposed() => new(nameof(IIsoTpSession), $"{Address}: the session or its bus is disposed. Open a new one.");

    private readonly record struct Notice(
        NoticeKind Kind, object? Item = null, int Number = 0, int Length = 0, IsoTpProgress Progress = default, CancellationToken Token = default);
}
