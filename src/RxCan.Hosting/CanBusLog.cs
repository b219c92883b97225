using Microsoft.Extensions.Logging;

namespace RxCan.Hosting;

/// <summary>Events as log entries.</summary>
internal static partial class CanBusLog
{
    public static void Happened(this ILogger log, CanBusEvent happened)
    {
        var level = LevelOf(happened);
        if (log.IsEnabled(level))
            log.Write(level, happened.Interface, happened.ToString(), ExceptionOf(happened));
    }

    private static LogLevel LevelOf(CanBusEvent happened) => happened switch
    {
        CanObserverFailed or CanReceiveFailed or CanStateChanged { State: CanState.BusOff } => LogLevel.Error,
        CanLinkDown or CanLinkRemoved or CanFramesDropped or CanDataDiscarded or CanCyclicDeleteFailed => LogLevel.Warning,
        CanStateChanged { State: not CanState.ErrorActive } or CanBusStateReported { State.Link: not CanLinkState.Up } => LogLevel.Warning,
        CanErrorReported => LogLevel.Debug,
        _ => LogLevel.Information,
    };

    private static Exception? ExceptionOf(CanBusEvent happened) => happened switch
    {
        CanObserverFailed failed => failed.Exception,
        CanReceiveFailed failed => failed.Exception,
        CanDataDiscarded discarded => discarded.Exception,
        CanCyclicDeleteFailed failed => failed.Exception,
        _ => null,
    };

    [LoggerMessage(EventId = 1, EventName = "CanBusEvent", Message = "{Interface}: {Event}")]
    private static partial void Write(this ILogger log, LogLevel level, string @interface, string @event, Exception? exception);
}
