using System.Globalization;
using CsCheck;
using RxCan.Frames;

namespace RxCan.Tests.Frames;

[Trait("Length", "Long")]
public class CanFilterPropertyTests
{
    private const uint Eff = 0x8000_0000, Rtr = 0x4000_0000;

    private static readonly int Cases = RandomCases.Of(2_000);

    // Identifiers cluster at the ends of both formats, so that random filters overlap each other and match frames.
    private static readonly CanId[] Crowded =
    [
        .. Enumerable.Range(0, 18).Select(i => CanId.Standard((uint)i)),
        .. Enumerable.Range(0x7F0, 16).Select(i => CanId.Standard((uint)i)),
        .. Enumerable.Range(0, 18).Select(i => CanId.Extended((uint)i)),
        .. Enumerable.Range(0x7F8, 16).Select(i => CanId.Extended((uint)i)),
        .. Enumerable.Range(0x1FFF_FFF0, 16).Select(i => CanId.Extended((uint)i)),
    ];

    private static readonly CanFrame[] Everywhere =
    [
        .. Crowded.SelectMany(id => new[] { new CanFrame(id, []), CanFrame.Fd(id, []), CanFrame.Remote(id) }),
        CanFrame.Error(new() { Class = CanErrorClass.None }), CanFrame.Error(new() { Class = (CanErrorClass)1 }), CanFrame.Error(new() { Class = CanErrorClass.All }),
    ];

    private static readonly Gen<CanId> GenId = Gen.Frequency(
        (8, Gen.OneOf(Crowded)),
        (1, Gen.UInt[0, CanId.MaxStandard].Select(CanId.Standard)),
        (1, Gen.UInt[0, CanId.MaxExtended].Select(CanId.Extended)));

    internal static readonly Gen<CanFrame> GenFrame = Gen.Select(GenId, Gen.Int[0, 6]).Select((id, kind) => kind switch
    {
        0 => CanFrame.Remote(id),
        1 => CanFrame.Fd(id, []),
        2 => CanFrame.Error(new() { Class = (CanErrorClass)id.Value }),
        _ => new CanFrame(id, []),
    });

    private static readonly Gen<uint> GenMask = Gen.OneOf(
        Gen.Const(CanId.MaxStandard),
        Gen.Const(CanId.MaxExtended),
        Gen.Int[0, 29].Select(bits => CanId.MaxExtended & ~((1u << bits) - 1)),
        Gen.UInt[0, 0x1F],
        Gen.UInt[0, CanId.MaxExtended]);

    private static readonly Gen<Expression> GenLeaf = Gen.Frequency(
        (6, GenId.Select(id => new Expression(CanFilter.Id(id), f => IsData(f) && f.Id == id))),
        (2, GenId.Select(id => new Expression(CanFilter.Remote(id), f => f.IsRemote && f.Id == id))),
        (4, Gen.Select(GenId, GenMask, Gen.Int[0, 7]).Select(Masked)),
        (4, Gen.Select(GenId, GenId).Where((a, b) => a.IsExtended == b.IsExtended).Select((a, b) => Ranged(a < b ? a : b, a < b ? b : a))),
        (2, GenId.Array[0, 20].Select(ids => new Expression(CanFilter.Ids(ids), f => IsData(f) && ids.Contains(f.Id)))),
        (1, Gen.Const(new Expression(CanFilter.All, _ => true))),
        (1, Gen.Const(new Expression(CanFilter.None, _ => false))),
        (1, Gen.Const(new Expression(CanFilter.ErrorFrames, f => f.IsError))));

    internal static readonly Gen<Expression> GenFilter = Gen.Recursive<Expression>((depth, any) => depth > 4
        ? GenLeaf
        : Gen.Frequency(
            (4, GenLeaf),
            (2, Gen.Select(any, any).Select((a, b) => new Expression(a.Filter | b.Filter, f => a.Says(f) || b.Says(f)))),
            (2, Gen.Select(any, any).Select((a, b) => new Expression(a.Filter & b.Filter, f => a.Says(f) && b.Says(f)))),
            (2, any.Select(a => new Expression(~a.Filter, f => !a.Says(f))))));

