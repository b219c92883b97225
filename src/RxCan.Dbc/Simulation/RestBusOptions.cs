namespace RxCan.Dbc;

/// <summary>What the messages of a <see cref="RestBus"/> have besides the database's signals.</summary>
public sealed record RestBusOptions
{
    /// <summary>The defaults: no counters, no checksums.</summary>
    public static RestBusOptions Default { get; } = new();

    /// <summary>The counter and checksum of a message; null for one without.</summary>
    public Func<DbcMessage, MessageProtection?> Protection { get; init; } = _ => null;
}
