using System.Reactive.Disposables;

namespace RxCan.Uds;

/// <summary>One subscription to a session: enters it, keeps it alive, and leaves it.</summary>
internal sealed class UdsSessionHold(UdsClient client, UdsSession session, IObserver<UdsSessionResponse> observer) : IDisposable
{
    private static readonly byte[] KeepAlive = [(byte)UdsService.TesterPresent, UdsProtocol.SuppressPositiveResponse];

    private readonly SerialDisposable _timer = new();
    private readonly SingleAssignmentDisposable _errors = new();
    private readonly SerialDisposable _check = new();
    private EnterCall? _enter;
    private TimeSpan _lastGood; // when the last message was sent that has not failed
    private TimeSpan _lastKept; // when the last TesterPresent was given to the transport
    private bool _hasFailed; // since then
    private bool _cannotCheck;
    private bool _wasEntered;
    private bool _ended;

    public UdsSession Session => session;

    public void Enter()
    {
        _enter = new(this, client, observer);
        client.Enqueue(_enter);
    }

    /// <summary>Leaves the session, without waiting for it.</summary>
    public void Dispose()
    {
        var wasHeld = client.TryRelease(this);
        if (!TryEnd())
            return;
        _enter!.Dispose();
        if (_enter is { WasSent: true, WasRefused: false } && (wasHeld || !_wasEntered) && session != UdsSession.Default)
            Leave(client);
    }

    /// <summary>Returns to the default session, behind the requests that wait.</summary>
    public static void Leave(UdsClient client) => client.Enqueue(new UdsValueCall<bool>(
        client, new SessionControlRequest(UdsSession.Default).ToBytes(), UdsRequestOptions.Default, static _ => true, Ignored.Instance));

    /// <summary>The session is over: with an error, or with completion if null.</summary>
    public void End(Exception? error)
    {
        if (!TryEnd())
            return;
        if (error is null)
            observer.OnCompleted();
        else
            observer.OnError(error);
    }

    private void Lose(Exception error)
    {
        client.TryRelease(this);
        End(error);
    }

    private bool TryEnd()
    {
        lock (client.Gate)
        {
            if (_ended)
                return false;
            _ended = true;
        }

        _timer.Dispose();
        _errors.Dispose();
        _check.Dispose();
        return true;
    }

    private void Entered()
    {
        lock (client.Gate)
        {
            if (!_ended)
                _wasEntered = true;
        }

        if (!_wasEntered)
            client.TryRelease(this); // disposed just now, which leaves the session
        if (!_wasEntered || session == UdsSession.Default)
            return;
        _lastGood = _lastKept = client.Now;
        _errors.Disposable = client.IsoTp.Errors.Subscribe(OnSendError, Lose, () => { });
        Arm();
    }

    private void Arm()
    {
        var due = Last + client.Options.KeepAlive;
        if (_hasFailed && _lastGood + client.Options.S3 < due)
            due = _lastGood + client.Options.S3;
        _timer.Disposable = client.At(due, OnTime);
    }

    private TimeSpan Last => client.LastSent > _lastKept ? client.LastSent : _lastKept;

    private void OnTime()
    {
        var now = client.Now;
        if (_hasFailed && now >= _lastGood + client.Options.S3)
        {
            Lose(new UdsSessionException(session, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"No message could be sent for {client.Options.S3.TotalMilliseconds} ms (S3): the control unit has left session {session}. Check the bus, then enter the session again.")));
            return;
        }

        if (now >= Last + client.Options.KeepAlive)
            Keep(now);
        Arm();
    }

    private void Keep(TimeSpan now)
    {
        if (!_hasFailed)
            _lastGood = Last;
        _hasFailed = false;
        _lastKept = now;
        if (client.Options.CheckSession && !_cannotCheck && client.IsIdle)
            Check();
        else
            client.TrySend(KeepAlive);
    }

    private void OnSendError(Exception error)
    {
        if (error is IsoTp.IsoTpException { Result: not IsoTp.IsoTpResult.N_TIMEOUT_A })
            return; // of a reception
        _hasFailed = true;
        Arm();
    }

    private void Check() => _check.Disposable = client.Request(
        [(byte)UdsService.ReadDataByIdentifier, (byte)(UdsData.ActiveSession.Id >> 8), (byte)(UdsData.ActiveSession.Id & 0xFF)],
        static response => response is [_, _, _, var active] ? (UdsSession)active : UdsSession.None,
        UdsRequestOptions.Default).Subscribe(
        active =>
        {
            if (active != session)
                Lose(new UdsSessionException(session, $"The control unit is in session {active}, not {session}: it was reset, or S3 is over. Enter the session again."));
        },
        error =>
        {
            if (error is UdsNegativeResponseException)
                _cannotCheck = true;
            else
                Lose(error);
        });

    /// <summary>The request that enters the session.</summary>
    internal sealed class EnterCall(UdsSessionHold hold, UdsClient client, IObserver<UdsSessionResponse> observer) : UdsCall(
        client, new SessionControlRequest(hold.Session).ToBytes(), client.Options.Requests with { SuppressPositiveResponse = false })
    {
        public UdsSessionHold Hold => hold;

        public bool WasRefused { get; private set; }

        protected override void Deliver(IsoTp.IsoTpMessage message)
        {
            if (!UdsProtocol.TryRead<UdsSessionResponse>(message.Data, out var response))
                throw new DecodeException(Malformed.Response(UdsService.DiagnosticSessionControl, message.Data));
            hold.Entered();
            observer.OnNext(response);
        }

        protected override void Notify(Exception? error)
        {
            WasRefused = error is UdsNegativeResponseException;
            if (error is not null)
                hold.Lose(error);
        }
    }

    /// <summary>Nobody waits for it.</summary>
    private sealed class Ignored : IObserver<bool>
    {
        public static Ignored Instance { get; } = new();

        public void OnNext(bool value)
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
