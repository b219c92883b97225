using System.Reactive;

namespace RxCan.Uds;

/// <content>Diagnostic and communication management (ISO 14229-1:2020, clause 10).</content>
public static partial class UdsServices
{
    private const int MaxSubFunction = 0x7F;
    private const uint MaxUInt24 = 0xFFFFFF;

    /// <summary>
    /// DiagnosticSessionControl (0x10), once: nothing keeps the session. <see cref="IUdsClient.Session"/> does, and ends it.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="session">The session.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsSessionResponse> SessionControl(this IUdsClient ecu, UdsSession session, UdsRequestOptions? options = null) =>
        ecu.Call<SessionControlRequest, UdsSessionResponse>(new(session), options);

    /// <summary>ECUReset (0x11).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="reset">What to do.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<UdsResetResponse> Reset(this IUdsClient ecu, UdsReset reset = UdsReset.Hard, UdsRequestOptions? options = null) =>
        ecu.Call<EcuResetRequest, UdsResetResponse>(new(reset), options);

    /// <summary>SecurityAccess (0x27), requestSeed. Usually <see cref="Unlock"/> is what you want.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="level">The level, odd.</param>
    /// <param name="data">What the control unit needs to know (securityAccessDataRecord).</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>The seed; all zero if the level is unlocked already.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is not an odd number up to 0x7D.</exception>
    public static IUdsRequest<byte[]> RequestSeed(this IUdsClient ecu, byte level, ReadOnlySpan<byte> data = default, UdsRequestOptions? options = null) =>
        level % 2 == 1 && level < MaxSubFunction
            ? ecu.Call(new SecurityAccessRequest(level, data.ToArray()), static r => Malformed.Read<SecurityAccessResponse>(r).Seed, options)
            : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of a seed is an odd number, 0x01 to 0x7D.");

    /// <summary>SecurityAccess (0x27), sendKey. Usually <see cref="Unlock"/> is what you want.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="level">The level, odd: the one of the seed. The message has the number above it.</param>
    /// <param name="key">The key.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not an odd number up to 0x7D.</exception>
    public static IUdsRequest<Unit> SendKey(this IUdsClient ecu, byte level, ReadOnlySpan<byte> key, UdsRequestOptions? options = null) =>
        level % 2 == 1 && level < MaxSubFunction
            ? ecu.CallUnit<SecurityAccessRequest, SecurityAccessResponse>(new((byte)(level + 1), key.ToArray()), options)
            : throw new ArgumentOutOfRangeException(nameof(level), level, "The level of a seed is an odd number, 0x01 to 0x7D.");

    /// <summary>CommunicationControl (0x28).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="control">What to do.</param>
    /// <param name="type">With which messages.</param>
    /// <param name="node">The node's number, for the two controls with enhanced addresses.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The control needs a node's number and there is none, or the other way round.</exception>
    public static IUdsRequest<Unit> CommunicationControl(
        this IUdsClient ecu,
        UdsCommunicationControl control,
        UdsCommunicationType type = UdsCommunicationType.Normal,
        ushort? node = null,
        UdsRequestOptions? options = null) => CommunicationControlRequest.HasNode(control) == node.HasValue
        ? ecu.CallUnit<CommunicationControlRequest, CommunicationControlResponse>(new(control, type, node), options)
        : throw new ArgumentException("Give a node's number to the controls with enhanced addresses, and only to those.", nameof(node));

    /// <summary>TesterPresent (0x3E), once. <see cref="IUdsClient.Session"/> sends it by itself.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> TesterPresent(this IUdsClient ecu, UdsRequestOptions? options = null) =>
        ecu.CallUnit<TesterPresentRequest, TesterPresentResponse>(default, options);

    /// <summary>AccessTimingParameter (0x83).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="access">What to do.</param>
    /// <param name="record">The times to set; their meaning depends on the network.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>The times read.</returns>
    public static IUdsRequest<byte[]> AccessTimingParameter(
        this IUdsClient ecu, UdsTimingAccess access, ReadOnlySpan<byte> record = default, UdsRequestOptions? options = null) =>
        ecu.Call(new AccessTimingRequest(access, record.ToArray()), static r => Malformed.Read<AccessTimingResponse>(r).Record, options);

