using System.Buffers;

namespace RxCan.Uds;

/// <summary>Data identifiers, memory, inputs and outputs, routines.</summary>
internal sealed partial class ServerMachine
{
    private const ushort ActiveSession = 0xF186;
    private const ushort FirstDynamic = 0xF200, LastDynamic = 0xF3FF; // C.1: F2xx periodic, F3xx dynamic
    private const int MaxParts = 255; // of a dynamic identifier

    private readonly Dictionary<ushort, List<Part>> _dynamic = [];
    private readonly HashSet<ushort> _controlled = [];
    private readonly HashSet<ushort> _started = []; // routines

    /// <summary>A part of a dynamic identifier: of another one's record, from a position that counts from 1, or of memory.</summary>
    private readonly record struct Part(ushort Identifier, byte Position, byte Size, UdsMemory? Memory);

    private UdsReply ReadData(UdsRequest request)
    {
        const int idLength = 2;
        var message = request.Message.Span;
        if (message.Length < 1 + idLength || message.Length % idLength == 0 || message.Length > 1 + (idLength * options.MaxIdentifiers))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var isAnyThere = false;
        for (var at = 1; at < message.Length; at += idLength)
        {
            var locked = LockedToRead(IdentifierAt(message, at));
            if (locked == UdsNegativeResponseCode.RequestOutOfRange)
                continue; // it is left out, unless all are
            if (locked != 0)
                return locked;
            isAnyThere = true;
        }

        if (!isAnyThere)
            return UdsNegativeResponseCode.RequestOutOfRange;
        _written.ResetWrittenCount();
        _written.Write([UdsProtocol.Positive(UdsService.ReadDataByIdentifier)]);
        return ReadDataFrom(1, request);
    }

    /// <summary>Appends the records from a position of the request on.</summary>
    private UdsReply ReadDataFrom(int at, UdsRequest request)
    {
        for (var message = request.Message.Span; at < message.Length; at += 2)
        {
            var identifier = IdentifierAt(message, at);
            if (LockedToRead(identifier) != 0)
                continue;
            var record = Record(identifier, request);
            if (record.Source is not null)
                return ReadDataAfter(record, identifier, at, request);
            if (!record.IsPositive)
                return record;
            Append(identifier, record.Data ?? []);
            if (_written.WrittenCount > maxLength)
                return UdsNegativeResponseCode.ResponseTooLong;
        }

        return UdsReply.Message(_written.WrittenSpan.ToArray());
    }

    private UdsReply ReadDataAfter(UdsReply record, ushort identifier, int at, UdsRequest request) => record.Then(data =>
    {
        Append(identifier, data);
        return ReadDataFrom(at + 2, request);
    });

    private void Append(ushort identifier, byte[] record)
    {
        var id = _written.GetSpan(2);
        id[0] = (byte)(identifier >> 8);
        id[1] = (byte)identifier;
        _written.Advance(2);
        _written.Write(record);
    }

    private static ushort IdentifierAt(ReadOnlySpan<byte> message, int at) => (ushort)((message[at] << 8) | message[at + 1]);

    /// <summary>Why an identifier cannot be read, whatever its condition says; 0 if it can.</summary>
    private UdsNegativeResponseCode LockedToRead(ushort identifier)
    {
        if (ecu.Data.TryGet(identifier, out var item))
            return item.Read is null ? UdsNegativeResponseCode.RequestOutOfRange : Locked(item.ReadAccess, UdsNegativeResponseCode.RequestOutOfRange);
        if (identifier == ActiveSession)
            return 0;
        if (!_dynamic.TryGetValue(identifier, out var parts))
            return UdsNegativeResponseCode.RequestOutOfRange;
        foreach (var part in parts)
        {
            var locked = part.Memory is { } memory ? LockedMemory(memory, isWrite: false, out _) : LockedToRead(part.Identifier);
            if (locked != 0)
                return locked;
        }

        return 0;
    }

    /// <summary>The record of an identifier that is not locked.</summary>
    private UdsReply Record(ushort identifier, UdsRequest request)
    {
        if (ecu.Data.TryGet(identifier, out var item) && item.Read is { } read)
        {
            if (item.ReadAccess.Condition?.Invoke(request) is { } refusal and not 0)
                return refusal;
            var record = read(request);
            if (record.IsPositive)
                Check(item.Id, record.Data);
            else if (record.Source is not null && item.Id.Length is not null)
                return Checked(item.Id, record);
            return record;
        }

        return identifier == ActiveSession ? new[] { (byte)Session } : DynamicRecord(_dynamic[identifier], request);
    }

