using System.Reactive;
using System.Reactive.Linq;
using System.Text;

namespace RxCan.Uds;

/// <summary>
/// The services of OBD-II (01 to 0A) as requests of a client, usually one from <see cref="UdsExtensions.OpenObd"/>, which all control units answer:
/// <see cref="IUdsRequest{T}.ByEcu"/> says which one did.
/// </summary>
/// <remarks>Source: ISO 15031-5:2015 and SAE J1979, on CAN.</remarks>
public static class ObdServices
{
    private const int MaxPids = 6;
    private const int PidsInMask = 0x20;
    private const int VinInfo = 0x02;

    /// <summary>Service 01: the values of parameter identifiers, of those that a control unit supports.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="pids">One to six identifiers.</param>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public static IUdsRequest<IReadOnlyList<ObdValue>> ReadObd(this IUdsClient ecu, params ReadOnlySpan<byte> pids)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        if (pids.Length is 0 or > MaxPids)
            throw new ArgumentException($"Ask for 1 to {MaxPids} identifiers at once, not {pids.Length}.", nameof(pids));
        return ecu.Request([0x01, .. pids], static response => Values(response, 0x41, hasFrame: false));
    }

    /// <summary>Service 02: the value of a parameter identifier when a code was set.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="pid">The identifier; 02 tells which code it was.</param>
    /// <param name="frame">The number of the freeze frame.</param>
    public static IUdsRequest<IReadOnlyList<ObdValue>> ReadFreezeFrame(this IUdsClient ecu, byte pid, byte frame = 0)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request([0x02, pid, frame], static response => Values(response, 0x42, hasFrame: true));
    }

    /// <summary>Service 03: the confirmed codes.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<IReadOnlyList<ObdDtc>> ReadObdDtcs(this IUdsClient ecu) => ecu.Codes(0x03);

    /// <summary>Service 04: clears codes, freeze frames and test results.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<Unit> ClearObdDtcs(this IUdsClient ecu)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request([0x04], static _ => Unit.Default);
    }

    /// <summary>Service 05: a result of oxygen sensor monitoring, as bytes. On CAN, service 06 has replaced it.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="test">The test.</param>
    /// <param name="sensor">The oxygen sensor.</param>
    public static IUdsRequest<byte[]> ReadOxygenSensorTest(this IUdsClient ecu, byte test, byte sensor) => ecu.Bytes([0x05, test, sensor], 3);

    /// <summary>Service 06: the results of a monitor.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="monitor">The monitor (OBDMID).</param>
    public static IUdsRequest<IReadOnlyList<ObdTestResult>> ReadObdMonitor(this IUdsClient ecu, byte monitor)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request<IReadOnlyList<ObdTestResult>>([0x06, monitor], static response =>
        {
            var reader = new UdsReader(response, 0x46);
            var results = new List<ObdTestResult>();
            while (reader.HasMore)
                results.Add(ObdScaling.Result(reader.Byte(), reader.Byte(), reader.Byte(), reader.UInt16(), reader.UInt16(), reader.UInt16()));
            return reader.IsComplete ? results : throw Malformed.Response((UdsService)0x06, response);
        });
    }

    /// <summary>Service 07: the pending codes, of this or the last driving cycle.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<IReadOnlyList<ObdDtc>> ReadPendingObdDtcs(this IUdsClient ecu) => ecu.Codes(0x07);

    /// <summary>Service 08: controls a system or a test, as bytes.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="test">The test.</param>
    /// <param name="data">What it needs to know, five bytes for most.</param>
    public static IUdsRequest<byte[]> ControlObd(this IUdsClient ecu, byte test, params ReadOnlySpan<byte> data) => ecu.Bytes([0x08, test, .. data], 2);

    /// <summary>Service 09: information about the vehicle, as bytes behind the number of items.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="information">The kind of information (INFOTYPE).</param>
    public static IUdsRequest<byte[]> ReadVehicleInformation(this IUdsClient ecu, byte information) => ecu.Bytes([0x09, information], 3);

    /// <summary>Service 09, 02: the vehicle identification number.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<string> ReadVin(this IUdsClient ecu) => ecu.Texts(VinInfo, 17, static texts => texts[0]);

    /// <summary>Service 09, 04: the calibration identifications.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<IReadOnlyList<string>> ReadCalibrationIds(this IUdsClient ecu) => ecu.Texts(0x04, 16, static texts => texts);

    /// <summary>Service 09, 06: the calibration verification numbers, one for each calibration.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<IReadOnlyList<uint>> ReadCalibrationNumbers(this IUdsClient ecu)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request<IReadOnlyList<uint>>([0x09, 0x06], static response =>
        {
            var reader = Information(response, out var count);
            var numbers = new List<uint>();
            while (reader.HasMore)
                numbers.Add((uint)reader.Number(sizeof(uint)));
            return reader.IsComplete && numbers.Count == count ? numbers : throw Malformed.Response((UdsService)0x09, response);
        });
    }

    /// <summary>Service 09, 0A: the name of the control unit, with its acronym.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<string> ReadObdName(this IUdsClient ecu) => ecu.Texts(0x0A, 20, static texts => texts[0].Replace('\0', '-'));

    /// <summary>Service 0A: the permanent codes, which only the vehicle itself can clear.</summary>
    /// <param name="ecu">The client.</param>
    public static IUdsRequest<IReadOnlyList<ObdDtc>> ReadPermanentObdDtcs(this IUdsClient ecu) => ecu.Codes(0x0A);

    /// <summary>The identifiers of service 01 that each control unit supports: reads the masks 00, 20 and so on, as far as there are any.</summary>
    /// <param name="ecu">The client.</param>
    public static IObservable<ObdSupport> ReadSupportedPids(this IUdsClient ecu) => ecu.ReadSupported(0x01);

    /// <summary>The identifiers of a service that each control unit supports.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="service">The service: 01, 02, 05, 06, 08 or 09.</param>
    /// <exception cref="ArgumentOutOfRangeException">The service has no identifiers.</exception>
    public static IObservable<ObdSupport> ReadSupported(this IUdsClient ecu, byte service)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        if (service is not (0x01 or 0x02 or 0x05 or 0x06 or 0x08 or 0x09))
            throw new ArgumentOutOfRangeException(nameof(service), service, "Only services 01, 02, 05, 06, 08 and 09 have identifiers.");
        return Observable.Defer(() => Next(ecu, service, 0, []));
    }

    private static IObservable<ObdSupport> Next(IUdsClient ecu, byte service, byte first, Dictionary<IsoTp.IsoTpAddress, List<byte>> found) => ecu
        .Request<uint>(service == 0x02 ? [service, first, 0] : [service, first], response => Mask(response, service, first))
        .ByEcu.Where(static answer => answer.Error is null).ToList()
        .SelectMany(answers =>
        {
            var goesOn = false;
            foreach (var answer in answers)
            {
                if (!found.TryGetValue(answer.Ecu, out var list))
                    found[answer.Ecu] = list = [];
                for (var i = 1; i < PidsInMask; i++)
                {
                    if ((answer.Value & (0x8000_0000 >> (i - 1))) != 0)
                        list.Add((byte)(first + i));
                }

                goesOn |= (answer.Value & 1) != 0;
            }

            return goesOn && first + PidsInMask <= byte.MaxValue
                ? Next(ecu, service, (byte)(first + PidsInMask), found)
                : found.Select(static pair => new ObdSupport(pair.Key, pair.Value)).ToObservable();
        });

    /// <summary>The mask of a response: <c>41 00 mask</c>; service 02 has the frame before it.</summary>
    private static uint Mask(byte[] response, byte service, byte first)
    {
        var reader = UdsReader.Response(response, (UdsService)service);
        if (reader.Byte() != first)
            reader.Fail();
        if (service == 0x02)
            reader.Byte();
        var mask = (uint)reader.Number(sizeof(uint));
        return reader.IsValid ? mask : throw Malformed.Response((UdsService)service, response);
    }

    /// <summary>Identifiers and their data; of one that is not known, all that follows.</summary>
    private static List<ObdValue> Values(byte[] response, byte service, bool hasFrame)
    {
        var reader = new UdsReader(response, service);
        var values = new List<ObdValue>();
        while (reader.HasMore)
        {
            var id = reader.Byte();
            if (hasFrame)
                reader.Byte();
            var pid = ObdPid.Find(id);
            if (pid is null)
                reader.Take(reader.Left);
            else if (reader.Take(pid.Length) is { IsEmpty: false } data)
                values.AddRange(pid.Decode(data));
        }

        return reader.IsComplete ? values : throw Malformed.Response((UdsService)(service - UdsProtocol.PositiveOffset), response);
    }

    private static IUdsRequest<IReadOnlyList<ObdDtc>> Codes(this IUdsClient ecu, byte service)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request<IReadOnlyList<ObdDtc>>([service], response =>
        {
            var reader = UdsReader.Response(response, (UdsService)service);
            var codes = new ObdDtc[reader.Byte()];
            for (var i = 0; i < codes.Length; i++)
                codes[i] = new(reader.UInt16());
            return reader.IsValid ? codes : throw Malformed.Response((UdsService)service, response);
        });
    }

    private static IUdsRequest<byte[]> Bytes(this IUdsClient ecu, ReadOnlySpan<byte> request, int header)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request(request, response => response.Length >= header
            ? response[header..]
            : throw Malformed.Response((UdsService)(response[0] - UdsProtocol.PositiveOffset), response));
    }

    private static IUdsRequest<T> Texts<T>(this IUdsClient ecu, byte information, int length, Func<string[], T> select)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        return ecu.Request([0x09, information], response =>
        {
            var reader = Information(response, out var count);
            var texts = new string[count];
            for (var i = 0; i < count; i++)
                texts[i] = Encoding.ASCII.GetString(reader.Take(length)).TrimEnd('\0', ' ');
            return reader.IsComplete && count > 0 ? select(texts) : throw Malformed.Response((UdsService)0x09, response);
        });
    }

    /// <summary>The items of <c>49 information count items</c>.</summary>
    private static UdsReader Information(byte[] response, out int count)
    {
        var reader = new UdsReader(response, 0x49);
        reader.Byte();
        count = reader.Byte();
        return reader;
    }
}
