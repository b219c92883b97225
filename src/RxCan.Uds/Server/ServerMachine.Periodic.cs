namespace RxCan.Uds;

/// <summary>ReadDataByPeriodicIdentifier.</summary>
internal sealed partial class ServerMachine
{
    private const ushort FirstPeriodic = 0xF200; // the identifiers of the requests are its low bytes

    private readonly Schedule[] _schedules =
    [
        new(options.Periods.Slow),
        new(options.Periods.Medium),
        new(options.Periods.Fast),
    ];

    private TimeSpan PeriodicDue => Earliest(_schedules[0].Due, Earliest(_schedules[1].Due, _schedules[2].Due));

    private UdsReply ReadPeriodic(UdsRequest request)
    {
        var message = request.Message.Span;
        if (message.Length < 2)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var rate = (UdsPeriodicRate)message[1];
        if (rate is UdsPeriodicRate.None or > UdsPeriodicRate.Stop)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (!UdsProtocol.TryRead(message, out ReadPeriodicRequest wanted) || wanted.Identifiers.Length > options.MaxIdentifiers)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (rate == UdsPeriodicRate.Stop)
        {
            if (wanted.Identifiers.Length == 0)
                StopPeriodic();
            foreach (var identifier in wanted.Identifiers)
                StopPeriodic((ushort)(FirstPeriodic + identifier));
            return UdsReply.Of(default(ReadPeriodicResponse));
        }

        foreach (var identifier in wanted.Identifiers)
        {
            if (LockedToRead((ushort)(FirstPeriodic + identifier)) is var locked and not 0)
                return locked;
        }

        var read = new UdsRequest(request.Message.ToArray(), isFunctional: false, Session, Level);
        _afterwards = () =>
        {
            foreach (var identifier in wanted.Identifiers)
            {
                StopPeriodic((ushort)(FirstPeriodic + identifier)); // it has one rate
                _schedules[rate - UdsPeriodicRate.Slow].Add(identifier, read, _now);
            }
        };
        return UdsReply.Of(default(ReadPeriodicResponse));
    }

    private void OnPeriodicTime()
    {
        foreach (var schedule in _schedules)
        {
            if (schedule.Due > _now)
                continue;
            schedule.Next(_now);
            foreach (var (identifier, request) in schedule.Identifiers)
                SendPeriodic(identifier, request);
        }
    }

    /// <summary>Sends a record, unless it is locked by now, or its handler is slow.</summary>
    private void SendPeriodic(byte identifier, UdsRequest request)
    {
        try
        {
            if (LockedToRead((ushort)(FirstPeriodic + identifier)) == 0
                && Record((ushort)(FirstPeriodic + identifier), request) is { IsPositive: true } record
                && record.Data?.Length < maxLength)
            {
                sink.SendPeriodic([identifier, .. record.Data]);
            }
        }
        catch (Exception e)
        {
            Failure(request, e);
        }
    }

    private void StopPeriodic()
    {
        foreach (var schedule in _schedules)
            schedule.Clear();
    }

    private void StopPeriodic(ushort identifier)
    {
        if (identifier >> 8 != FirstPeriodic >> 8)
            return;
        foreach (var schedule in _schedules)
            schedule.Remove((byte)identifier);
    }

    private sealed class Schedule(TimeSpan period)
    {
        public List<(byte Identifier, UdsRequest Request)> Identifiers { get; } = [];

        public TimeSpan Due { get; private set; } = Never;

        public void Add(byte identifier, UdsRequest request, TimeSpan now)
        {
            if (Identifiers.Count == 0)
                Due = After(now, period);
            Identifiers.RemoveAll(one => one.Identifier == identifier);
            Identifiers.Add((identifier, request));
        }

        /// <summary>The next time on the grid of the period; what is late by more is left out.</summary>
        public void Next(TimeSpan now) => Due = After(now - TimeSpan.FromTicks((now - Due).Ticks % period.Ticks), period);

        public void Remove(byte identifier)
        {
            Identifiers.RemoveAll(one => one.Identifier == identifier);
            if (Identifiers.Count == 0)
                Due = Never;
        }

        public void Clear()
        {
            Identifiers.Clear();
            Due = Never;
        }
    }
}
