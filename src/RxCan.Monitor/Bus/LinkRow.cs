using System.Globalization;
using RxCan.Links;

namespace RxCan.Monitor;

/// <summary>What a page shows about a CAN interface.</summary>
/// <param name="Link">Its last state.</param>
/// <param name="Counted">Its counters when the rates were measured.</param>
/// <param name="CountedAt">When that was.</param>
/// <param name="SendRate">In frames/s.</param>
/// <param name="ReceiveRate">In frames/s.</param>
internal sealed record LinkRow(CanLink Link, CanLinkStatistics Counted, TimeSpan CountedAt, double SendRate = 0, double ReceiveRate = 0)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MaxSilence = 2.5 * LiveLinks.Poll;

    public LinkRow(CanLink link, TimeSpan now)
        : this(link, link.Statistics, now)
    {
    }

    public bool IsDown => !Link.IsUp;

    public bool IsBusOff => Link is { IsUp: true, Controller.State: CanState.BusOff };

    /// <summary>Up or down, or the controller's state.</summary>
    public string State => Link switch
    {
        { IsUp: false } => "down",
        { Controller: { State: not CanState.Stopped } controller } => LogLine.NameOf(controller.State),
        { IsRunning: false } => "no carrier",
        _ => "up",
    };

    /// <summary>A class of app.css: alarm, warn, or none.</summary>
    public string Mark => State switch
    {
        "down" or "bus-off" or "no carrier" => "alarm",
        "error-warning" or "error-passive" => "warn",
        _ => "",
    };

    /// <summary>What does not fit into the row, on one line.</summary>
    public string Details => string.Join(", ", ((string?[])
    [
        Link.Device,
        Link.IsFd ? "CAN FD" : null,
        Link.Controller?.BitTiming is { } timing ? string.Create(CultureInfo.InvariantCulture, $"sample point {timing.SamplePoint:P1}") : null,
        Link.Controller is { Modes: not 0 and var modes } ? modes.ToString() : null,
        Link.Controller is { RestartDelay: { Ticks: > 0 } delay } ? $"restarts {FrameText.Milliseconds(delay)} ms after bus-off" : null,
        Link.Controller is { Statistics: { BusOffs: > 0 } statistics } ? $"bus-off {FrameText.Number(statistics.BusOffs)} times" : null,
    ]).Where(detail => !string.IsNullOrEmpty(detail)));

    /// <summary>The number of lost frames; empty if none.</summary>
    public string Losses => string.Join(", ", ((string?[])
    [
        Loss(Link.Statistics.SendDropped, "tx dropped"),
        Loss(Link.Statistics.ReceiveDropped, "rx dropped"),
        Loss(Link.Statistics.ReceiveOverruns, "overruns"),
    ]).Where(loss => loss is not null));

    /// <summary>Takes a change. What was counted after a silence belongs to the last poll, because earlier polls reported nothing.</summary>
    public LinkRow With(CanLink link, TimeSpan now)
    {
        var elapsed = now - CountedAt;
        if (elapsed < Least)
            return this with { Link = link };
        var seconds = (elapsed > MaxSilence ? LiveLinks.Poll : elapsed).TotalSeconds;
        var counts = link.Statistics;
        return new(
            link, counts, now, (counts.SentFrames - Counted.SentFrames) / seconds, (counts.ReceivedFrames - Counted.ReceivedFrames) / seconds);
    }

    /// <summary>The row without rates, if nothing has changed for a long time.</summary>
    public LinkRow Aged(TimeSpan now) =>
        (SendRate, ReceiveRate) != (0, 0) && now - CountedAt > MaxSilence ? this with { SendRate = 0, ReceiveRate = 0 } : this;

    private static string? Loss(long count, string what) => count > 0 ? $"{FrameText.Number(count)} {what}" : null;
}
