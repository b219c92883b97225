using RxCan.Links;

namespace RxCan.SocketCan.Netlink;

/// <summary>
/// The CAN interfaces as far as the kernel's messages tell, of which some answer a dump and some report a change, on one socket. It finds
/// what changed. What is reported while a dump runs counts more than the dump, which may have looked earlier.
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

    /// <summary>The dump has an interface.</summary>
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

    /// <summary>The dump is complete: what it has not is gone.</summary>
    public void EndDump()
    {
        foreach (var index in _links.Keys.Where(index => !_dumped.Contains(index) && !_reported.Contains(index)).ToArray())
            Removed(index);
    }

    private void Set(CanLink link)
    {
        // After lost messages a name may be found anew before it is known that its last bearer is gone.
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
