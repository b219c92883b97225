using System.Buffers;

namespace RxCan.Uds;

/// <summary>
/// A server of ISO 14229-1 as a state machine: requests, answers and time go in; responses, events and the next deadline come out. It has no
/// thread, clock or Rx. It calls the handlers of the control unit.
/// </summary>
/// <remarks>The order of its checks is that of ISO 14229-1:2020, figures 5 and 6, and of the figures of each service.</remarks>
internal sealed partial class ServerMachine(UdsEcu ecu, UdsServerOptions options, int maxLength, IServerSink sink)
{
    private const double PendingPart = 0.8; // of P2 and P2*, until responsePending

    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private readonly ArrayBufferWriter<byte> _written = new(); // a response
    private TimeSpan _now;
    private TimeSpan _silentUntil;
    private TimeSpan _s3Due = Never;
    private TimeSpan _pendingDue = Never;
    private UdsRequest? _open; // its answer is awaited
    private UdsReply _awaited;
    private int _number;
    private int _pendingCount;
    private int _lastLength;
    private Action? _afterwards; // when the positive response has been sent

    public UdsSession Session { get; private set; } = UdsSession.Default;

    public int Level { get; private set; }

    /// <summary>When to call <see cref="OnTime"/> next.</summary>
    public TimeSpan Due => Earliest(Earliest(_s3Due, _pendingDue), Earliest(PeriodicDue, EventDue));

    public void Start(TimeSpan now)
    {
        _now = now;
        DelaySeeds();
    }

    public void OnRequest(TimeSpan now, byte[] message, bool isFunctional)
    {
        _now = now;
        if (now < _silentUntil || message.Length == 0)
            return;
        var request = new UdsRequest(message, isFunctional, Session, Level);
        if (_open is not null)
        {
            // Only TesterPresent is served while an answer is awaited.
            var answer = request.Service == UdsService.TesterPresent ? TesterPresent(message) : UdsNegativeResponseCode.BusyRepeatRequest;
            Send(request, Response(request, answer, wasPending: false));
            return;
        }

        _s3Due = Never;
        _afterwards = null;
        _pendingCount = 0;
        UdsReply served;
        try
        {
            served = Serve(request);
        }
        catch (Exception e)
        {
            served = Failure(request, e);
        }

        Answer(request, served);
    }

    /// <summary>An answer that was awaited has come, or failed.</summary>
    public void OnAnswered(TimeSpan now, int number, UdsReply answer, Exception? error)
    {
        _now = now;
        if (_open is not { } request || number != _number)
            return;
        UdsReply served;
        try
        {
            served = _awaited.Continue(error is null ? answer : Failure(request, error));
        }
        catch (Exception e)
        {
            served = Failure(request, e);
        }

        Answer(request, served);
    }

    public void OnTime(TimeSpan now)
    {
        _now = now;
        if (_pendingDue <= now)
            OnPending();
        if (_s3Due <= now)
        {
            _s3Due = Never;
            Enter(UdsSession.Default, hasTimedOut: true);
        }

        OnPeriodicTime();
        OnEventTime();
    }

    /// <summary>A message is being received, or the last response is being sent: the session lasts from its end.</summary>
    public void OnTransferring(TimeSpan now, bool isSending, int length)
    {
        if (_s3Due != Never && (!isSending || length == _lastLength))
            _s3Due = After(now, options.S3);
    }

    private static TimeSpan After(TimeSpan now, TimeSpan wait) => wait > Never - now ? Never : now + wait;

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Serves a request: the checks of figure 5.</summary>
    private UdsReply Serve(UdsRequest request)
    {
        if (ecu.AccessTo(request.Service) is not { } access)
            return UdsNegativeResponseCode.ServiceNotSupported;
        if (Refusal(access, request, UdsNegativeResponseCode.ServiceNotSupportedInActiveSession) is var refusal and not 0)
            return refusal;
        if (ecu.HandlerOf(request.Service) is not { } handler)
            return ServeBuiltIn(request);
        return handler(request).Map(answer => answer.IsBuiltIn ? ServeBuiltIn(request) : answer.Then(data => Handled(request, data)));
    }

    private UdsReply ServeBuiltIn(UdsRequest request)
    {
        var message = request.Message.Span;
        return request.Service switch
        {
            UdsService.DiagnosticSessionControl => SessionControl(request),
            UdsService.EcuReset => EcuReset(message),
            UdsService.SecurityAccess => SecurityAccess(request),
            UdsService.CommunicationControl => CommunicationControl(message),
            UdsService.TesterPresent => TesterPresent(message),
            UdsService.AccessTimingParameter => AccessTiming(message),
            UdsService.SecuredDataTransmission => SecuredData(request),
            UdsService.ControlDtcSetting => ControlDtcSetting(message),
            UdsService.ResponseOnEvent => ResponseOnEvent(request),
            UdsService.LinkControl => LinkControl(message),
            UdsService.ReadDataByIdentifier => ReadData(request),
            UdsService.ReadMemoryByAddress => ReadMemory(request),
            UdsService.ReadScalingDataByIdentifier => ReadScaling(request),
            UdsService.ReadDataByPeriodicIdentifier => ReadPeriodic(request),
            UdsService.DynamicallyDefineDataIdentifier => DynamicallyDefine(request),
            UdsService.WriteDataByIdentifier => WriteData(request),
            UdsService.WriteMemoryByAddress => WriteMemory(request),
            UdsService.ClearDiagnosticInformation => ClearDtcs(message),
            UdsService.ReadDtcInformation => ReadDtcs(message),
            UdsService.InputOutputControlByIdentifier => ControlIO(request),
            UdsService.RoutineControl => ControlRoutine(request),
            UdsService.RequestDownload or UdsService.RequestUpload => RequestTransfer(request),
            UdsService.TransferData => TransferData(message),
            UdsService.RequestTransferExit => TransferExit(message),
            UdsService.RequestFileTransfer => RequestFileTransfer(message),
            _ => UdsNegativeResponseCode.ServiceNotSupported,
        };
    }

