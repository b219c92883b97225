using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>
/// A node over an engine. Users, the engine and the clock put their calls and notices into one <see cref="Mailbox{T}"/>: no lock is held while
/// observers are called, and a user's call never calls an observer.
/// </summary>
internal sealed partial class J1939Node : EngineOwner<IJ1939Engine>, IJ1939Node, IJ1939Sink, IBusStream
{
    /// <summary>How long an engine may do nothing for the oldest of its messages to a destination, neither send nor end it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly IScheduler _scheduler;
    private readonly Mailbox<Action> _mailbox;
    private readonly DueTimer _claimTimer;
    private readonly MessageStream _messages;
    private readonly ObserverList<Exception> _errors;
    private readonly List<J1939Transfer> _transfers = [];
    private readonly DueTimer _silenceTimer;
    private readonly byte _fixedAddress;
    private J1939Filter.Term[] _filter = [];
    private volatile byte _address;

    public J1939Node(ICanBus bus, byte address, J1939Name? name, J1939Options options)
        : base(bus, options.Engine, "J1939")
    {
        _address = _fixedAddress = address;
        Name = name;
        Options = options;
        _scheduler = options.Scheduler ?? bus.Scheduler;
        _mailbox = new(static action => action(), _scheduler);
        _claimTimer = new(_scheduler, () => _mailbox.Tell(OnClaimTime));
        _silenceTimer = new(_scheduler, () => _mailbox.Tell(OnSilence));
        _messages = new(() => _mailbox.Do(Refresh));
        _errors = new(() => _mailbox.Do(EnsureConnected));
        Connect();
    }

    public J1939Options Options { get; }

    public byte Address => _address;

    public J1939Name? Name { get; }

    public IObservable<Exception> Errors => _errors.From(Bus);

    public IObservable<J1939Message> Where(J1939Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return _messages.Where(filter).From(Bus);
    }

    public IDisposable Subscribe(IObserver<J1939Message> observer) => _messages.Where(J1939Filter.All).Subscribe(observer);

    public void Send(J1939Pgn pgn, ReadOnlySpan<byte> data, byte destination = J1939Address.Global, int priority = 6)
    {
        var transfer = Checked(pgn, data, destination, priority, null);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _mailbox.Do(() => OnSend(transfer));
    }

