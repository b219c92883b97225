using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan.IsoTp;

/// <summary>
/// The queue of a session's messages and requests, over an engine. Whatever happens, whether a user, the engine or the clock says it, is noted
/// and then acted on, one thing at a time and in order, by whichever thread finds nobody doing so: no lock is held while observers are called.
/// </summary>
internal sealed partial class IsoTpSession : IIsoTpSession, IIsoTpSink
{
    private readonly ICanBus _bus;
    private readonly IScheduler _scheduler;
    private readonly Lock _gate = new();
    private readonly Queue<Signal> _signals = new();
    private readonly ObserverList<byte[]> _payloads;
    private readonly ObserverList<IsoTpMessage> _messages;
    private readonly ObserverList<IsoTpProgress> _progress;
    private readonly ObserverList<Exception> _errors;
    private readonly Queue<IsoTpTransfer> _transfers = new();
    private IIsoTpEngine? _engine;
    private IsoTpTransfer? _transfer;
    private bool _acting;
    private volatile bool _disposed;

    public IsoTpSession(ICanBus bus, IsoTpAddress address, IsoTpOptions options)
    {
        _bus = bus;
        Address = address;
        Options = options;
        _scheduler = options.Scheduler ?? bus.Scheduler;
        _payloads = new(Wanted);
        _messages = new(Wanted);
        _progress = new(Wanted);
        _errors = new(Wanted);
        _answered = new IsoTpRequest[address.Responders.Count];
        _isReceiving = new bool[address.Responders.Count];
        _acting = true; // nothing is acted on before this is set up
        Connect();
        _acting = false;
        Flush();
    }

    private enum SignalKind
    {
        Wanted,
        Transfer,
        CancelTransfer,
        Request,
        CancelRequest,
        RequestTime,
        HoldOver,
        Sending,
        Sent,
        Started,
        Received,
        Failed,
        Progressed,
        Ended,
        Disposed,
    }

    public IsoTpAddress Address { get; }

    public IsoTpOptions Options { get; }

    public EngineKind Engine { get; private set; }

    public IObservable<IsoTpMessage> Messages => _messages;

    public IObservable<IsoTpProgress> Progress => _progress;

    public IObservable<Exception> Errors => _errors;

    bool IIsoTpSink.WantsProgress => _progress.HasObservers;

    public IDisposable Subscribe(IObserver<byte[]> observer) => _payloads.Subscribe(observer);

    public void Send(ReadOnlySpan<byte> payload)
    {
        Check(payload);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var transfer = new IsoTpTransfer(payload, completion: null);
        Act(new(SignalKind.Transfer, transfer));
    }