    /// <summary>A handler's positive response: its bytes follow the service identifier.</summary>
    private UdsReply Handled(UdsRequest request, byte[] data)
    {
        if (request.Service == UdsService.Authentication && data is [_, var result, ..])
            Authenticated((UdsAuthenticationResult)result);
        return UdsReply.Message([UdsProtocol.Positive(request.Service), .. data]);
    }

    /// <summary>Why something cannot be done; 0 if it can.</summary>
    /// <param name="access">When it can be done.</param>
    /// <param name="request">The request.</param>
    /// <param name="outside">The answer in sessions in which it does not exist.</param>
    private UdsNegativeResponseCode Refusal(UdsAccess access, UdsRequest request, UdsNegativeResponseCode outside) =>
        Locked(access, outside) is var locked and not 0 ? locked : access.Condition?.Invoke(request) ?? 0;

    /// <summary>The same without the condition, which comes after the check of the data.</summary>
    private UdsNegativeResponseCode Locked(UdsAccess access, UdsNegativeResponseCode outside) =>
        !access.IsIn(Session) ? outside
        : access.Levels is { } levels && !levels.Contains(Level) ? UdsNegativeResponseCode.SecurityAccessDenied
        : access.Authenticated && !_isAuthenticated ? UdsNegativeResponseCode.AuthenticationRequired
        : 0;

    private void Answer(UdsRequest request, UdsReply answer)
    {
        if (answer.Source is { } source)
        {
            _open = request;
            _awaited = answer;
            if (_pendingDue == Never)
                _pendingDue = After(_now, PendingPart * _p2);
            sink.Await(source, ++_number);
            return;
        }

        _open = null;
        _awaited = default;
        _pendingDue = Never;
        var response = Response(request, answer, wasPending: _pendingCount > 0);
        Send(request, response);
        if (answer.IsPositive && response is not [UdsProtocol.NegativeResponse, ..])
            _afterwards?.Invoke();
        _afterwards = null;
        if (Session != UdsSession.Default)
            _s3Due = After(_now, options.S3);
    }

    private void OnPending()
    {
        var request = _open!;
        if (_pendingCount >= options.MaxPending)
        {
            _number++;
            sink.StopAwaiting();
            Answer(request, UdsNegativeResponseCode.GeneralReject);
            return;
        }

        _pendingCount++;
        _pendingDue = After(_now, PendingPart * _p2Star);
        sink.Send(Negative(request, UdsNegativeResponseCode.ResponsePending));
    }

    /// <summary>The response as bytes; null for none.</summary>
    private byte[]? Response(UdsRequest request, UdsReply answer, bool wasPending)
    {
        if (answer.IsPositive)
        {
            var message = answer.IsMessage ? answer.Data! : [UdsProtocol.Positive(request.Service), .. answer.Data ?? []];
            if (message.Length > maxLength)
                return Negative(request, UdsNegativeResponseCode.ResponseTooLong);
            return UdsProtocol.IsSuppressed(request.Message.Span) && !wasPending ? null : message;
        }

        if (answer.IsSilence || (request.IsFunctional && !wasPending && answer.Code is UdsNegativeResponseCode.ServiceNotSupported
                or UdsNegativeResponseCode.SubFunctionNotSupported or UdsNegativeResponseCode.RequestOutOfRange
            or UdsNegativeResponseCode.SubFunctionNotSupportedInActiveSession or UdsNegativeResponseCode.ServiceNotSupportedInActiveSession))
        {
            return null;
        }

        return Negative(request, answer.Code);
    }

    private static byte[] Negative(UdsRequest request, UdsNegativeResponseCode code) =>
        [UdsProtocol.NegativeResponse, (byte)request.Service, (byte)code];

    private void Send(UdsRequest request, byte[]? response)
    {
        if (response is not null)
        {
            _lastLength = response.Length;
            sink.Send(response);
        }

        if (sink.IsWatched)
            sink.Report(new UdsRequestServed(request, response));
    }

    private UdsNegativeResponseCode Failure(UdsRequest request, Exception error)
    {
        if (error is UdsNegativeResponseException refused)
            return refused.Code;
        sink.Report(new UdsHandlerFailed(request, error));
        return UdsNegativeResponseCode.GeneralReject;
    }
}
