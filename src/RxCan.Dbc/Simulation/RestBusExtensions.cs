using System.Reactive.Concurrency;
using RxCan.Dbc;

namespace RxCan;

/// <summary>Simulates the nodes that are not there.</summary>
public static class RestBusExtensions
{
    /// <summary>
    /// Sends every message of some nodes until it is disposed: those with a cycle time periodically, from the start values on, the others when one
    /// of their signals changes.
    /// </summary>
    /// <param name="can">The bus. Its broadcast manager sends the periodic messages.</param>
    /// <param name="database">The database.</param>
    /// <param name="nodes">The names of the nodes that are not there.</param>
    /// <param name="options">Counters and checksums; none if null.</param>
    /// <param name="scheduler">If given, messages are sent on it. If null: by the bus's broadcast manager, or on the bus's scheduler.</param>
    /// <exception cref="ArgumentException">The database has no such node.</exception>
    public static RestBus RestBus(
        this ICanBus can, CanDatabase database, IEnumerable<string> nodes, RestBusOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(nodes);
        HashSet<string> names = [.. nodes];
        if (names.FirstOrDefault(name => database.FindNode(name) is null) is { } unknown)
            throw new ArgumentException($"The database has no node {unknown}. It has: {string.Join(", ", database.Nodes.Select(node => node.Name))}.", nameof(nodes));
        return new(can, database.Messages.Where(message => message.Senders.Any(names.Contains)), options ?? RestBusOptions.Default, scheduler);
    }
}
