using CsCheck;
using RxCan.Links;
using RxCan.SocketCan.Netlink;

namespace RxCan.Tests.Links;

public sealed class LinkTableTests
{
    private readonly List<string> _changes = [];
    private readonly LinkTable _table;

    public LinkTableTests() => _table = new(change => _changes.Add($"{change.Kind} {change.Link.Name} {change.Link.Mtu}"));

    [Fact]
    public void A_dump_adds_changes_or_keeps_its_interfaces_and_removes_the_others()
    {
        Dump(Link(1, "a"), Link(2, "b"));
        Dump(Link(2, "b", 72), Link(3, "c"));
        Dump(Link(2, "b", 72), Link(3, "c"));

        Assert.Equal(["Added a 16", "Added b 16", "Changed b 72", "Added c 16", "Removed a 16"], _changes);
    }

    [Fact]
    public void Reports_during_a_dump_override_the_dump()
    {
        Dump(Link(1, "a"), Link(2, "b"));
        _changes.Clear();

        _table.BeginDump();
        _table.Removed(1);
        _table.Reported(Link(2, "b", 72));
        _table.Reported(Link(3, "c"));
        _table.Dumped(Link(1, "a"));
        _table.Dumped(Link(2, "b"));
        _table.EndDump();

        Assert.Equal(["Removed a 16", "Changed b 72", "Added c 16"], _changes);
    }

    [Fact]
    public void A_reused_name_removes_the_old_interface_first()
    {
        Dump(Link(1, "a"));
        Dump(Link(2, "a"));

        Assert.Equal(["Added a 16", "Removed a 16", "Added a 16"], _changes);
    }

    [Fact]
    public void Changes_match_the_actual_interfaces_whatever_is_lost_before_a_dump() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Bool).Array[0, 40].Sample(
            steps =>
            {
                var there = new Dictionary<int, CanLink>();
                var told = new Dictionary<int, CanLink>();
                var table = new LinkTable(change =>
                {
                    Assert.Equal(change.Kind != CanLinkChangeKind.Added, told.ContainsKey(change.Link.Index));
                    Assert.Equal(change.Previous, change.Kind == CanLinkChangeKind.Changed ? told[change.Link.Index] : null);
                    if (change.Kind == CanLinkChangeKind.Removed)
                        Assert.True(told.Remove(change.Link.Index));
                    else
                        told[change.Link.Index] = change.Link;
                });
                foreach (var (index, what, isReported) in steps)
                {
                    if (what == 0)
                    {
                        there.Remove(index);
                        if (isReported)
                            table.Removed(index);
                    }
                    else
                    {
                        there[index] = Link(index, $"{index}", what);
                        if (isReported)
                            table.Reported(there[index]);
                    }
                }

                table.BeginDump();
                foreach (var link in there.Values)
                    table.Dumped(link);
                table.EndDump();
                Assert.Equal(there.OrderBy(pair => pair.Key), told.OrderBy(pair => pair.Key));
            },
            iter: RandomCases.Of(2_000));

    private static CanLink Link(int index, string name, int mtu = 16) => new() { Index = index, Name = name, Mtu = mtu };

    private void Dump(params CanLink[] links)
    {
        _table.BeginDump();
        foreach (var link in links)
            _table.Dumped(link);
        _table.EndDump();
    }
}
