using System.Diagnostics.CodeAnalysis;

namespace RxCan.Uds;

/// <summary>What all messages of ISO 14229-1 have in common.</summary>
internal static class UdsProtocol
{
    /// <summary>The service identifier of negative responses.</summary>
    public const byte NegativeResponse = 0x7F;

    /// <summary>What is added to the service identifier in a positive response.</summary>
    public const byte PositiveOffset = 0x40;

    /// <summary>suppressPosRspMsgIndicationBit of a sub-function.</summary>
    public const byte SuppressPositiveResponse = 0x80;

    /// <summary>Whether a service's second byte is a sub-function, and so may suppress the positive response (ISO 14229-1:2020, table 2).</summary>
    public static bool HasSubFunction(UdsService service) => service is UdsService.DiagnosticSessionControl or UdsService.EcuReset
        or UdsService.ReadDtcInformation or UdsService.SecurityAccess or UdsService.CommunicationControl or UdsService.Authentication
        or UdsService.DynamicallyDefineDataIdentifier or UdsService.RoutineControl or UdsService.TesterPresent
        or UdsService.AccessTimingParameter or UdsService.ControlDtcSetting or UdsService.ResponseOnEvent or UdsService.LinkControl;

    /// <summary>Whether a request asks for no positive response.</summary>
    public static bool IsSuppressed(ReadOnlySpan<byte> request) =>
        request is [var service, >= SuppressPositiveResponse, ..] && HasSubFunction((UdsService)service);

    /// <summary>The name of a service for messages.</summary>
    public static string NameOf(UdsService service) =>
        Enum.IsDefined(service) ? $"{service} ({(byte)service:X2})" : $"Service {(byte)service:X2}";

    public static byte Positive(UdsService service) => (byte)((byte)service + PositiveOffset);

    public static bool IsNegative(ReadOnlySpan<byte> response, out UdsService service, out UdsNegativeResponseCode code)
    {
        var isNegative = response is [NegativeResponse, _, _, ..];
        (service, code) = isNegative ? ((UdsService)response[1], (UdsNegativeResponseCode)response[2]) : default;
        return isNegative;
    }

    public static bool IsPending(ReadOnlySpan<byte> response) => response is [NegativeResponse, _, (byte)UdsNegativeResponseCode.ResponsePending, ..];

    /// <summary>
    /// Whether a message answers a request: it is negative and names the request's service, or is positive and repeats what a positive response
    /// to this service repeats.
    /// </summary>
    public static bool Answers(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message)
    {
        if (request.IsEmpty || message.IsEmpty)
            return false;
        if (message[0] == NegativeResponse)
            return message.Length >= 3 && message[1] == request[0];
        if (message[0] != (byte)(request[0] + PositiveOffset))
            return false;
        var service = (UdsService)request[0];
        var length = Math.Min(IsObd(service) ? ObdEchoLength(request) : EchoLength(service), request.Length - 1);
        if (length == 0)
            return true;
        if (message.Length < 2)
            return true; // truncated: for the decoder to refuse
        var first = HasSubFunction(service) ? request[1] & ~SuppressPositiveResponse : request[1];
        length = Math.Min(length, message.Length - 1);
        return message[1] == first && message[2..(1 + length)].SequenceEqual(request[2..(1 + length)]);
    }

    /// <summary>How many bytes after the service identifier a positive response repeats.</summary>
    private static int EchoLength(UdsService service) => service switch
    {
        UdsService.RoutineControl or UdsService.DynamicallyDefineDataIdentifier or UdsService.InputOutputControlByIdentifier => 3,
        UdsService.ReadDataByIdentifier or UdsService.WriteDataByIdentifier or UdsService.ReadScalingDataByIdentifier => 2,
        UdsService.TransferData or UdsService.RequestFileTransfer => 1,
        UdsService.WriteMemoryByAddress => int.MaxValue,
        _ => HasSubFunction(service) ? 1 : 0,
    };

    /// <summary>The services of ISO 15031-5 (SAE J1979).</summary>
    public static bool IsObd(UdsService service) => (byte)service is >= 0x01 and <= 0x0A;

    /// <summary>A response repeats what it is about; of several that were asked for, it has those that the control unit supports.</summary>
    private static int ObdEchoLength(ReadOnlySpan<byte> request) => request switch
    {
        [0x01 or 0x05 or 0x06 or 0x08 or 0x09, _] or [0x05 or 0x08, ..] => 1,
        [0x02, _, _] => 2,
        _ => 0,
    };

    /// <summary>Reads a message of a service; false if it is malformed.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> message, [MaybeNullWhen(false)] out T value)
        where T : IUdsMessage<T> => T.TryRead(message, out value);
}