    /// <summary>SecuredDataTransmission (0x84). Encrypting and signing are up to you.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="data">The message, encrypted and signed.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>The response, encrypted and signed.</returns>
    public static IUdsRequest<UdsSecuredData> SecuredData(this IUdsClient ecu, UdsSecuredData data, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        ArgumentNullException.ThrowIfNull(data);
        return ecu.Request(
            data.ToBytes(isResponse: false),
            static response => UdsSecuredData.TryRead(response, isResponse: true, out var secured)
                ? secured
                : throw Malformed.Response(UdsService.SecuredDataTransmission, response),
            options);
    }

    /// <summary>ControlDTCSetting (0x85).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="setting">Whether the status of trouble codes is updated.</param>
    /// <param name="record">Which codes, for instance (DTCSettingControlOptionRecord).</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> ControlDtcSetting(
        this IUdsClient ecu, UdsDtcSetting setting, ReadOnlySpan<byte> record = default, UdsRequestOptions? options = null) =>
        ecu.CallUnit<ControlDtcSettingRequest, ControlDtcSettingResponse>(new(setting, record.ToArray()), options);

    /// <summary>ResponseOnEvent (0x86). The responses to events come as messages of <see cref="IUdsClient.IsoTp"/>.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="type">The event, or what to do with events.</param>
    /// <param name="window">eventWindowTime; 2 for no limit.</param>
    /// <param name="record">What happens (eventTypeRecord): a status mask, a data identifier, a comparison.</param>
    /// <param name="service">The request that is responded to when it happens.</param>
    /// <param name="store">Whether it stays set up over a power cycle.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The record does not have the length that the event needs.</exception>
    public static IUdsRequest<UdsResponseOnEventResponse> ResponseOnEvent(
        this IUdsClient ecu,
        UdsResponseEvent type,
        byte window = 2,
        ReadOnlySpan<byte> record = default,
        ReadOnlySpan<byte> service = default,
        bool store = false,
        UdsRequestOptions? options = null) => ResponseOnEventRequest.RecordLength(type) is not { } length || length == record.Length
        ? ecu.Call<ResponseOnEventRequest, UdsResponseOnEventResponse>(new(type, store, window, record.ToArray(), service.ToArray()), options)
        : throw new ArgumentException($"The record of {type} must have {length} bytes.", nameof(record));

    /// <summary>LinkControl (0x87), verifyModeTransitionWithFixedParameter.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="mode">The bit rate.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> VerifyBitRate(this IUdsClient ecu, UdsLinkMode mode, UdsRequestOptions? options = null) =>
        ecu.CallUnit<LinkControlRequest, LinkControlResponse>(LinkControlRequest.Fixed(mode), options);

    /// <summary>LinkControl (0x87), verifyModeTransitionWithSpecificParameter.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="bitRate">The bit rate in bit/s, up to 16777215.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bit rate does not fit 3 bytes.</exception>
    public static IUdsRequest<Unit> VerifyBitRate(this IUdsClient ecu, int bitRate, UdsRequestOptions? options = null) =>
        bitRate is > 0 and <= (int)MaxUInt24
            ? ecu.CallUnit<LinkControlRequest, LinkControlResponse>(LinkControlRequest.Specific((uint)bitRate), options)
            : throw new ArgumentOutOfRangeException(nameof(bitRate), bitRate, "The bit rate must be 1 to 16777215 bit/s.");

    /// <summary>
    /// LinkControl (0x87), transitionMode: changes to the bit rate that was verified. Suppress the positive response: it would come at the new rate.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> TransitionBitRate(this IUdsClient ecu, UdsRequestOptions? options = null) =>
        ecu.CallUnit<LinkControlRequest, LinkControlResponse>(new(UdsLinkControl.Transition, []), options);
}
