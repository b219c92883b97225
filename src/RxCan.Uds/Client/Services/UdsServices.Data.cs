using System.Reactive;
using System.Reactive.Linq;

namespace RxCan.Uds;

/// <content>Data transmission (ISO 14229-1:2020, clause 11).</content>
public static partial class UdsServices
{
    /// <summary>ReadDataByIdentifier (0x22): the record of an identifier as bytes.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<byte[]> ReadData(this IUdsClient ecu, ushort identifier, UdsRequestOptions? options = null) =>
        ecu.Call(new ReadDataRequest([identifier]), Record, options);

    /// <summary>ReadDataByIdentifier (0x22): the record of an identifier as a value.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<T> ReadData<T>(this IUdsClient ecu, UdsDataIdentifier<T> identifier, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return ecu.Call(new ReadDataRequest([identifier.Id]), response => identifier.Decode(Record(response)), options);
    }

    /// <summary>
    /// ReadDataByIdentifier (0x22): several at once. The response does not say where a record ends: give the lengths of all identifiers but one,
    /// or the response may be ambiguous, which is an error.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifiers">The identifiers, at least one.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">There are no identifiers.</exception>
    public static IUdsRequest<UdsDataRecords> ReadData(
        this IUdsClient ecu, IReadOnlyList<UdsDataIdentifier> identifiers, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        if (identifiers.Count == 0)
            throw new ArgumentException("Give at least one identifier.", nameof(identifiers));
        UdsDataIdentifier[] asked = [.. identifiers];
        return ecu.Call(
            new ReadDataRequest(Array.ConvertAll(asked, static identifier => identifier.Id)),
            response => ReadDataResponse.TryRead(response, asked, out var read)
                ? new UdsDataRecords(read.Records)
                : throw Malformed.Response(
                    UdsService.ReadDataByIdentifier, response, "Or the identifiers do not have the lengths given; give the length of each."),
            options);
    }

    /// <summary>ReadMemoryByAddress (0x23).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="memory">What to read.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<byte[]> ReadMemory(this IUdsClient ecu, UdsMemory memory, UdsRequestOptions? options = null) =>
        ecu.Call(new ReadMemoryRequest(memory), static r => Malformed.Read<ReadMemoryResponse>(r).Data, options);

    /// <summary>ReadScalingDataByIdentifier (0x24): how a record is to be read.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<IReadOnlyList<UdsScaling>> ReadScaling(this IUdsClient ecu, ushort identifier, UdsRequestOptions? options = null) =>
        ecu.Call<ReadScalingRequest, IReadOnlyList<UdsScaling>>(new(identifier), static r => Malformed.Read<ReadScalingResponse>(r).Scalings, options);

    /// <summary>
    /// ReadDataByPeriodicIdentifier (0x2A): when subscribed, asks the control unit to send records by itself, and delivers them; when disposed,
    /// stops it.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="rate">How often.</param>
    /// <param name="identifiers">The low bytes of the identifiers F200 to F2FF, at least one.</param>
    /// <param name="frames">
    /// The frames with the records, for control units that send them with an identifier of their own (response type 2, a frame for each record).
    /// Null if they come as messages of the ISO-TP session.
    /// </param>
    /// <exception cref="ArgumentException">There are no identifiers.</exception>
    public static IObservable<UdsPeriodicData> ReadPeriodic(
        this IUdsClient ecu, UdsPeriodicRate rate, ReadOnlySpan<byte> identifiers, IObservable<CanFrame>? frames = null)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        if (identifiers.IsEmpty)
            throw new ArgumentException("Give at least one identifier.", nameof(identifiers));
        var ids = identifiers.ToArray();
        var start = ecu.CallUnit<ReadPeriodicRequest, ReadPeriodicResponse>(new(rate, ids), null);
        var stop = ecu.CallUnit<ReadPeriodicRequest, ReadPeriodicResponse>(new(UdsPeriodicRate.Stop, ids), null);
        var records = frames is null
            ? ecu.IsoTp.Where(m => m.Length > 1 && ids.Contains(m[0])).Select(static m => new UdsPeriodicData(m[0], m.AsMemory(1)))
            : frames.Where(f => f.Length > 1 && ids.Contains(f.Data[0])).Select(static f => new UdsPeriodicData(f.Data[0], f.Data[1..].ToArray()));
        return Observable.Create<UdsPeriodicData>(observer =>
        {
            var listening = records.Subscribe(observer);
            var starting = start.Subscribe(static _ => { }, observer.OnError);
            return () =>
            {
                listening.Dispose();
                starting.Dispose();
                stop.Subscribe(static _ => { }, static _ => { });
            };
        });
    }

    /// <summary>ReadDataByPeriodicIdentifier (0x2A), stopSending.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifiers">The low bytes of the identifiers; empty for all.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> StopPeriodic(this IUdsClient ecu, ReadOnlySpan<byte> identifiers = default, UdsRequestOptions? options = null) =>
        ecu.CallUnit<ReadPeriodicRequest, ReadPeriodicResponse>(new(UdsPeriodicRate.Stop, identifiers.ToArray()), options);

    /// <summary>DynamicallyDefineDataIdentifier (0x2C), defineByIdentifier: an identifier from parts of other records.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier to define, usually F300 to F3FF, or F200 to F2FF for periodic data.</param>
    /// <param name="parts">The parts, at least one.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">There are no parts.</exception>
    public static IUdsRequest<Unit> DefineData(
        this IUdsClient ecu, ushort identifier, IEnumerable<UdsDataPart> parts, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        UdsDataPart[] all = [.. parts];
        return all.Length > 0
            ? ecu.Define(new(UdsDynamicDefinition.ByIdentifier, identifier) { Parts = all }, options)
            : throw new ArgumentException("Give at least one part.", nameof(parts));
    }

    /// <summary>DynamicallyDefineDataIdentifier (0x2C), defineByMemoryAddress: an identifier from memory.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier to define, usually F300 to F3FF, or F200 to F2FF for periodic data.</param>
    /// <param name="memory">The memory, at least one range; all are written with as many bytes as the longest address and size take.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">There is no memory.</exception>
    public static IUdsRequest<Unit> DefineData(
        this IUdsClient ecu, ushort identifier, IEnumerable<UdsMemory> memory, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        UdsMemory[] all = [.. memory];
        return all.Length > 0
            ? ecu.Define(new(UdsDynamicDefinition.ByMemoryAddress, identifier) { Memory = all }, options)
            : throw new ArgumentException("Give at least one range.", nameof(memory));
    }

    /// <summary>DynamicallyDefineDataIdentifier (0x2C), clearDynamicallyDefinedDataIdentifier.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier; null for all.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> ClearData(this IUdsClient ecu, ushort? identifier = null, UdsRequestOptions? options = null) =>
        ecu.Define(new(UdsDynamicDefinition.Clear, identifier), options);

    /// <summary>WriteDataByIdentifier (0x2E): a record as bytes.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="record">The record, at least one byte.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    public static IUdsRequest<Unit> WriteData(this IUdsClient ecu, ushort identifier, ReadOnlySpan<byte> record, UdsRequestOptions? options = null) =>
        ecu.CallUnit<WriteDataRequest, WriteDataResponse>(new(identifier, record.ToArray()), options);

    /// <summary>WriteDataByIdentifier (0x2E): a record as a value.</summary>
    /// <typeparam name="T">The value.</typeparam>
    /// <param name="ecu">The client.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="FormatException">The codec made a record of another length than its own.</exception>
    public static IUdsRequest<Unit> WriteData<T>(
        this IUdsClient ecu, UdsDataIdentifier<T> identifier, T value, UdsRequestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return ecu.WriteData(identifier.Id, identifier.Encode(value), options);
    }

    /// <summary>WriteMemoryByAddress (0x3D).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="memory">Where to write; its size is that of the data.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The memory and the data differ in size.</exception>
    public static IUdsRequest<Unit> WriteMemory(
        this IUdsClient ecu, UdsMemory memory, ReadOnlySpan<byte> data, UdsRequestOptions? options = null) => memory.Size == (ulong)data.Length
        ? ecu.CallUnit<WriteMemoryRequest, WriteMemoryResponse>(new(memory, data.ToArray()), options)
        : throw new ArgumentException($"The data has {data.Length} bytes, but the memory {memory.Size}.", nameof(data));

    private static IUdsRequest<Unit> Define(this IUdsClient ecu, DynamicallyDefineRequest request, UdsRequestOptions? options) =>
        ecu.CallUnit<DynamicallyDefineRequest, DynamicallyDefineResponse>(request, options);

    private static byte[] Record(byte[] response)
    {
        const int header = 3;
        return response.Length >= header ? response[header..] : throw Malformed.Response(UdsService.ReadDataByIdentifier, response);
    }
}