    [Fact]
    public void A_filter_passes_what_its_parts_specify() => Sample((filter, frames) =>
    {
        foreach (var frame in frames)
            Assert.True(filter.Says(frame) == filter.Filter.Matches(frame), frame.ToString());
    });

    [Fact]
    public void Set_algebra_holds() => Gen.Select(GenFilter, GenFilter, GenFilter, GenFrame.Array[20]).Sample(
        (x, y, z, random) =>
        {
            var (a, b, c) = (x.Filter, y.Filter, z.Filter);
            (CanFilter Left, CanFilter Right)[] laws =
            [
                (a | b, b | a), (a & b, b & a),
                (a | (b | c), (a | b) | c), (a & (b & c), (a & b) & c),
                (a | (b & c), (a | b) & (a | c)), (a & (b | c), (a & b) | (a & c)),
                (a | (a & b), a), (a & (a | b), a), (a | a, a), (a & a, a),
                (~(a | b), ~a & ~b), (~(a & b), ~a | ~b), (~~a, a),
                (a | ~a, CanFilter.All), (a & ~a, CanFilter.None),
                (a | CanFilter.None, a), (a & CanFilter.All, a), (a | CanFilter.All, CanFilter.All), (a & CanFilter.None, CanFilter.None),
            ];
            foreach (var (left, right) in laws)
            {
                foreach (var frame in Everywhere.Concat(random))
                    Assert.True(left.Matches(frame) == right.Matches(frame), $"{left} against {right}: {frame}");
            }
        },
        iter: Cases / 20);

    [Fact]
    public void A_filter_survives_a_round_trip_through_text() => Sample((filter, frames) =>
    {
        var read = CanFilter.Parse(filter.Filter.ToString());
        Assert.Equal(filter.Filter.ToString(), read.ToString());
        Assert.Equal(filter.Filter, read);
        foreach (var frame in frames)
            Assert.True(filter.Says(frame) == read.Matches(frame), frame.ToString());
    });

    [Fact]
    public void The_kernel_list_passes_what_the_filter_passes_and_only_that_if_it_is_exact() => Sample((filter, frames) =>
    {
        var list = filter.Filter.ToKernelFilter(out var isExact);
        Assert.InRange(list.Count, 0, CanFilter.MaxKernelEntries);
        Assert.DoesNotContain(list, e => (e.Mask & 0x2000_0000) != 0); // would ask for error frames
        foreach (var frame in frames.Where(f => !f.IsError))
        {
            var passed = list.Any(e => e.Matches(frame));
            Assert.True(filter.Says(frame) ? passed : !(passed && isExact), $"{frame} {passed}");
        }
    });

    [Fact]
    public void A_combined_list_passes_what_any_of_its_filters_passes() => Gen.Select(GenFilter.Array[0, 6], GenFrame.Array[20]).Sample(
        (filters, random) =>
        {
            var areExact = true;
            var union = CanFilter.Compact([.. filters.SelectMany(f =>
            {
                var entries = f.Filter.ToKernelFilter(out var isExact);
                areExact &= isExact;
                return entries;
            })]);
            foreach (var frame in Everywhere.Concat(random).Where(f => !f.IsError))
            {
                var (isWanted, passes) = (filters.Any(f => f.Says(frame)), union.Any(e => e.Matches(frame)));
                Assert.True(isWanted == passes || (!areExact && passes), frame.ToString());
            }
        },
        iter: Cases / 4);

    [Fact]
    public void Exact_ids_are_given_only_for_filters_that_consist_of_them() => Gen.Select(GenFilter, Gen.Int[0, 40], GenFrame.Array[20]).Sample(
        (filter, most, random) =>
        {
            if (filter.Filter.TryGetExactIds(most) is not { } ids)
                return;
            Assert.InRange(ids.Count, 0, most);
            foreach (var frame in Everywhere.Concat(random))
                Assert.True(filter.Says(frame) == ids.Contains(frame.RawId), frame.ToString());
        },
        iter: Cases,
        print: c => $"{c.Item1.Filter} {c.Item2}");