    public Task SendAsync(
        J1939Pgn pgn,
        ReadOnlySpan<byte> data,
        byte destination = J1939Address.Global,
        int priority = 6,
        CancellationToken cancellationToken = default)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var transfer = Checked(pgn, data, destination, priority, completion);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        _mailbox.Do(() => OnSend(transfer));
        return completion.CancelledBy(
            token =>
            {
                transfer.IsCancelled = true; // has an effect only while it is in a queue
                completion.TrySetCanceled(token);
            },
            cancellationToken);
    }

    public void Dispose()
    {
        if (!TryDispose())
            return;
        _mailbox.Do(() =>
        {
            var claim = _claim;
            ReleaseAddress();
            Release();
            foreach (var transfer in _transfers)
                transfer.Completion?.TrySetException(Disposed());
            _mailbox.Note(() =>
            {
                claim?.Service.End(null);
                OnEnded(null);
            });
        });
    }

    void IJ1939Sink.Received(J1939Message message) => _mailbox.Note(() => OnReceived(message));

    void IJ1939Sink.Started(J1939Pgn pgn, byte source, int length) => _mailbox.Note(() => OnStarted(pgn, source, length), isQuiet: true);

    void IJ1939Sink.Failed(J1939Pgn pgn, byte source, Exception error) => _mailbox.Note(() => OnFailed(pgn, source, error));

    void IJ1939Sink.Sent(J1939Transfer transfer, Exception? error) => _mailbox.Note(() => OnSent(transfer, error), isQuiet: error is null);

    void IJ1939Sink.Ended(Exception? error) => _mailbox.Note(() => OnEnded(error));

    void IJ1939Sink.Flush() => _mailbox.Flush();

    private static J1939Transfer Checked(J1939Pgn pgn, ReadOnlySpan<byte> data, byte destination, int priority, TaskCompletionSource? completion)
    {
        if (pgn.IsTransport)
            throw new ArgumentException($"{pgn} belongs to the transport protocols. Send the message under its own PGN: they are used if it needs many frames.", nameof(pgn));
        ArgumentOutOfRangeException.ThrowIfEqual(destination, J1939Address.Null);
        ArgumentOutOfRangeException.ThrowIfNegative(priority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(priority, 7);
        var max = destination == J1939Address.Global ? TransportFormat.MaxBytes : TransportFormat.MaxExtendedBytes;
        return data.Length <= max
            ? new(pgn, data.ToArray(), destination, priority, completion)
            : throw new ArgumentException($"A message to {(destination == J1939Address.Global ? "all" : "one node")} has at most {max} bytes, not {data.Length}.", nameof(data));
    }

    protected override IJ1939Engine? OpenOwn(out string? reason)
    {
        reason = null;
        return Bus is IJ1939EngineProvider provider && provider.TryOpenJ1939(Name, Options, out var own, out reason) ? own : null;
    }

    protected override IJ1939Engine OpenPortable() => new PortableJ1939Engine(Bus, Options, _scheduler);

    protected override void Start(IJ1939Engine engine)
    {
        engine.SetAddress(_claim?.State.Address ?? _address);
        _filter = Wanted();
        engine.SetFilter(_filter);
        engine.Start(this);
    }

    protected override void NoteEnd(Exception error) => _mailbox.Note(() => OnEnded(error));

    /// <summary>Tells the engine which messages to receive, if that has changed.</summary>
    private void Refresh()
    {
        EnsureConnected();
        var wanted = Wanted();
        if (Active is null || wanted.AsSpan().SequenceEqual(_filter))
            return;
        _filter = wanted;
        Active.SetFilter(wanted);
    }

    private J1939Filter.Term[] Wanted()
    {
        IEnumerable<J1939Filter.Term> wanted = [.. _messages.Wanted, .. _requests.SelectMany(r => r.Wanted)];
        if (_answers.Count > 0 || _claim is not null)
            wanted = wanted.Append(new(Pgn: J1939Pgn.Request));
        if (_claim is not null)
            wanted = wanted.Append(new(Pgn: J1939Pgn.CommandedAddress));
        if (Name is not null)
            wanted = wanted.Append(new(Pgn: J1939Pgn.AddressClaimed));
        J1939Filter.Term[] distinct = [.. wanted.Distinct()];
        return distinct.Contains(default) ? [default] : distinct;
    }

    private void OnSend(J1939Transfer transfer)
    {
        Track(transfer);
        EnsureConnected();
        if (IsDisposed)
            _mailbox.Note(() => OnSent(transfer, Disposed()));
        else if (_address > J1939Address.Max && !transfer.IsClaim && transfer.Request?.Pgn != J1939Pgn.AddressClaimed)
            _mailbox.Note(() => OnSent(transfer, J1939Failure.NoAddress(transfer.Pgn, Name)));
        else
            Active?.Send(transfer); // without an engine, the notice of the end is in the mailbox and fails it
    }

    private void Track(J1939Transfer transfer)
    {
        _transfers.Add(transfer);
        if (!_silenceTimer.IsSet)
            _silenceTimer.Set(_silenceTimer.Now + Silence);
    }

    private void OnSent(J1939Transfer transfer, Exception? error)
    {
        if (!_transfers.Remove(transfer))
            return;
        if (_transfers.Count == 0)
            _silenceTimer.Set(null);
        End(transfer, error);
    }

    /// <summary>Ends messages that the engine says nothing about: whoever waits for them must not wait forever, whatever an engine does.</summary>
    private void OnSilence()
    {
        if (!_silenceTimer.IsElapsed())
            return;
        foreach (var oldest in _transfers.DistinctBy(t => t.IsSingle ? -1 : t.Destination).ToArray())
        {
            if (!oldest.IsAlive)
            {
                OnSent(oldest, J1939Failure.Silent(oldest));
                Active?.Forget(oldest);
            }

            oldest.IsAlive = false;
        }

        if (_transfers.Count > 0)
            _silenceTimer.Set(_silenceTimer.Now + Silence);
    }

    private void End(J1939Transfer transfer, Exception? error)
    {
        if (error is null)
            transfer.Completion?.TrySetResult();
        else
            transfer.Completion?.TrySetException(error);
        if (transfer.Request is { } request)
            OnRequestSent(request, error);
        else if (transfer.IsClaim)
            OnClaimSent(error);
        else if (error is not null && transfer.Completion is null && !IsDisposed)
            _errors.OnNext(error);
    }

    private void OnReceived(J1939Message message)
    {
        if (IsDisposed)
            return;
        if (Name is not null)
            OnManagement(message);
        if (message.Pgn == J1939Pgn.Request && message.Data.Length >= 3)
            OnRequested(message);
        foreach (var request in _requests.ToArray())
            OnResponse(request, message);
        _messages.OnNext(message);
    }

    private void OnFailed(J1939Pgn pgn, byte source, Exception error)
    {
        foreach (var request in _requests.ToArray())
            OnResponseFailed(request, pgn, source, error);
        _errors.OnNext(error);
    }

    /// <summary>The engine has ended, with the bus or the node: ends everything that waits for it.</summary>
    private void OnEnded(Exception? error)
    {
        Ended(error);
        var failure = error ?? Disposed();
        var transfers = _transfers.ToArray();
        _transfers.Clear();
        _silenceTimer.Stop();
        foreach (var transfer in transfers)
        {
            if (!transfer.IsClaim)
                End(transfer, failure);
        }

        EndRequests(error, failure);
        EndClaim(error);
        _messages.End(error);
        _errors.End(error);
    }

    private ObjectDisposedException Disposed() => new(nameof(IJ1939Node), "The J1939 node or its bus is disposed. Open a new one.");
}
