namespace RxCan.Uds;

/// <summary>ResponseOnEvent.</summary>
internal sealed partial class ServerMachine
{
    private const byte InfiniteWindow = 0x02; // table B.2
    private const int MaxEvents = 16;

    private static readonly TimeSpan WindowUnit = TimeSpan.FromSeconds(10);

    private readonly List<WatchedEvent> _events = [];
    private TimeSpan _eventsUntil = Never;
    private TimeSpan _nextLook = Never;
    private bool _areEventsStarted;

    private TimeSpan EventDue => _areEventsStarted ? Earliest(_eventsUntil, _nextLook) : Never;

    /// <summary>The status of a trouble code has changed.</summary>
    public void OnDtcChanged(TimeSpan now, UdsDtcStatus changed)
    {
        _now = now;
        if (!_areEventsStarted || now >= _eventsUntil)
            return;
        foreach (var watched in _events.ToArray())
        {
            if (watched.Request.Event == UdsResponseEvent.OnDtcStatusChange && (watched.Request.EventRecord[0] & (byte)changed) != 0)
                Respond(watched);
        }
    }

    private UdsReply ResponseOnEvent(UdsRequest request)
    {
        const int storeBit = 0x40;
        var message = request.Message.Span;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var type = (UdsResponseEvent)(message[1] & ~UdsProtocol.SuppressPositiveResponse & ~storeBit);
        if (ResponseOnEventRequest.RecordLength(type) is not { } recordLength)
            return UdsNegativeResponseCode.SubFunctionNotSupported;
        if (!UdsProtocol.TryRead(message, out ResponseOnEventRequest wanted))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var isSetUp = recordLength > 0;
        if (isSetUp != wanted.Service.Length > 0)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        switch (type)
        {
            case UdsResponseEvent.Start when _events.Count == 0:
                return UdsNegativeResponseCode.RequestSequenceError;
            case UdsResponseEvent.Start:
                _afterwards = () => StartEvents(wanted.Window);
                break;
            case UdsResponseEvent.Stop:
                _afterwards = StopEvents;
                break;
            case UdsResponseEvent.Clear:
                _afterwards = () =>
                {
                    StopEvents();
                    _events.Clear();
                };
                break;
            case UdsResponseEvent.ReportActivatedEvents:
                var active = _areEventsStarted ? _events : [];
                byte[] record = [.. active.SelectMany(one => new[] { (byte)one.Request.Event, one.Request.Window }
                    .Concat(one.Request.EventRecord).Concat(one.Request.Service))];
                return UdsReply.Of(new UdsResponseOnEventResponse(type, wanted.Store, (byte)active.Count, record));
            default:
                if (RefusalOf(wanted) is var refusal and not 0)
                    return refusal;
                _afterwards = () => _events.Add(new(wanted));
                break;
        }

        return UdsReply.Of(new UdsResponseOnEventResponse(
            type, wanted.Store, 0, (byte[])[wanted.Window, .. wanted.EventRecord, .. wanted.Service]));
    }

    /// <summary>Why an event cannot be set up; 0 if it can. The services are those that table 142 recommends.</summary>
    private UdsNegativeResponseCode RefusalOf(in ResponseOnEventRequest wanted)
    {
        var isPossible = _events.Count < MaxEvents
            && (UdsService)wanted.Service[0] is UdsService.ReadDataByIdentifier or UdsService.ReadDtcInformation or UdsService.RoutineControl
                or UdsService.InputOutputControlByIdentifier
            && wanted.Event switch
            {
                UdsResponseEvent.OnTimerInterrupt => wanted.EventRecord[0] is >= (byte)UdsPeriodicRate.Slow and <= (byte)UdsPeriodicRate.Fast,
                UdsResponseEvent.OnComparisonOfValues => wanted.EventRecord[2] is >= (byte)Comparison.Less and <= (byte)Comparison.NotEqual,
                _ => true,
            };
        if (!isPossible)
            return UdsNegativeResponseCode.RequestOutOfRange;
        return wanted.Event is UdsResponseEvent.OnChangeOfDataIdentifier or UdsResponseEvent.OnComparisonOfValues
            ? LockedToRead(IdentifierAt(wanted.EventRecord, 0))
            : 0;
    }