    [Fact]
    public void Exact_ids_are_found_however_they_are_written() => Gen.Select(GenId.Array[0, 30], GenId.Array[0, 10]).Sample((ids, others) =>
    {
        var expected = ids.Except(others).Select(id => id.Raw).ToHashSet();

        Assert.Equal(expected, (CanFilter.Ids(ids) & ~CanFilter.Ids(others)).TryGetExactIds(30));
        Assert.Equal(expected, CanFilter.Parse((CanFilter.Ids(ids) & ~CanFilter.Ids(others)).ToString()).TryGetExactIds(expected.Count));
        if (expected.Count > 0)
            Assert.Null((CanFilter.Ids(ids) & ~CanFilter.Ids(others)).TryGetExactIds(expected.Count - 1));
    });

    [Theory]
    [InlineData("100-107", 8)]
    [InlineData("00000100-00000107", 8)]
    [InlineData("100:C00007F8", 8)]
    [InlineData("100:7F8", null)] // remote and extended frames too
    [InlineData("123R", null)]
    [InlineData("~123", null)]
    [InlineData("*", null)]
    [InlineData("#", null)]
    [InlineData("123,#", null)]
    [InlineData("123&#", 0)]
    [InlineData("~*", 0)]
    [InlineData("000-7FF", null)] // more than requested
    [InlineData("00000000-1FFFFFFF", null)]
    public void Exact_ids_are_those_of_data_frames_only(string filter, int? count) =>
        Assert.Equal(count, CanFilter.Parse(filter).TryGetExactIds(256)?.Count);

    [Fact]
    public void The_list_for_a_range_ends_at_its_bounds() => Gen.Select(GenId, GenId).Where((a, b) => a.IsExtended == b.IsExtended && a <= b).Sample(
        (first, last) =>
        {
            var max = first.IsExtended ? CanId.MaxExtended : CanId.MaxStandard;
            var inside = CanFilter.Range(first, last).ToKernelFilter(out var isExact);
            var outside = (~CanFilter.Range(first, last)).ToKernelFilter(out var isOutsideExact);

            Assert.True(isExact && isOutsideExact);
            foreach (var value in new long[] { 0, first.Value - 1L, first.Value, last.Value, last.Value + 1L, max }.Where(v => v >= 0 && v <= max))
            {
                var frame = new CanFrame(first.IsExtended ? CanId.Extended((uint)value) : CanId.Standard((uint)value), []);
                var other = new CanFrame(first.IsExtended ? CanId.Standard((uint)value & CanId.MaxStandard) : CanId.Extended((uint)value), []);
                Assert.Equal(value >= first.Value && value <= last.Value, inside.Any(e => e.Matches(frame)));
                Assert.Equal(value < first.Value || value > last.Value, outside.Any(e => e.Matches(frame)));
                Assert.DoesNotContain(inside, e => e.Matches(other) || e.Matches(CanFrame.Remote(frame.Id)));
                Assert.Contains(outside, e => e.Matches(other));
                Assert.Contains(outside, e => e.Matches(CanFrame.Remote(frame.Id)));
            }
        },
        iter: Cases);

    [Theory]
    [InlineData("123", "123:C00007FF")]
    [InlineData("00000123", "80000123:DFFFFFFF")]
    [InlineData("123R", "40000123:C00007FF")]
    [InlineData("~123", "20000123:C00007FF")] // the kernel's own inverse: CAN_INV_FILTER
    [InlineData("~00000123", "A0000123:DFFFFFFF")]
    [InlineData("~(~123)", "123:C00007FF")]
    [InlineData("*", "000:000")]
    [InlineData("~#", "000:000")]
    [InlineData("~~*", "000:000")]
    [InlineData("123,*", "000:000")]
    [InlineData("#")]
    [InlineData("~*")]
    [InlineData("123&124")]
    [InlineData("123&~123")]
    [InlineData("123,123,123", "123:C00007FF")]
    [InlineData("123,120:7F0", "120:7F0")]
    [InlineData("123,(~124)", "20000124:C00007FF")]
    [InlineData("000-7FF", "000:C0000000")]
    [InlineData("00000000-1FFFFFFF", "80000000:C0000000")]
    [InlineData("100-107", "100:C00007F8")]
    [InlineData("101-104", "101:C00007FF", "102:C00007FE", "104:C00007FF")]
    [InlineData("~000-7FF", "80000000:80000000", "40000000:C0000000")]
    [InlineData("7E8,123,00000123", "7E8:C00007FF", "123:C00007FF", "80000123:DFFFFFFF")]
    [InlineData("100:700&~(80000000:80000000)", "100:80000700")]
    public void The_kernel_list_is_as_short_as_possible(string filter, params string[] entries)
    {
        var list = CanFilter.Parse(filter).ToKernelFilter(out var isExact);

        Assert.Equal(entries, list.Select(e => $"{e.Id:X3}:{e.Mask:X3}"));
        Assert.True(isExact);
    }

