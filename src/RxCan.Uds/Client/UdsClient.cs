using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>The queue of requests over an ISO-TP session, and the session that is held.</summary>
internal sealed class UdsClient : IUdsClient
{
    private readonly bool _ownsIsoTp;
    private readonly IStopwatch _clock;
    private readonly Queue<UdsCall> _queue = new(); // some of them have been disposed
    private UdsCall? _current;
    private UdsSessionHold? _hold;
    private UdsSessionResponse? _timing;
    private IsoTpRequestOptions? _transport; // of the last request, for the next one
    private bool _disposed;

    public UdsClient(IIsoTpSession isoTp, UdsOptions options, IScheduler scheduler, bool ownsIsoTp)
    {
        IsoTp = isoTp;
        Options = options;
        Scheduler = scheduler;
        _ownsIsoTp = ownsIsoTp;
        _clock = scheduler.StartStopwatch();
    }

    public IIsoTpSession IsoTp { get; }

    public UdsOptions Options { get; }

    public IScheduler Scheduler { get; }

    /// <summary>Guards the queue and the states of calls and of the session held. No observer and nothing of the transport is called under it.</summary>
    public Lock Gate { get; } = new();

    public TimeSpan Now => _clock.Elapsed;

    public bool IsFunctional => IsoTp.Address.IsFunctional;

    /// <summary>When the last request was sent.</summary>
    public TimeSpan LastSent { get; private set; }

    public bool IsIdle
    {
        get
        {
            lock (Gate)
                return _current is null;
        }
    }

    public IUdsRequest<T> Request<T>(ReadOnlySpan<byte> request, Func<byte[], T> decode, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(decode);
        if (request.IsEmpty)
            throw new ArgumentException("A UDS message has at least its service identifier.", nameof(request));
        if (request.Length > IsoTp.Options.MaxLength)
            throw new ArgumentException($"The message has {request.Length} bytes, more than IsoTpOptions.MaxLength ({IsoTp.Options.MaxLength}).", nameof(request));
        options ??= Options.Requests;
        var message = request.ToArray();
        if (options.SuppressPositiveResponse && message.Length > 1 && UdsProtocol.HasSubFunction((UdsService)message[0]))
            message[1] |= UdsProtocol.SuppressPositiveResponse;
        return new UdsRequest<T>(this, message, options, decode);
    }

    public IObservable<UdsSessionResponse> Session(UdsSession session) => Observable.Create<UdsSessionResponse>(observer =>
    {
        var hold = new UdsSessionHold(this, session, observer);
        hold.Enter();
        return hold;
    });

    public void Dispose()
    {
        UdsCall[] ended;
        UdsSessionHold? hold;
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            ended = _current is null || _ownsIsoTp ? [.. _queue] : [_current, .. _queue];
            _queue.Clear();
            hold = _hold;
            _hold = null;
        }

        if (hold is not null && hold.Session != UdsSession.Default)
            TrySend(new SessionControlRequest(UdsSession.Default).ToBytes());
        if (_ownsIsoTp)
            IsoTp.Dispose();
        Scheduler.Schedule(() =>
        {
            foreach (var call in ended)
                call.End(Disposed());
            hold?.End(Disposed());
        });
    }

    /// <summary>Adds a request to the queue, and begins it if none is open.</summary>
    public IDisposable Enqueue(UdsCall call)
    {
        bool disposed;
        lock (Gate)
        {
            disposed = _disposed;
            if (!disposed)
                _queue.Enqueue(call);
        }

        if (disposed)
            call.End(Disposed());
        else
            StartNext();
        return call;
    }

    /// <summary>Begins the next request, unless one is open.</summary>
    public void StartNext()
    {
        UdsCall? next;
        lock (Gate)
        {
            if (_current is not null)
                return;
            do
            {
                if (!_queue.TryDequeue(out next))
                    return;
            }
            while (next.HasEnded);
            _current = next;
        }

        next.Send();
    }

    /// <summary>A call is over; under the gate.</summary>
    public void Release(UdsCall call)
    {
        if (_current == call)
            _current = null;
    }

    /// <summary>Hands a request to the transport.</summary>
    public IDisposable Exchange(UdsCall call)
    {
        IsoTpRequestOptions options;
        lock (Gate)
        {
            LastSent = Now;
            options = Transport(call);
        }

        return IsoTp.RequestMessages(call.Message, options).Subscribe(call);
    }

    /// <summary>A request has its answer, or has failed without one: learns from it what it says about the session.</summary>
    public void OnEnded(UdsCall call, byte[]? answer)
    {
        if (answer is null || IsFunctional)
            return;
        UdsSessionHold? lost = null;
        Exception? reason = null;
        lock (Gate)
        {
            if (UdsProtocol.TryRead<UdsSessionResponse>(answer, out var entered))
            {
                _timing = entered;
                (lost, _hold) = (_hold, (call as UdsSessionHold.EnterCall)?.Hold);
            }
            else if (UdsProtocol.TryRead<UdsResetResponse>(answer, out var reset) && reset.Reset is UdsReset.Hard or UdsReset.KeyOffOn or UdsReset.Soft)
            {
                _timing = null;
                (lost, _hold) = (_hold, null);
                reason = new UdsSessionException(lost?.Session ?? default, "The control unit was reset: it is in the default session. Enter the session again.");
            }
        }

        if (lost is not null)
            lost.End(lost.Session == UdsSession.Default ? null : reason);
    }

    /// <summary>Gives up a session; false if it was not held any more.</summary>
    public bool TryRelease(UdsSessionHold hold)
    {
        lock (Gate)
        {
            if (_hold != hold)
                return false;
            _hold = null;
            return true;
        }
    }

    /// <summary>Sends a message that has no response, or whose response does not matter.</summary>
    public void TrySend(ReadOnlySpan<byte> message)
    {
        try
        {
            IsoTp.Send(message);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Does something at a time of the client's clock, or a little before.</summary>
    public IDisposable At(TimeSpan due, Action act)
    {
        var wait = due - Now;
        return Scheduler.Schedule(act, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, static (_, act) =>
        {
            act();
            return Disposable.Empty;
        });
    }

    private IsoTpRequestOptions Transport(UdsCall call)
    {
        var timing = Options.UseServerTiming ? _timing : null;
        var p2 = call.Options.P2 ?? (timing?.P2 is { } time ? time + Options.Margin : Options.P2);
        var p2Star = call.Options.P2Star ?? (timing?.P2Star is { } star ? star + Options.Margin : Options.P2Star);
        TimeSpan? late = UdsProtocol.IsSuppressed(call.Message.Span) ? TimeSpan.Zero : null;
        if (_transport is not { } last || last.P2 != p2 || last.P2Star != p2Star || last.LateWindow != late)
        {
            _transport = new()
            {
                P2 = p2,
                P2Star = p2Star,
                LateWindow = late,
                Gather = IsFunctional ? p2 : null,
                IsResponse = static (request, message) => UdsProtocol.Answers(request.Span, message),
                IsFinal = static message => !UdsProtocol.IsPending(message),
            };
        }

        return _transport;
    }

    private ObjectDisposedException Disposed() => new(nameof(IUdsClient), $"{IsoTp.Address}: the client is disposed. Open a new one.");
}
