using System.Globalization;

namespace RxCan;

/// <summary>
/// Something that happened to a bus, as <see cref="ICanBus.Events"/> reports it. The records in this namespace are the only ones; buses
/// from other packages also use them.
/// </summary>
public abstract record CanBusEvent
{
    private protected CanBusEvent(string name, DateTimeOffset timestamp) => (Interface, Timestamp) = (name, timestamp);

    /// <summary>The interface's name.</summary>
    public string Interface { get; init; }

    /// <summary>When it happened, in UTC.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>What happened, in a few words. It also closes the hierarchy, because a record's copy constructor is accessible and cannot be hidden.</summary>
    private protected abstract string What { get; }

    /// <summary>Time in UTC with milliseconds, interface and what happened on one line: <c>2024-05-31 12:30:15.250Z can0: link down</c>.</summary>
    public sealed override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Timestamp.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z {Interface}: {What}");
}

/// <summary>The link went up. Frames flow again without any action.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
public sealed record CanLinkUp(string Interface, DateTimeOffset Timestamp) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => "link up";
}

/// <summary>The link went down. The frame stream stays open and continues when the link is up again.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
public sealed record CanLinkDown(string Interface, DateTimeOffset Timestamp) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => "link down";
}

/// <summary>
/// The interface was removed, or is not there yet. The frame stream has ended with an error, and subscribing again reopens it; with
/// <see cref="CanBusOptions.WaitForInterface"/>, it waits.
/// </summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
public sealed record CanLinkRemoved(string Interface, DateTimeOffset Timestamp) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => "interface removed";
}

/// <summary>
/// The bus cannot receive, although its interface was not removed: no file descriptors, memory or permission is left for it, a log that is
/// replayed is damaged, or the broker of a remote bus refuses it. The frame streams have ended with the same exception; those of a remote bus,
/// whose link is down then, stay open. Unless the bus has ended, it tries again while its events are watched, and <see cref="CanLinkUp"/> reports
/// that frames flow again.
/// </summary>
/// <param name="Interface">The bus's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Exception">What went wrong.</param>
public sealed record CanReceiveFailed(string Interface, DateTimeOffset Timestamp, Exception Exception) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"cannot receive: {Exception.Message}";
}

/// <summary>
/// Something came that is not frames, such as a malformed message of a remote bus, and was discarded. The frame stream goes on. Frames that are
/// missing because of it are <see cref="CanFramesDropped"/>, as soon as their number is known.
/// </summary>
/// <param name="Interface">The bus's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Exception">What is wrong with it.</param>
public sealed record CanDataDiscarded(string Interface, DateTimeOffset Timestamp, Exception Exception) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"data discarded: {Exception.Message}";
}

/// <summary>The controller's fault confinement state changed, according to its error frames.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="State">The new state.</param>
public sealed record CanStateChanged(string Interface, DateTimeOffset Timestamp, CanState State) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"state {State}";
}

/// <summary>The state of the bus when an observer of <see cref="CanBusExtensions.EventsWithState"/> subscribed: its first event.</summary>
/// <param name="Interface">The bus's name.</param>
/// <param name="Timestamp">When it was so, in UTC.</param>
/// <param name="State">The state.</param>
public sealed record CanBusStateReported(string Interface, DateTimeOffset Timestamp, CanBusState State) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"the bus is {State}";
}

/// <summary>
/// The receive buffer overflowed: frames are missing from the stream at this point. While more are lost, it is reported ten times per second.
/// </summary>
/// <param name="Interface">The bus's name.</param>
/// <param name="Timestamp">When it was noticed, in UTC.</param>
/// <param name="Count">The number of frames lost since the previous such event.</param>
/// <param name="Total">The number of frames lost since the bus was opened.</param>
public sealed record CanFramesDropped(string Interface, DateTimeOffset Timestamp, long Count, long Total) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => string.Create(CultureInfo.InvariantCulture, $"{Count} frames dropped, {Total} in all");
}

/// <summary>The controller or its driver reported an error.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Error">What it reported.</param>
public sealed record CanErrorReported(string Interface, DateTimeOffset Timestamp, CanError Error) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"error {Error}";
}

/// <summary>
/// An observer of the bus threw an exception. It was detached, and the exception was rethrown on an unobserved task
/// (<see cref="TaskScheduler.UnobservedTaskException"/>). Other observers continue.
/// </summary>
/// <param name="Interface">The bus's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Exception">What it threw.</param>
public sealed record CanObserverFailed(string Interface, DateTimeOffset Timestamp, Exception Exception) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"an observer threw {Exception.GetType().Name}: {Exception.Message}";
}

/// <summary>
/// A cyclic job or a watch was disposed, and the kernel refused to delete it. The subscription has still ended. The socket takes no
/// further jobs, and ends the rest of this one when it is closed: with the last other job on it, or with the bus.
/// </summary>
/// <param name="Interface">The bus's name.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Id">The identifier of its frames.</param>
/// <param name="Exception">What went wrong.</param>
public sealed record CanCyclicDeleteFailed(string Interface, DateTimeOffset Timestamp, CanId Id, Exception Exception) : CanBusEvent(Interface, Timestamp)
{
    private protected override string What => $"the cyclic job or watch of {Id} was not deleted: {Exception.Message}";
}