    [Fact]
    public void Ids_that_fit_stay_separate_for_the_kernel_index()
    {
        var list = CanFilter.Ids([.. Enumerable.Range(0, 512).Select(i => (CanId)i)]).ToKernelFilter(out var isExact);

        Assert.True(isExact);
        Assert.Equal(512, list.Count);
        Assert.All(list, e => Assert.True(e.IsExactId));
    }

    [Theory]
    [InlineData(0, 513)]
    [InlineData(1, 600)]
    [InlineData(3, 2045)]
    [InlineData(0x7FF, 2000)]
    [InlineData(0x1000_0000, 4000)]
    public void Neighbouring_ids_are_merged_if_there_are_more_than_entries(int first, int count)
    {
        var ids = Enumerable.Range(first, count).Select(i => (CanId)i).ToArray();
        var list = CanFilter.Ids(ids).ToKernelFilter(out var isExact);

        Assert.True(isExact);
        Assert.InRange(list.Count, 1, 40);
        Assert.All(ids, id => Assert.Contains(list, e => e.Matches(new CanFrame(id, []))));
        Assert.DoesNotContain(list, e => e.Matches(new CanFrame((CanId)(first + count), [])));
        Assert.DoesNotContain(list, e => e.Matches(CanFrame.Remote(ids[0])));
    }

    [Fact]
    public void A_merged_list_passes_the_same_frames() => Gen.Select(Gen.Int[1, 30], Gen.Int[0, 3], Gen.Int[0, 1 << 20]).Sample(
        (holes, format, seed) =>
        {
            // Most of the frames with 10-bit identifiers: more than a list has entries, but neighbours.
            var random = new Random(seed);
            CanFrame[] all =
            [
                .. Enumerable.Range(0, 0x400).SelectMany(i => new[]
                {
                    new CanFrame(i, []), CanFrame.Remote(i), new CanFrame(CanId.Extended((uint)i), []), CanFrame.Remote(CanId.Extended((uint)i)),
                }),
            ];
            var wanted = all.Where(f => (f.IsRemote || (format & 1) == 0) && (f.Id.IsExtended || (format & 2) == 0) && random.Next(1000) >= holes).ToHashSet();
            var filter = wanted.Select(f => f.IsRemote ? CanFilter.Remote(f.Id) : CanFilter.Id(f.Id)).Chunk(64).Select(Union).Aggregate((a, b) => a | b);
            var list = filter.ToKernelFilter(out var isExact);

            Assert.InRange(list.Count, 1, CanFilter.MaxKernelEntries);
            Assert.Equal(isExact, list is not [{ Mask: 0 }]);
            foreach (var frame in all)
                Assert.True(wanted.Contains(frame) == filter.Matches(frame) && (!isExact || wanted.Contains(frame) == list.Any(e => e.Matches(frame))), frame.ToString());
        },
        iter: Cases / 200);

    [Fact]
    public void Complements_are_not_merged_like_the_sets_they_exclude()
    {
        var masks = Union([.. Enumerable.Range(0, 513).Select(i => CanFilter.Mask((uint)i, 0x3FF | Eff | Rtr))]);
        var everything = masks | ~CanFilter.Mask(0, 0x400 | Eff | Rtr) | ~CanFilter.Mask(0x400, 0x400 | Eff | Rtr);
        var list = everything.ToKernelFilter(out _);

        Assert.All(Everywhere.Where(f => !f.IsError), f => Assert.Contains(list, e => e.Matches(f)));
    }