    private void StartEvents(byte window)
    {
        _areEventsStarted = true;
        _eventsUntil = window == InfiniteWindow ? Never : After(_now, window * WindowUnit);
        _nextLook = After(_now, options.Periods.Fast);
        foreach (var watched in _events)
        {
            watched.Due = watched.Request.Event == UdsResponseEvent.OnTimerInterrupt ? After(_now, PeriodOf(watched)) : Never;
            Look(watched);
        }
    }

    private void StopEvents() => _areEventsStarted = false;

    private void OnEventTime()
    {
        if (!_areEventsStarted)
            return;
        if (_eventsUntil <= _now)
        {
            StopEvents();
            return;
        }

        if (_nextLook > _now)
            return;
        _nextLook = After(_now, options.Periods.Fast);
        foreach (var watched in _events.ToArray())
        {
            if (watched.Due <= _now)
            {
                watched.Due = After(watched.Due, PeriodOf(watched));
                Respond(watched);
            }
            else if (Look(watched))
            {
                Respond(watched);
            }
        }
    }

    private TimeSpan PeriodOf(WatchedEvent watched) => (UdsPeriodicRate)watched.Request.EventRecord[0] switch
    {
        UdsPeriodicRate.Slow => options.Periods.Slow,
        UdsPeriodicRate.Medium => options.Periods.Medium,
        _ => options.Periods.Fast,
    };

    /// <summary>Reads the identifier that an event is about; true if the event has happened since the last look.</summary>
    private bool Look(WatchedEvent watched)
    {
        if (watched.Request.Event is not (UdsResponseEvent.OnChangeOfDataIdentifier or UdsResponseEvent.OnComparisonOfValues))
            return false;
        var identifier = IdentifierAt(watched.Request.EventRecord, 0);
        var request = watched.Read ??= new(new ReadDataRequest([identifier]).ToBytes(), isFunctional: false, Session, Level);
        try
        {
            if (LockedToRead(identifier) != 0 || Record(identifier, request) is not { IsPositive: true, Data: { } record })
                return false;
            if (watched.Request.Event == UdsResponseEvent.OnComparisonOfValues)
            {
                var (was, isNow) = (watched.IsTrue, Compare(watched.Request.EventRecord, record));
                watched.IsTrue = isNow;
                return isNow && was == false;
            }

            var hasChanged = watched.Record is { } last && !record.AsSpan().SequenceEqual(last);
            watched.Record = [.. record];
            return hasChanged;
        }
        catch (Exception e)
        {
            Failure(request, e);
            return false;
        }
    }

    /// <summary>Compares a part of a record (table 143): the value begins at a bit of the record, and has up to 32 bits.</summary>
    private static bool Compare(ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> record)
    {
        const int maxBits = 32;
        var localization = IdentifierAt(wanted, 8);
        var (isSigned, offset) = ((localization & 0x8000) != 0, localization & 0x3FF);
        var length = (localization >> 10) & 0x1F;
        length = length == 0 ? maxBits : length;
        if (offset + length > 8 * record.Length)
            return false;
        var value = 0L;
        for (var bit = offset; bit < offset + length; bit++)
            value = (value << 1) | ((record[bit / 8] >> (7 - (bit % 8))) & 1L);
        long limit = (uint)((IdentifierAt(wanted, 3) << 16) | IdentifierAt(wanted, 5));
        if (isSigned)
            (value, limit) = (value << (64 - length) >> (64 - length), (int)limit);
        return (Comparison)wanted[2] switch
        {
            Comparison.Less => value < limit,
            Comparison.Greater => value > limit,
            Comparison.Equal => value == limit,
            _ => value != limit,
        };
    }

    /// <summary>Serves the request of an event, unless another one is being served. What is slow is left out.</summary>
    private void Respond(WatchedEvent watched)
    {
        if (_open is not null)
            return;
        var request = new UdsRequest(watched.Request.Service, isFunctional: false, Session, Level);
        try
        {
            if (Serve(request) is { Source: null } answer && Response(request, answer, wasPending: false) is { } response)
                sink.Send(response);
        }
        catch (Exception e)
        {
            Failure(request, e);
        }

        _afterwards = null;
    }

    private enum Comparison : byte
    {
        Less = 1,
        Greater = 2,
        Equal = 3,
        NotEqual = 4,
    }

    private sealed class WatchedEvent(ResponseOnEventRequest request)
    {
        public ResponseOnEventRequest Request { get; } = request;

        public UdsRequest? Read { get; set; }

        public byte[]? Record { get; set; }

        public bool? IsTrue { get; set; }

        public TimeSpan Due { get; set; } = Never;
    }
}
