namespace RxCan.Links;

/// <summary>What became of a CAN interface, as <see cref="CanLinks.Watch"/> tells it.</summary>
/// <param name="Kind">Added, changed or removed.</param>
/// <param name="Link">The interface as it is now; as it was last if it is removed.</param>
/// <param name="Previous">As it was before, if it changed; else null.</param>
public sealed record CanLinkChange(CanLinkChangeKind Kind, CanLink Link, CanLink? Previous = null)
{
    /// <summary>The kind and the interface in a line, for logs.</summary>
    public override string ToString() => $"{Kind} {Link}";
}

/// <summary>The kind of a <see cref="CanLinkChange"/>.</summary>
public enum CanLinkChangeKind
{
    /// <summary>It came, or it was there when the watch began.</summary>
    Added,

    /// <summary>Something of it changed, be it its name.</summary>
    Changed,

    /// <summary>It is gone.</summary>
    Removed,
}