    private static UdsReply Checked(UdsDataIdentifier id, UdsReply record) => record.Then(data =>
    {
        Check(id, data);
        return data;
    });

    private static void Check(UdsDataIdentifier id, byte[]? record)
    {
        if (id.Length is { } length && length != (record?.Length ?? 0))
            throw new FormatException($"{id}: the handler gave a record of {record?.Length ?? 0} bytes, but its length is {length}.");
    }

    /// <summary>The record of a dynamic identifier. Parts whose handlers are slow, or whose records are too short, are not available.</summary>
    private UdsReply DynamicRecord(List<Part> parts, UdsRequest request)
    {
        var whole = new ArrayBufferWriter<byte>();
        foreach (var part in parts)
        {
            if (part.Memory is { } memory)
            {
                if (LockedMemory(memory, isWrite: false, out var bytes) is var locked and not 0)
                    return locked;
                whole.Write(bytes.Span);
                continue;
            }

            var record = Record(part.Identifier, request);
            if (!record.IsPositive && record.Source is null)
                return record;
            if (record.Source is not null || record.Data is not { } data || part.Position - 1 + part.Size > data.Length)
                return UdsNegativeResponseCode.ConditionsNotCorrect;
            whole.Write(data.AsSpan(part.Position - 1, part.Size));
        }

        return whole.WrittenSpan.ToArray();
    }

    private UdsReply WriteData(UdsRequest request)
    {
        const int header = 3;
        var message = request.Message;
        if (message.Length <= header)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var identifier = IdentifierAt(message.Span, 1);
        if (!ecu.Data.TryGet(identifier, out var item) || item.Write is null)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (Locked(item.WriteAccess, UdsNegativeResponseCode.RequestOutOfRange) is var locked and not 0)
            return locked;
        if (item.Id.Length is { } length && message.Length != header + length)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (item.WriteAccess.Condition?.Invoke(request) is { } refusal and not 0)
            return refusal;
        return item.Write(request with { Data = message[header..] }).Then(_ => UdsReply.Of(new WriteDataResponse(identifier)));
    }

    private UdsReply ReadScaling(UdsRequest request)
    {
        if (!UdsProtocol.TryRead(request.Message.Span, out ReadScalingRequest wanted))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (!ecu.Data.TryGet(wanted.Identifier, out var item) || item.Scaling.Count == 0)
            return UdsNegativeResponseCode.RequestOutOfRange;
        return Refusal(item.ReadAccess, request, UdsNegativeResponseCode.RequestOutOfRange) is var refusal and not 0
            ? refusal
            : UdsReply.Of(new ReadScalingResponse(wanted.Identifier, [.. item.Scaling]));
    }

    private UdsReply ControlIO(UdsRequest request)
    {
        const int header = 4;
        var message = request.Message;
        if (message.Length < header)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var identifier = IdentifierAt(message.Span, 1);
        var control = (UdsIOControl)message.Span[3];
        if (!ecu.Data.TryGet(identifier, out var item) || item.Control is not { } handler
            || !item.ControlAccess.IsIn(Session) || control > UdsIOControl.ShortTermAdjustment)
        {
            return UdsNegativeResponseCode.RequestOutOfRange;
        }

        if (Locked(item.ControlAccess, UdsNegativeResponseCode.RequestOutOfRange) is var locked and not 0)
            return locked;
        var state = message[header..];
        if (control == UdsIOControl.ShortTermAdjustment && (state.IsEmpty || state.Length < item.Id.Length))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (item.ControlAccess.Condition?.Invoke(request) is { } refusal and not 0)
            return refusal;
        return handler(request with { Control = control, Data = state }).Then(data =>
        {
            if (control == UdsIOControl.ReturnControlToEcu)
                _controlled.Remove(identifier);
            else
                _controlled.Add(identifier);
            return UdsReply.Of(new IOControlResponse(identifier, control, data));
        });
    }

