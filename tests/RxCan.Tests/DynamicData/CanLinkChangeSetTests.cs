using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using DynamicData;
using RxCan.Links;
using RxCan.SocketCan.Netlink;
using RxCan.Tests.Bus;

namespace RxCan.Tests.DynamicData;

public sealed class CanLinkChangeSetTests
{
    [Fact]
    public void Interfaces_are_added_changed_renamed_and_removed_by_name()
    {
        using var links = new Subject<CanLinkChange>();
        var told = new List<string>();
        using var cache = links.ToChangeSet()
            .Do(set => told.Add(string.Join(", ", set.Select(c => $"{c.Reason} {c.Key} {c.Current.Mtu}{(c.Previous.HasValue ? $" was {c.Previous.Value.Mtu}" : "")}"))))
            .AsObservableCache();

        links.OnNext(new(CanLinkChangeKind.Added, Link(1, "a")));
        links.OnNext(new(CanLinkChangeKind.Added, Link(2, "b")));
        links.OnNext(new(CanLinkChangeKind.Changed, Link(1, "a", 72), Link(1, "a")));
        links.OnNext(new(CanLinkChangeKind.Changed, Link(1, "c", 72), Link(1, "a", 72)));
        links.OnNext(new(CanLinkChangeKind.Removed, Link(2, "b")));

        Assert.Equal(["Add a 16", "Add b 16", "Update a 72 was 16", "Remove a 72, Add c 72", "Remove b 16"], told);
        Assert.Equal([Link(1, "c", 72)], cache.Items);
    }

    [Fact]
    public void The_cache_matches_the_interfaces_after_any_changes() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 4], Gen.Int[0, 2]).Array[0, 40].Sample(
            steps =>
            {
                using var changes = new Subject<CanLinkChange>();
                using var cache = changes.ToChangeSet().AsObservableCache();
                var table = new LinkTable(changes.OnNext);
                var there = new Dictionary<int, CanLink>();
                foreach (var (index, name, mtu) in steps)
                {
                    if (name == 0)
                    {
                        table.Removed(index);
                        there.Remove(index);
                    }
                    else if (there.Values.All(link => link.Name != $"{name}" || link.Index == index))
                    {
                        table.Reported(there[index] = Link(index, $"{name}", mtu));
                    }
                }

                Assert.Equal(there.Values.OrderBy(link => link.Index), cache.Items.OrderBy(link => link.Index));
            },
            iter: RandomCases.Of(1_000));

    [Fact]
    public void A_vcan_on_this_machine_comes_and_goes()
    {
        Kernel.Require();
        using var cache = CanLinks.Watch().ToChangeSet().AsObservableCache();
        using (var wire = new VcanTestBus())
            Eventually.True(() => cache.Lookup(wire.Name) is { HasValue: true, Value.IsUp: true }, "it is there, up");

        Eventually.True(() => cache.Keys.Order().SequenceEqual(CanLinks.All().Select(link => link.Name).Order()), "it is gone");
    }

    private static CanLink Link(int index, string name, int mtu = 16) => new() { Index = index, Name = name, Mtu = mtu };
}
