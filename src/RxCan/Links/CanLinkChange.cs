namespace RxCan.Links;

/// <summary>A change of a CAN interface, as <see cref="CanLinks.Watch"/> reports it.</summary>
/// <param name="Kind">Added, changed or removed.</param>
/// <param name="Link">The interface as it is now; its last state if it was removed.</param>
/// <param name="Previous">Its previous state if it changed; otherwise null.</param>
public sealed record CanLinkChange(CanLinkChangeKind Kind, CanLink Link, CanLink? Previous = null)
{
    /// <summary>The kind and the interface on one line, for logs.</summary>
    public override string ToString() => $"{Kind} {Link}";
}

/// <summary>The kind of a <see cref="CanLinkChange"/>.</summary>
public enum CanLinkChangeKind
{
    /// <summary>The interface was added, or existed when the watch began.</summary>
    Added,

    /// <summary>Something about the interface changed, possibly its name.</summary>
    Changed,

    /// <summary>The interface was removed.</summary>
    Removed,
}