    [Theory]
    [InlineData(513)]
    [InlineData(10_000)]
    public void Too_many_scattered_ids_let_everything_pass(int count)
    {
        var filter = CanFilter.Ids([.. Enumerable.Range(0, count).Select(i => CanId.Extended((uint)(i * 3001)))]);
        var list = filter.ToKernelFilter(out var isExact);

        Assert.False(isExact);
        Assert.Equal([CanFilterEntry.All], list);
        Assert.Equal([CanFilterEntry.All], CanFilter.Compact([.. list, .. CanFilter.Id(1).ToKernelFilter(out _)]));
    }

    [Fact]
    public void An_intersection_too_large_to_compute_widens_but_drops_nothing()
    {
        // One bit from each of seven groups of four: 4 to the power of 7 combinations.
        var groups = Enumerable.Range(0, 7).Select(group =>
            Union([.. Enumerable.Range(4 * group, 4).Select(bit => CanFilter.Mask(1u << bit, 1u << bit))]));
        var filter = groups.Aggregate((a, b) => a & b);
        var list = filter.ToKernelFilter(out var isExact);

        Assert.False(isExact);
        Assert.InRange(list.Count, 1, CanFilter.MaxKernelEntries);
        Gen.UInt[0, CanId.MaxExtended].Select(CanId.Extended).Sample(id =>
        {
            var frame = new CanFrame(id, []);
            return !filter.Matches(frame) || list.Any(e => e.Matches(frame));
        });
        Assert.Null((filter & CanFilter.Ids(0x1FFF_FFFF, 0x1FFF_FFF0)).TryGetExactIds(8));
    }

    [Fact]
    public void An_entry_is_prepared_as_in_the_kernel()
    {
        Assert.True(new CanFilterEntry(0x1_2123, 0x9FFF_FFFF).Matches(new CanFrame(0x123, []))); // standard: 11 bits count
        Assert.False(new CanFilterEntry(0, 0x2000_0000).Matches(new CanFrame(0, []))); // asks for error frames
        Assert.False(new CanFilterEntry(0x123, 0).Matches(CanFrame.Error(default)));
        Assert.False(new CanFilterEntry(0x2000_0123, 0x7FF).Matches(CanFrame.Error(default)));
        Assert.True(new CanFilterEntry(0x2000_0123, 0x7FF).Matches(new CanFrame(0x124, [])));
        Assert.False(new CanFilterEntry(0x2000_0123, 0x7FF).Matches(new CanFrame(0x123, [])));
    }

    private static void Sample(Action<Expression, CanFrame[]> check) => Gen.Select(GenFilter, GenFrame.Array[20]).Sample(
        (filter, random) => check(filter, [.. Everywhere, .. random]), iter: Cases, print: c => c.Item1.Filter.ToString());

    private static CanFilter Union(CanFilter[] filters) => filters.Aggregate((a, b) => a | b);

    private static bool IsData(CanFrame frame) => !frame.IsRemote && !frame.IsError;

    private static Expression Masked(CanId id, uint mask, int flags)
    {
        var value = id.Value | (id.IsExtended ? Eff : 0) | ((flags & 1) != 0 ? Rtr : 0);
        mask |= ((flags & 2) != 0 ? Eff : 0) | ((flags & 4) != 0 ? Rtr : 0);
        return new(
            CanFilter.Mask(value, mask),
            f => !f.IsError && (((f.Id.Value | (f.Id.IsExtended ? Eff : 0) | (f.IsRemote ? Rtr : 0)) ^ value) & mask) == 0);
    }

    private static Expression Ranged(CanId first, CanId last) => new(
        CanFilter.Range(first, last),
        f => IsData(f) && f.Id.IsExtended == first.IsExtended && f.Id.Value >= first.Value && f.Id.Value <= last.Value);

    /// <summary>A filter, and an independent definition of what it matches.</summary>
    internal sealed record Expression(CanFilter Filter, Func<CanFrame, bool> Says);
}
