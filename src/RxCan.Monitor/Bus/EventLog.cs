using System.Collections.Immutable;

namespace RxCan.Monitor;

/// <summary>A line of the log.</summary>
/// <param name="Number">The number of the line.</param>
/// <param name="Bus">The bus.</param>
/// <param name="Event">What happened last.</param>
/// <param name="Times">How often it happened in a row.</param>
internal sealed record LogLine(long Number, string Bus, CanBusEvent Event, int Times)
{
    /// <summary>One word: error, state, link, lost, or trouble.</summary>
    public string Kind => Event switch
    {
        CanErrorReported => "error",
        CanStateChanged => "state",
        CanLinkUp or CanLinkDown or CanLinkRemoved => "link",
        CanFramesDropped => "lost",
        _ => "trouble",
    };

    public string Text => Event switch
    {
        CanErrorReported { Error: var error } => EventText.Of(error),
        CanStateChanged { State: var state } => $"the controller is {NameOf(state)}",
        CanLinkUp => "the link is up",
        CanLinkDown => "the link is down",
        CanLinkRemoved => "the interface was removed",
        CanFramesDropped { Count: var count, Total: var total } => $"{count} frames did not fit into the receive buffer, {total} in all",
        CanObserverFailed { Exception: var exception } => $"an observer failed: {exception.Message}",
        CanDataDiscarded { Exception: var exception } => $"what came was discarded: {exception.Message}",
        CanReceiveFailed { Exception: var exception } => $"nothing can be received: {exception.Message}",
        CanCyclicDeleteFailed { Id: var id, Exception: var exception } => $"the cyclic job of {id} was not deleted: {exception.Message}",
        _ => Event.ToString(),
    };

    public static string NameOf(CanState state) => state switch
    {
        CanState.ErrorActive => "error-active",
        CanState.ErrorWarning => "error-warning",
        CanState.ErrorPassive => "error-passive",
        CanState.BusOff => "bus-off",
        CanState.Stopped => "stopped",
        _ => "sleeping",
    };
}

/// <summary>The newest events of all buses. A flood of one kind of error frame is one line.</summary>
internal sealed class EventLog
{
    private const int Capacity = 200;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private LogLine? _newest;
    private ImmutableArray<LogLine>? _snapshot = [];

    /// <summary>The newest first. The same array until something happens.</summary>
    public ImmutableArray<LogLine> Lines
    {
        get
        {
            lock (_gate)
                return _snapshot ??= [.. _lines.Append(_newest!).Reverse()];
        }
    }

    public void Add(string bus, CanBusEvent happened)
    {
        lock (_gate)
        {
            _snapshot = null;
            if (_newest is not null && _newest.Bus == bus && IsSame(_newest.Event, happened))
            {
                _newest = _newest with { Event = happened, Times = _newest.Times + 1 };
                return;
            }

            if (_lines.Count == Capacity - 1)
                _lines.Dequeue();
            if (_newest is not null)
                _lines.Enqueue(_newest);
            _newest = new((_newest?.Number ?? 0) + 1, bus, happened, 1);
        }
    }

    /// <summary>The error counters of a controller in trouble change with every frame.</summary>
    private static bool IsSame(CanBusEvent one, CanBusEvent other) => (one, other) switch
    {
        (CanErrorReported a, CanErrorReported b) => WithoutCounters(a.Error) == WithoutCounters(b.Error),
        (CanFramesDropped, CanFramesDropped) => true,
        _ => false,
    };

    private static CanError WithoutCounters(CanError error) => error with { TransmitErrors = 0, ReceiveErrors = 0 };
}
