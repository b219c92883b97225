namespace RxCan.Uds;

/// <summary>Sessions, security, and what else has to do with the tester and the link.</summary>
internal sealed partial class ServerMachine
{
    private readonly Dictionary<int, (int Attempts, TimeSpan LockedUntil)> _guesses = []; // by level
    private TimeSpan _p2 = options.P2;
    private TimeSpan _p2Star = options.P2Star;
    private int _seedLevel; // for which a seed has been given, and no key has come
    private byte[] _seed = [];
    private bool _isAuthenticated;
    private bool _isCommunicationChanged;
    private bool _isDtcSettingOff;
    private int _verifiedBitRate;

    /// <summary>The server is gone: it leaves nothing behind in the control unit.</summary>
    public void Stop() => SetDtcSetting(isOn: true);

    private UdsReply SessionControl(UdsRequest request)
    {
        var message = request.Message.Span;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var session = (UdsSession)(message[1] & ~UdsProtocol.SuppressPositiveResponse);
        if (!ecu.Sessions.TryGetValue(session, out var access))
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (Locked(access, UdsNegativeResponseCode.SubFunctionNotSupportedInActiveSession) is var locked and not 0)
            return locked;
        if (message.Length != 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (access.Condition?.Invoke(request) is { } refusal and not 0)
            return refusal;
        (_p2, _p2Star) = (options.P2, options.P2Star);
        _afterwards = () => Enter(session, hasTimedOut: false);
        return UdsReply.Of(new UdsSessionResponse(session, _p2, _p2Star));
    }

    /// <summary>Enters a session (ISO 14229-1:2020, figure 7): every change locks security; the default session ends all that was begun.</summary>
    private void Enter(UdsSession session, bool hasTimedOut)
    {
        Session = session;
        if (session == UdsSession.Default)
        {
            (_p2, _p2Star) = (options.P2, options.P2Star);
            _isAuthenticated = false;
            StopPeriodic();
            SetDtcSetting(isOn: true);
            ReturnControl();
            if (_isCommunicationChanged)
            {
                _isCommunicationChanged = false;
                sink.Report(new UdsCommunicationChanged(
                    UdsCommunicationControl.EnableRxAndTx, UdsCommunicationType.NormalAndNetworkManagement, Node: null));
            }
        }

        StopEvents();
        EndTransfer();
        Lock(0);
        _seedLevel = 0;
        _verifiedBitRate = 0;
        sink.Report(new UdsSessionEntered(session, hasTimedOut));
    }

    private void Lock(int level)
    {
        if (Level == level)
            return;
        Level = level;
        sink.Report(new UdsSecurityChanged(level));
    }

    private UdsReply EcuReset(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var reset = (UdsReset)(message[1] & ~UdsProtocol.SuppressPositiveResponse);
        if (!ecu.Resets.Contains(reset))
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (message.Length != 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var isReset = reset is not (UdsReset.EnableRapidPowerShutdown or UdsReset.DisableRapidPowerShutdown);
        _afterwards = () =>
        {
            sink.Report(new UdsServerReset(reset));
            if (!isReset)
                return;
            Enter(UdsSession.Default, hasTimedOut: false);
            _started.Clear();
            _dynamic.Clear();
            DelaySeeds();
            _silentUntil = After(_now, options.ResetTime);
        };
        return UdsReply.Of(new UdsResetResponse(reset, reset == UdsReset.EnableRapidPowerShutdown ? options.ResetTime : null));
    }

    private void DelaySeeds()
    {
        foreach (var level in ecu.Security)
        {
            var (attempts, lockedUntil) = _guesses.GetValueOrDefault(level.Level);
            if (level.StartDelay > TimeSpan.Zero && After(_now, level.StartDelay) is var until && until > lockedUntil)
                _guesses[level.Level] = (attempts, until);
        }
    }

    private UdsReply SecurityAccess(UdsRequest request)
    {
        var message = request.Message.Span;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var number = message[1] & ~UdsProtocol.SuppressPositiveResponse;
        var isSeedRequest = number % 2 != 0;
        if (ecu.Security.FirstOrDefault(level => level.Level == (isSeedRequest ? number : number - 1)) is not { } level)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (Locked(level.Access, UdsNegativeResponseCode.SubFunctionNotSupportedInActiveSession) is var locked and not 0)
            return locked;
        return isSeedRequest ? RequestSeed(request, level) : SendKey(message, level);
    }

    private UdsReply RequestSeed(UdsRequest request, UdsSecurityLevel level)
    {
        var message = request.Message;
        if (message.Length != 2 + level.RecordLength)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (level.Access.Condition?.Invoke(request) is { } refusal and not 0)
            return refusal;
        if (_guesses.GetValueOrDefault(level.Level).LockedUntil > _now)
            return UdsNegativeResponseCode.RequiredTimeDelayNotExpired;
        if (Level == level.Level)
            return UdsReply.Of(new SecurityAccessResponse((byte)level.Level, level.NoSeed));
        _seed = level.NewSeed(request with { Data = message[2..] });
        _seedLevel = level.Level;
        return UdsReply.Of(new SecurityAccessResponse((byte)level.Level, _seed));
    }

    private UdsReply SendKey(ReadOnlySpan<byte> message, UdsSecurityLevel level)
    {
        if (_seedLevel != level.Level)
            return UdsNegativeResponseCode.RequestSequenceError;
        if (message.Length < 3)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        _seedLevel = 0;
        var (attempts, lockedUntil) = _guesses.GetValueOrDefault(level.Level);
        if (level.IsKey(_seed, message[2..]))
        {
            _guesses.Remove(level.Level);
            Lock(level.Level);
            return UdsReply.Of(new SecurityAccessResponse((byte)(level.Level + 1), []));
        }

        if (++attempts < level.MaxAttempts)
        {
            _guesses[level.Level] = (attempts, lockedUntil);
            return UdsNegativeResponseCode.InvalidKey;
        }

        _guesses[level.Level] = (level.MaxAttempts - 1, After(_now, level.LockOut)); // one attempt after it
        sink.Report(new UdsSecurityLockedOut(level.Level, level.LockOut));
        return UdsNegativeResponseCode.ExceededNumberOfAttempts;
    }

    private UdsReply CommunicationControl(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if ((message[1] & ~UdsProtocol.SuppressPositiveResponse) > (byte)UdsCommunicationControl.EnableRxAndTxWithEnhancedAddress)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (!UdsProtocol.TryRead(message, out CommunicationControlRequest request))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if ((request.Type & UdsCommunicationType.NormalAndNetworkManagement) == 0)
            return UdsNegativeResponseCode.RequestOutOfRange;
        _afterwards = () =>
        {
            _isCommunicationChanged = request.Control
                is not (UdsCommunicationControl.EnableRxAndTx or UdsCommunicationControl.EnableRxAndTxWithEnhancedAddress);
            sink.Report(new UdsCommunicationChanged(request.Control, request.Type, request.Node));
        };
        return UdsReply.Of(new CommunicationControlResponse(request.Control));
    }

    private static UdsReply TesterPresent(ReadOnlySpan<byte> message) =>
        message.Length < 2 ? UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat
        : (message[1] & ~UdsProtocol.SuppressPositiveResponse) != 0 ? UdsNegativeResponseCode.SubFunctionNotSupported
        : message.Length != 2 ? UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat
        : UdsReply.Of(default(TesterPresentResponse));

    /// <summary>The record has P2 in ms and P2* in 10 ms, two bytes each, as in the response of DiagnosticSessionControl.</summary>
    private UdsReply AccessTiming(ReadOnlySpan<byte> message)
    {
        const int recordLength = 4;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var shortest = ecu.ShortestTiming ?? (options.P2, options.P2Star);
        var access = (UdsTimingAccess)(message[1] & ~UdsProtocol.SuppressPositiveResponse);
        if (access is < UdsTimingAccess.ReadExtendedTimingParameterSet or > UdsTimingAccess.SetTimingParametersToGivenValues)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        var isGiven = access == UdsTimingAccess.SetTimingParametersToGivenValues;
        if (message.Length != (isGiven ? 2 + recordLength : 2))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        switch (access)
        {
            case UdsTimingAccess.ReadExtendedTimingParameterSet:
                return Timing(access, shortest.P2, shortest.P2Star);
            case UdsTimingAccess.ReadCurrentlyActiveTimingParameters:
                return Timing(access, _p2, _p2Star);
            case UdsTimingAccess.SetTimingParametersToDefaultValues:
                _afterwards = () => (_p2, _p2Star) = (options.P2, options.P2Star);
                break;
            default:
                var reader = new UdsReader(message[1..], (byte)message[1]);
                var (p2, p2Star) = (TimeSpan.FromMilliseconds(reader.UInt16()), TimeSpan.FromMilliseconds(10 * reader.UInt16()));
                if (p2 < shortest.P2 || p2Star < shortest.P2Star)
                    return UdsNegativeResponseCode.RequestOutOfRange;
                _afterwards = () => (_p2, _p2Star) = (p2, p2Star);
                break;
        }

        return UdsReply.Of(new AccessTimingResponse(access, []));
    }

    private static UdsReply Timing(UdsTimingAccess access, TimeSpan p2, TimeSpan p2Star)
    {
        var session = ((IUdsMessage<UdsSessionResponse>)new UdsSessionResponse(UdsSession.Default, p2, p2Star)).ToBytes();
        return UdsReply.Of(new AccessTimingResponse(access, session[2..]));
    }

    private UdsReply ControlDtcSetting(ReadOnlySpan<byte> message)
    {
        const int group = 3;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var setting = (UdsDtcSetting)(message[1] & ~UdsProtocol.SuppressPositiveResponse);
        if (setting is not (UdsDtcSetting.On or UdsDtcSetting.Off))
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if ((message.Length - 2) % group != 0)
            return UdsNegativeResponseCode.RequestOutOfRange; // the option is a list of groups, and is for all of them here
        _afterwards = () => SetDtcSetting(setting == UdsDtcSetting.On);
        return UdsReply.Of(new ControlDtcSettingResponse(setting));
    }

    private void SetDtcSetting(bool isOn)
    {
        if (_isDtcSettingOff != isOn)
            return;
        _isDtcSettingOff = !isOn;
        ecu.Dtcs.Freeze(!isOn);
        sink.Report(new UdsDtcSettingChanged(isOn));
    }

    private UdsReply LinkControl(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if ((message[1] & ~UdsProtocol.SuppressPositiveResponse) is 0 or > (byte)UdsLinkControl.Transition)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (!UdsProtocol.TryRead(message, out LinkControlRequest request))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (request.Control == UdsLinkControl.Transition)
        {
            if (_verifiedBitRate == 0)
                return UdsNegativeResponseCode.RequestSequenceError;
            var bitRate = _verifiedBitRate;
            _verifiedBitRate = 0;
            _afterwards = () => sink.Report(new UdsLinkChanged(bitRate));
        }
        else
        {
            var bitRate = request.Control == UdsLinkControl.VerifyFixedParameter ? BitRateOf(request.Mode) : (int)request.BitRate;
            if (bitRate == 0 || !ecu.BitRates.Contains(bitRate))
                return UdsNegativeResponseCode.RequestOutOfRange;
            _verifiedBitRate = bitRate;
        }

        return UdsReply.Of(new LinkControlResponse(request.Control));
    }

    private static int BitRateOf(UdsLinkMode mode) => mode switch
    {
        UdsLinkMode.Pc9600 => 9_600,
        UdsLinkMode.Pc19200 => 19_200,
        UdsLinkMode.Pc38400 => 38_400,
        UdsLinkMode.Pc57600 => 57_600,
        UdsLinkMode.Pc115200 => 115_200,
        UdsLinkMode.Can125000 => 125_000,
        UdsLinkMode.Can250000 => 250_000,
        UdsLinkMode.Can500000 => 500_000,
        UdsLinkMode.Can1000000 => 1_000_000,
        _ => 0,
    };

    private void Authenticated(UdsAuthenticationResult result) => _isAuthenticated = result switch
    {
        UdsAuthenticationResult.OwnershipVerifiedAuthenticationComplete => true,
        UdsAuthenticationResult.DeAuthenticationSuccessful => false,
        _ => _isAuthenticated,
    };

    /// <summary>Serves the request inside, and protects its response.</summary>
    private UdsReply SecuredData(UdsRequest request)
    {
        if (ecu.SecuredChannel is not { } channel)
            return UdsNegativeResponseCode.ServiceNotSupported;
        if (!UdsSecuredData.TryRead(request.Message.Span, isResponse: false, out var secured))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        return channel.Open(secured).Then(inner =>
        {
            if (inner.Length == 0)
                return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
            if (inner[0] == (byte)UdsService.SecuredDataTransmission)
                return UdsNegativeResponseCode.SecureDataTransmissionNotAllowed;
            var opened = new UdsRequest(inner, request.IsFunctional, Session, Level);
            return Serve(opened).Map(answer => Response(opened, answer, wasPending: false) is { } response
                ? UdsReply.Message(channel.Seal(secured, response).ToBytes(isResponse: true))
                : UdsReply.Silence);
        });
    }
}