    /// <summary>The session is over: the control unit controls its inputs and outputs again.</summary>
    private void ReturnControl()
    {
        foreach (var identifier in _controlled)
        {
            var request = new UdsRequest(
                new IOControlRequest(identifier, UdsIOControl.ReturnControlToEcu, []).ToBytes(), isFunctional: false, Session, Level)
            {
                Control = UdsIOControl.ReturnControlToEcu,
                Data = default,
            };
            try
            {
                if (ecu.Data.TryGet(identifier, out var item))
                    item.Control?.Invoke(request);
            }
            catch (Exception e)
            {
                Failure(request, e);
            }
        }

        _controlled.Clear();
    }

    private UdsReply ControlRoutine(UdsRequest request)
    {
        const int header = 4;
        var message = request.Message;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var control = (UdsRoutineControl)(message.Span[1] & ~UdsProtocol.SuppressPositiveResponse);
        if (control is UdsRoutineControl.None or > UdsRoutineControl.RequestResults)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (message.Length < header)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var identifier = IdentifierAt(message.Span, 2);
        if (ecu.Routines.FirstOrDefault(one => one.Id == identifier) is not { } routine)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (Locked(routine.Access, UdsNegativeResponseCode.RequestOutOfRange) is var locked and not 0)
            return locked;
        var isStart = control == UdsRoutineControl.Start;
        if ((isStart ? routine.Start : control == UdsRoutineControl.Stop ? routine.Stop : routine.Results) is not { } handler)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (isStart && routine.OptionLength is { } length && message.Length != header + length)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (!isStart && !_started.Contains(identifier))
            return UdsNegativeResponseCode.RequestSequenceError;
        if (routine.Access.Condition?.Invoke(request) is { } refusal and not 0)
            return refusal;
        return handler(request with { Data = message[header..] }).Then(status =>
        {
            if (isStart)
                _started.Add(identifier);
            return UdsReply.Of(new RoutineControlResponse(control, identifier, status));
        });
    }

    private UdsReply ReadMemory(UdsRequest request)
    {
        var refusal = ReadRange(request.Message.Span, 1, exact: true, out var range);
        if (refusal == 0)
            refusal = LockedMemory(range, isWrite: false, out _);
        if (refusal == 0)
            refusal = Condition(range, isWrite: false, request);
        if (refusal == 0 && range.Size >= (ulong)maxLength)
            refusal = UdsNegativeResponseCode.ResponseTooLong;
        if (refusal != 0 || LockedMemory(range, isWrite: false, out var bytes) != 0)
            return refusal;
        return UdsReply.Of(new ReadMemoryResponse(bytes.ToArray()));
    }

    private UdsReply WriteMemory(UdsRequest request)
    {
        var message = request.Message.Span;
        var refusal = ReadRange(message, 1, exact: false, out var range);
        var data = message[Math.Min(message.Length, 2 + range.AddressBytes + range.SizeBytes)..];
        if (refusal == 0 && range.Size != (ulong)data.Length)
            refusal = UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (refusal == 0)
            refusal = LockedMemory(range, isWrite: true, out _);
        if (refusal == 0)
            refusal = Condition(range, isWrite: true, request);
        if (refusal != 0 || LockedMemory(range, isWrite: true, out var bytes) != 0)
            return refusal;
        data.CopyTo(bytes.Span);
        return UdsReply.Of(new WriteMemoryResponse(range));
    }

    /// <summary>Reads a range: its format (31), then the length of the request (13).</summary>
    /// <param name="message">The request.</param>
    /// <param name="at">Where the format is.</param>
    /// <param name="exact">Whether nothing may follow.</param>
    /// <param name="range">The range.</param>
    private static UdsNegativeResponseCode ReadRange(ReadOnlySpan<byte> message, int at, bool exact, out UdsMemory range)
    {
        range = default;
        if (message.Length < at + 3)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var (size, address) = (message[at] >> 4, message[at] & 0xF);
        if (size is 0 or > sizeof(ulong) || address is 0 or > sizeof(ulong))
            return UdsNegativeResponseCode.RequestOutOfRange;
        var end = at + 1 + address + size;
        if (exact ? message.Length != end : message.Length < end)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var reader = new UdsReader(message[(at - 1)..end], message[at - 1]);
        range = UdsMemory.Read(ref reader);
        return 0;
    }