    public Task SendAsync(ReadOnlySpan<byte> payload, CancellationToken cancellationToken = default)
    {
        Check(payload);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        var transfer = new IsoTpTransfer(payload, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Act(new(SignalKind.Transfer, transfer));
        if (cancellationToken.CanBeCanceled && !transfer.Completion!.Task.IsCompleted)
        {
            var registration = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var (session, cancelled) = ((IsoTpSession, IsoTpTransfer))state!;
                    session.Act(new(SignalKind.CancelTransfer, cancelled, Token: token));
                },
                (this, transfer));
            transfer.Completion.Task.ContinueWith(
                static (_, state) => ((CancellationTokenRegistration)state!).Unregister(),
                registration,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return transfer.Completion!.Task;
    }

    public IObservable<byte[]> Request(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null) =>
        RequestMessages(payload, options).Select(static message => message.Data);

    public IObservable<IsoTpMessage> RequestMessages(ReadOnlySpan<byte> payload, IsoTpRequestOptions? options = null)
    {
        Check(payload);
        var bytes = payload.ToArray();
        options ??= Options.Requests;
        return Observable.Create<IsoTpMessage>(observer =>
        {
            var request = new IsoTpRequest(this, bytes, options, observer);
            Act(new(SignalKind.Request, request));
            return request;
        });
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        Act(new(SignalKind.Disposed));
    }

    void IIsoTpSink.Sending() => Note(new(SignalKind.Sending));

    void IIsoTpSink.Sent(Exception? error) => Note(new(SignalKind.Sent, error));

    void IIsoTpSink.Started(int responder) => Note(new(SignalKind.Started, Number: responder));

    void IIsoTpSink.Received(int responder, byte[] payload, DateTimeOffset timestamp) =>
        Note(new(SignalKind.Received, new IsoTpMessage(Address.Responders[responder], payload, timestamp), Number: responder));

    void IIsoTpSink.Failed(int responder, Exception error) => Note(new(SignalKind.Failed, error, Number: responder));

    void IIsoTpSink.Progressed(IsoTpProgress progress) => Note(new(SignalKind.Progressed, Progress: progress));

    void IIsoTpSink.Ended(Exception? error) => Note(new(SignalKind.Ended, error));

    public void Flush()
    {
        lock (_gate)
        {
            if (_acting || _signals.Count == 0)
                return;
            _acting = true;
        }

        while (true)
        {
            Signal signal;
            lock (_gate)
            {
                if (!_signals.TryDequeue(out signal))
                {
                    _acting = false;
                    return;
                }
            }

            try
            {
                On(signal);
            }
            catch (Exception e)
            {
                Unhandled.Throw(e); // a scheduler's fault; the session goes on
            }
        }
    }

    /// <summary>Takes a request out of the queue, or stops sending it or waiting for its responses.</summary>
    internal void Cancel(IsoTpRequest request) => Act(new(SignalKind.CancelRequest, request));

    private void Wanted() => Act(new(SignalKind.Wanted));

    private void Note(in Signal signal)
    {
        lock (_gate)
            _signals.Enqueue(signal);
    }

    private void Act(in Signal signal)
    {
        Note(signal);
        Flush();
    }

    private void Check(ReadOnlySpan<byte> payload)
    {
        if (Options.ListenOnly)
            throw new InvalidOperationException($"{Address}: the session only listens (IsoTpOptions.ListenOnly).");
        if (payload.IsEmpty)
            throw new ArgumentException("An ISO-TP message has at least one byte.", nameof(payload));
        if (payload.Length > Options.MaxLength)
            throw new ArgumentException($"{payload.Length} bytes are more than IsoTpOptions.MaxLength, {Options.MaxLength}.", nameof(payload));
        var most = IsoTpFormat.MaxInSingle(Options.TxDataLength, Address.TxExtension is null ? 0 : 1);
        if (Address.IsFunctional && payload.Length > most)
        {
            throw new ArgumentException(
                $"A message to a functional address has to fit a single frame, {most} bytes, not {payload.Length}.", nameof(payload));
        }
    }

    private void Connect()
    {
        var engine = OpenEngine();
        _engine = engine;
        Engine = engine is PortableIsoTpEngine ? EngineKind.Portable : EngineKind.Kernel;
        engine.Start(this);
    }

    private IIsoTpEngine OpenEngine()
    {
        if (Options.Engine != EngineKind.Portable)
        {
            string? reason = null;
            if (_bus is IIsoTpEngineProvider provider && provider.TryOpenIsoTp(Address, Options, out var own, out reason))
                return own;
            if (Options.Engine == EngineKind.Kernel)
            {
                throw new CanNotSupportedException(
                    _bus.Name, $"{_bus.Name}: {reason ?? "this bus has no ISO-TP engine of the kernel's"}. Use EngineKind.Portable, or Auto.");
            }
        }

        return new PortableIsoTpEngine(_bus, Address, Options, _scheduler);
    }

    private void On(in Signal signal)
    {
        switch (signal.Kind)
        {
            case SignalKind.Wanted:
                EnsureConnected();
                break;
            case SignalKind.Transfer:
                OnTransfer((IsoTpTransfer)signal.Item!);
                break;
            case SignalKind.CancelTransfer:
                OnCancelTransfer((IsoTpTransfer)signal.Item!, signal.Token);
                break;
            case SignalKind.Request:
                OnRequest((IsoTpRequest)signal.Item!);
                break;
            case SignalKind.CancelRequest:
                OnCancelRequest((IsoTpRequest)signal.Item!);
                break;
            case SignalKind.RequestTime:
                OnRequestTime((IsoTpRequest)signal.Item!, signal.Number);
                break;
            case SignalKind.HoldOver:
                if (_unanswered == signal.Item && _unanswered!.TimerNumber == signal.Number)
                    StopHolding();
                break;
            case SignalKind.Sending:
                if (_transfer?.Request is { } sending)
                    sending.IsAnswerable = true;
                break;
            case SignalKind.Sent:
                OnSent((Exception?)signal.Item);
                break;
            case SignalKind.Started:
                OnStarted(signal.Number);
                break;
            case SignalKind.Received:
                OnReceived(signal.Number, (IsoTpMessage)signal.Item!);
                break;
            case SignalKind.Failed:
                OnFailed(signal.Number, (Exception)signal.Item!);
                break;
            case SignalKind.Progressed:
                _progress.OnNext(signal.Progress);
                break;
            case SignalKind.Ended:
                OnEnded((Exception?)signal.Item);
                break;
            case SignalKind.Disposed:
                OnEnded(null);
                break;
        }
    }

    /// <summary>Connects again if the bus's stream has failed; whoever is waiting is told if that fails too.</summary>
    private void EnsureConnected()
    {
        if (_engine is not null || _disposed)
            return;
        try
        {
            Connect();
        }
        catch (CanBusException e)
        {
            OnEnded(e);
        }
    }

    private void OnTransfer(IsoTpTransfer transfer)
    {
        if (_disposed)
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
        if (_transfer is { } next)
            _engine?.Send(next.Payload);
    }

    private void OnCancelTransfer(IsoTpTransfer transfer, CancellationToken token)
    {
        if (!Stop(transfer))
            return;
        transfer.Completion!.TrySetCanceled(token);
        SendNext();
    }

    /// <summary>Takes a message out of the queue, or stops it under way; false if it is out in full, or soon will be.</summary>
    private bool Stop(IsoTpTransfer transfer)
    {
        if (transfer != _transfer)
            return transfer.IsCancelled = true;
        if (_engine?.Abort() is not true)
            return false;
        _transfer = null;
        return true;
    }

    private void OnSent(Exception? error)
    {
        if (_transfer is not { } sent)
            return;
        _transfer = null;
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

    /// <summary>The engine is gone, with the bus or the session: everybody is told.</summary>
    private void OnEnded(Exception? error)
    {
        var engine = _engine;
        _engine = null;
        if (error is null)
            _disposed = true;
        engine?.Dispose();
        var failure = error ?? Disposed();
        Array.Clear(_answered);
        Array.Clear(_isReceiving);
        _unanswered?.StopTimer();
        _unanswered = null;
        var (transfer, request) = (_transfer, _request);
        (_transfer, _request) = (null, null);
        var transfers = _transfers.ToArray();
        _transfers.Clear();
        var requests = _requests.ToArray();
        _requests.Clear();

        Fail(transfer);
        foreach (var waiting in transfers)
            Fail(waiting);
        request?.End(failure);
        foreach (var waiting in requests)
            waiting.End(failure);
        _payloads.End(error);
        _messages.End(error);
        _progress.End(error);
        _errors.End(error);

        void Fail(IsoTpTransfer? failed)
        {
            if (failed is null || failed.IsCancelled)
                return;
            failed.Completion?.TrySetException(failure);
            if (failed is { Completion: null, Request: null } && error is not null)
                _errors.OnNext(failure);
        }
    }

    private ObjectDisposedException Disposed() => new(nameof(IIsoTpSession), $"{Address}: the session, or its bus, is disposed.");

    private readonly record struct Signal(
        SignalKind Kind, object? Item = null, int Number = 0, IsoTpProgress Progress = default, CancellationToken Token = default);
}
