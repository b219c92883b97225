using RxCan.Links;

namespace RxCan.SocketCan.Netlink;

/// <summary>
/// The CAN interfaces according to the kernel's messages, some of which answer a dump and some report a change, on one socket. It finds
/// what changed. A report that arrives during a dump takes precedence over the dump, which may be older.
/// </summary>
internal sealed class LinkTable(Action<CanLinkChange> changed)
{
    private readonly SortedDictionary<int, CanLink> _links = [];
    private readonly HashSet<int> _reported = [];
    private readonly HashSet<int> _dumped = [];

    /// <summary>A dump begins.</summary>
    public void BeginDump()
    {
        _reported.Clear();
        _dumped.Clear();
    }

    /// <summary>The dump contains an interface.</summary>
    public void Dumped(CanLink link)
    {
        _dumped.Add(link.Index);
        if (!_reported.Contains(link.Index))
            Set(link);
    }

    /// <summary>An interface is new or has changed.</summary>
    public void Reported(CanLink link)
    {
        _reported.Add(link.Index);
        Set(link);
    }

    /// <summary>An interface was removed.</summary>
    public void Removed(int index)
    {
        _reported.Add(index);
        if (_links.Remove(index, out var link))
            changed(new(CanLinkChangeKind.Removed, link));
    }

    /// <summary>The dump is complete: interfaces that it does not contain are gone.</summary>
    public void EndDump()
    {
        foreach (var index in _links.Keys.Where(index => !_dumped.Contains(index) && !_reported.Contains(index)).ToArray())
            Removed(index);
    }

    private void Set(CanLink link)
    {
        // After lost messages, a new interface may appear under a name before it is known that the old one is gone.
        if (_links.Values.FirstOrDefault(other => other.Name == link.Name && other.Index != link.Index) is { } former)
            Removed(former.Index);
        var previous = _links.GetValueOrDefault(link.Index);
        _links[link.Index] = link;
        if (previous is null)
            changed(new(CanLinkChangeKind.Added, link));
        else if (previous != link)
            changed(new(CanLinkChangeKind.Changed, link, previous));
    }
}