    /// <summary>The bytes of a range, or why it cannot be reached.</summary>
    private UdsNegativeResponseCode LockedMemory(in UdsMemory range, bool isWrite, out Memory<byte> bytes)
    {
        bytes = default;
        if (AreaOf(range, out var found) is not { } area || (isWrite ? area.WriteAccess : area.ReadAccess) is not { } access)
            return UdsNegativeResponseCode.RequestOutOfRange;
        bytes = found;
        return Locked(access, UdsNegativeResponseCode.RequestOutOfRange);
    }

    private UdsNegativeResponseCode Condition(in UdsMemory range, bool isWrite, UdsRequest request) =>
        (AreaOf(range, out _) is { } area ? isWrite ? area.WriteAccess : area.ReadAccess : null)?.Condition?.Invoke(request) ?? 0;

    private UdsMemoryArea? AreaOf(in UdsMemory range, out Memory<byte> bytes)
    {
        foreach (var area in ecu.Memory)
        {
            bytes = area.Slice(range);
            if (!bytes.IsEmpty)
                return area;
        }

        bytes = default;
        return null;
    }

    private UdsReply DynamicallyDefine(UdsRequest request)
    {
        var message = request.Message.Span;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var definition = (UdsDynamicDefinition)(message[1] & ~UdsProtocol.SuppressPositiveResponse);
        if (definition is UdsDynamicDefinition.None or > UdsDynamicDefinition.Clear)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (definition == UdsDynamicDefinition.ByMemoryAddress && message.Length > 5
            && (message[4] >> 4 is 0 or > sizeof(ulong) || (message[4] & 0xF) is 0 or > sizeof(ulong)))
        {
            return UdsNegativeResponseCode.RequestOutOfRange;
        }

        if (!UdsProtocol.TryRead(message, out DynamicallyDefineRequest wanted))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (definition == UdsDynamicDefinition.Clear)
            return ClearDynamic(wanted.Identifier);
        var identifier = wanted.Identifier!.Value;
        if (identifier is < FirstDynamic or > LastDynamic || ecu.Data.TryGet(identifier, out _))
            return UdsNegativeResponseCode.RequestOutOfRange;
        var defined = _dynamic.GetValueOrDefault(identifier) ?? [];
        List<Part> parts = [.. defined, .. wanted.Parts.Select(part => new Part(part.Identifier, part.Position, part.Size, null))];
        parts.AddRange(wanted.Memory.Select(memory => new Part(0, 0, 0, memory)));
        if (parts.Count > MaxParts)
            return UdsNegativeResponseCode.RequestOutOfRange;
        var length = 0UL;
        foreach (var part in parts)
        {
            if (RefusalOf(part, ref length) is var refusal and not 0)
                return refusal;
        }

        if (length > (ulong)maxLength)
            return UdsNegativeResponseCode.RequestOutOfRange;
        _dynamic[identifier] = parts;
        return UdsReply.Of(new DynamicallyDefineResponse(definition, identifier));
    }

    private UdsNegativeResponseCode RefusalOf(in Part part, ref ulong length)
    {
        if (part.Memory is { } memory)
        {
            length = Math.Min(length + memory.Size, uint.MaxValue);
            return LockedMemory(memory, isWrite: false, out _);
        }

        length += part.Size;
        if (part.Position == 0 || part.Size == 0 || _dynamic.ContainsKey(part.Identifier))
            return UdsNegativeResponseCode.RequestOutOfRange;
        return ecu.Data.TryGet(part.Identifier, out var item) && item.Id.Length is { } known && part.Position - 1 + part.Size > known
            ? UdsNegativeResponseCode.RequestOutOfRange
            : LockedToRead(part.Identifier);
    }

    private UdsReply ClearDynamic(ushort? identifier)
    {
        if (identifier is not { } one)
        {
            foreach (var each in _dynamic.Keys)
                StopPeriodic(each);
            _dynamic.Clear();
        }
        else if (_dynamic.Remove(one))
        {
            StopPeriodic(one);
        }
        else
        {
            return UdsNegativeResponseCode.RequestOutOfRange;
        }

        return UdsReply.Of(new DynamicallyDefineResponse(UdsDynamicDefinition.Clear, identifier));
    }
}
