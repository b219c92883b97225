using System.Globalization;
using System.Text;

namespace RxCan;

/// <summary>What <see cref="CanObservable.RestartOnBusOff"/> did.</summary>
public sealed record CanRestart
{
    /// <summary>The interface's name.</summary>
    public required string Interface { get; init; }

    /// <summary>When it happened, by the scheduler's clock.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The number of the attempt, from 1. It starts again once the controller has been on the bus for a while.</summary>
    public required int Attempt { get; init; }

    /// <summary>How long it waited before the attempt.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Why the controller could not be restarted; null, the default, if it succeeded.</summary>
    public Exception? Error { get; init; }

    // With the same digits in every culture.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(
            CultureInfo.InvariantCulture,
            $"Interface = {Interface}, Timestamp = {Timestamp:O}, Attempt = {Attempt}, Delay = {Delay}, Error = {Error?.Message}");
        return true;
    }
}
