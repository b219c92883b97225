using System.Numerics;
using RxCan.Frames;

namespace RxCan;

/// <content>Lowering to the kernel's filter list.</content>
public sealed partial class CanFilter
{
    /// <summary>The maximum number of entries on a socket (<c>CAN_RAW_FILTER_MAX</c> of linux/can/raw.h).</summary>
    internal const int MaxKernelEntries = 512;

    /// <summary>Looking up more identifiers than this costs more than receiving everything.</summary>
    internal const int MaxExactIds = 256;

    // Intersections multiply lists. Beyond this many entries, one of the two replaces both, which only lets more pass.
    private const int MaxCubes = 8 * MaxKernelEntries;

    private Lowering? _lowering;
    private IReadOnlyList<CanFilterEntry>? _kernelFilter;
    private IReadOnlySet<uint>? _exactIds;
    private volatile bool _hasExactIds;

    /// <summary>The set that a kernel filter passes.</summary>
    internal CanFilter(IReadOnlyList<CanFilterEntry> entries)
        : this(OrNode.Of([.. entries.Select(NodeOf)])) => _kernelFilter = entries;

    /// <summary>
    /// The filter list for <c>CAN_RAW_FILTER</c>: it passes every data and remote frame in the set. It passes others too if the set
    /// needs more than <see cref="MaxKernelEntries"/> entries, or an intersection in it needs many times that. It is empty for a set
    /// without data and remote frames: an empty list receives nothing. Computed once.
    /// </summary>
    internal IReadOnlyList<CanFilterEntry> KernelFilter => _kernelFilter ??= Fit(Lowered.Entries) ?? PassAll;

    private Lowering Lowered => _lowering ??= Lower();

    /// <summary>The list that passes every data and remote frame.</summary>
    internal static IReadOnlyList<CanFilterEntry> PassAll { get; } = [CanFilterEntry.All];

    /// <summary>The filter list, and whether it passes only frames in the set.</summary>
    internal IReadOnlyList<CanFilterEntry> ToKernelFilter(out bool isExact)
    {
        isExact = Lowered.IsExact && !ReferenceEquals(KernelFilter, PassAll);
        return KernelFilter;
    }

    /// <summary>The exact ids (raw) of a set of the data frames of at most <see cref="MaxExactIds"/> identifiers; null for any other set.</summary>
    internal IReadOnlySet<uint>? ExactIds
    {
        get
        {
            if (!_hasExactIds)
                (_exactIds, _hasExactIds) = (TryGetExactIds(MaxExactIds), true);
            return _exactIds;
        }
    }

    /// <summary>The exact ids (raw) of a set of the data frames of at most <paramref name="maxIds"/> identifiers; null for any other set.</summary>
    internal IReadOnlySet<uint>? TryGetExactIds(int maxIds)
    {
        if (!Lowered.IsExact || _node.Matches(CanId.ErrFlag))
            return null;
        var ids = new HashSet<uint>();
        foreach (var entry in Lowered.Entries)
        {
            // An entry that fixes both flags to those of a data frame covers 2^k ids, where k is the number of its free bits.
            var width = (entry.Id & CanId.EffFlag) != 0 ? CanId.MaxExtended : CanId.MaxStandard;
            var free = width & ~entry.Mask;
            if ((entry.Mask & DataFlags) != DataFlags || (entry.Id & (CanId.RtrFlag | CanFilterEntry.InvFlag)) != 0 ||
                BitOperations.PopCount(free) > 16 || 1 << BitOperations.PopCount(free) > maxIds)
            {
                return null;
            }

            for (var bits = free; ; bits = (bits - 1) & free)
            {
                ids.Add(entry.Id | bits);
                if (bits == 0)
                    break;
            }

            if (ids.Count > maxIds)
                return null;
        }

        return ids;
    }

    private static Node NodeOf(CanFilterEntry entry)
    {
        Node cube = entry == CanFilterEntry.All ? AllNode.Instance : new CubeNode(entry.Id & ~CanFilterEntry.InvFlag, entry.Mask);
        return (entry.Id & CanFilterEntry.InvFlag) != 0 ? NotNode.Of(cube) : cube;
    }

    private Lowering Lower()
    {
        var isExact = true;
        var entries = Lower(_node, inverted: false, ref isExact);
        return new(entries, isExact);
    }

    /// <summary>
    /// The entries whose union is the node or its complement. Complements are pushed down to the leaves, so that widening an
    /// intersection always lets more pass.
    /// </summary>
    private static List<CanFilterEntry> Lower(Node node, bool inverted, ref bool isExact)
    {
        switch (node)
        {
            case AllNode:
                return inverted ? [] : [CanFilterEntry.All];
            case ErrorNode: // the filter list does not affect error frames
                return inverted ? [CanFilterEntry.All] : [];
            case CubeNode { Mask: 0 }:
                return inverted ? [] : [CanFilterEntry.All];
            case CubeNode cube:
                return [new(cube.Value | (inverted ? CanFilterEntry.InvFlag : 0), cube.Mask)];
            case RangeNode range:
                return inverted ? Outside([(range.First.Raw, range.Last.Raw)], ref isExact) : Blocks(range.First.Raw, range.Last.Raw);
            case NotNode not:
                return Lower(not.Inner, !inverted, ref isExact);
            case OrNode or:
                return inverted ? Intersection(or.Nodes, inverted, ref isExact) : Union(or.Nodes, inverted, ref isExact);
            case AndNode and:
                return inverted ? Union(and.Nodes, inverted, ref isExact) : Intersection(and.Nodes, inverted, ref isExact);
            default:
                throw new NotSupportedException(node.GetType().Name);
        }
    }

    private static List<CanFilterEntry> Union(Node[] nodes, bool inverted, ref bool isExact)
    {
        var union = new List<CanFilterEntry>();
        foreach (var node in nodes)
            union.AddRange(Lower(node, inverted, ref isExact));
        return union;
    }

    private static List<CanFilterEntry> Intersection(Node[] nodes, bool inverted, ref bool isExact)
    {
        List<CanFilterEntry>? both = null;
        var excluded = new List<(uint First, uint Last)>();
        foreach (var node in nodes)
        {
            if (Excluded(node, inverted) is { } range)
                excluded.Add(range);
        }

        if (excluded.Count > 1)
            both = Outside(excluded, ref isExact);
        foreach (var node in nodes)
        {
            if (excluded.Count > 1 && Excluded(node, inverted) is not null)
                continue;
            var next = Lower(node, inverted, ref isExact);
            both = both is null ? next : Intersection(both, next, ref isExact);
        }

        return both ?? [CanFilterEntry.All];
    }

    /// <summary>The raw identifiers of data frames that a node, or its complement, excludes; null if it is not a range of them.</summary>
    private static (uint First, uint Last)? Excluded(Node node, bool inverted) => node switch
    {
        NotNode not => Excluded(not.Inner, !inverted),
        CubeNode { IsExact: true } cube when inverted && (cube.Value & CanId.RtrFlag) == 0 => (cube.Value, cube.Value),
        RangeNode range when inverted => (range.First.Raw, range.Last.Raw),
        _ => null,
    };

    private static List<CanFilterEntry> Intersection(List<CanFilterEntry> left, List<CanFilterEntry> right, ref bool isExact)
    {
        left = Upright(left);
        right = Upright(right);
        var both = new HashSet<CanFilterEntry>();
        foreach (var a in left)
        {
            foreach (var b in right)
            {
                if (((a.Id ^ b.Id) & a.Mask & b.Mask) == 0 && CubeNode.Of(a.Id | b.Id, a.Mask | b.Mask) is { } cube)
                    both.Add(new(cube.Value, cube.Mask));
            }

            if (both.Count > MaxCubes)
            {
                isExact = false;
                return left.Count <= right.Count ? left : right;
            }
        }

        return Compact([.. both]);
    }

    /// <summary>Replaces each inverted entry with entries that are not inverted: one for each bit that may differ.</summary>
    private static List<CanFilterEntry> Upright(List<CanFilterEntry> entries)
    {
        if (!entries.Exists(e => (e.Id & CanFilterEntry.InvFlag) != 0))
            return entries;
        var upright = new List<CanFilterEntry>();
        foreach (var entry in entries)
        {
            if ((entry.Id & CanFilterEntry.InvFlag) == 0)
            {
                upright.Add(entry);
                continue;
            }

            // The format's flag first: after that, the other format is covered.
            var value = entry.Id & ~CanFilterEntry.InvFlag;
            uint fixedMask = 0, rest = entry.Mask;
            while (rest != 0)
            {
                var bit = (rest & CanId.EffFlag) != 0 ? CanId.EffFlag : 1u << BitOperations.Log2(rest);
                if (CubeNode.Of((value & fixedMask) | (~value & bit), fixedMask | bit) is { } cube)
                    upright.Add(new(cube.Value, cube.Mask));
                fixedMask |= bit;
                rest &= ~bit;
            }
        }

        return upright;
    }

    /// <summary>A range as blocks, each the size of a power of two.</summary>
    private static List<CanFilterEntry> Blocks(uint firstRaw, uint lastRaw)
    {
        var width = (firstRaw & CanId.EffFlag) != 0 ? CanId.MaxExtended : CanId.MaxStandard;
        var blocks = new List<CanFilterEntry>();
        for (ulong first = firstRaw; first <= lastRaw;)
        {
            var size = (first & width) == 0 ? width + 1UL : 1UL << BitOperations.TrailingZeroCount(first);
            while (first + size - 1 > lastRaw)
                size >>= 1;
            blocks.Add(new((uint)first, DataFlags | (width & ~(uint)(size - 1))));
            first += size;
        }

        return blocks;
    }

    /// <summary>
    /// What is not in some ranges of data frames: formats without any, remote frames, and the ids between. Everything if that takes too many
    /// entries.
    /// </summary>
    private static List<CanFilterEntry> Outside(List<(uint First, uint Last)> ranges, ref bool isExact)
    {
        var outside = new List<CanFilterEntry>();
        foreach (var (format, max) in ((uint, uint)[])[(0, CanId.MaxStandard), (CanId.EffFlag, CanId.EffFlag | CanId.MaxExtended)])
        {
            (uint First, uint Last)[] ordered = [.. ranges.Where(range => (range.First & CanId.EffFlag) == format).Order()];
            if (ordered.Length == 0)
            {
                outside.Insert(0, new(format, CanId.EffFlag));
                continue;
            }

            var next = format;
            foreach (var (first, last) in ordered)
            {
                if (first > next)
                    outside.AddRange(Blocks(next, first - 1));
                next = Math.Max(next, last + 1);
                if (outside.Count > MaxCubes)
                {
                    isExact = false;
                    return [CanFilterEntry.All];
                }
            }

            outside.Add(new(format | CanId.RtrFlag, DataFlags));
            outside.AddRange(Blocks(next, max));
        }

        return outside;
    }

    /// <summary>The entries without the redundant ones; null if they are too many for a socket.</summary>
    private static List<CanFilterEntry>? Fit(List<CanFilterEntry> entries)
    {
        entries = Compact(entries);
        if (entries.Count is > MaxKernelEntries and <= MaxCubes)
            entries = Merge(entries);
        return entries.Count <= MaxKernelEntries ? entries : null;
    }

    /// <summary>Drops entries that another covers.</summary>
    internal static List<CanFilterEntry> Compact(IReadOnlyCollection<CanFilterEntry> entries)
    {
        if (entries.Count < 2)
            return [.. entries];
        var distinct = new HashSet<CanFilterEntry>(entries);
        List<CanFilterEntry> wide = [.. distinct.Where(e => !e.IsExactId)];
        if (wide.Contains(CanFilterEntry.All))
            return [CanFilterEntry.All];
        if (wide.Count > MaxKernelEntries)
            return [.. distinct];
        var kept = new List<CanFilterEntry>(distinct.Count);
        foreach (var entry in distinct)
        {
            if (!wide.Exists(w => w != entry && Covers(w, entry)))
                kept.Add(entry);
        }

        return kept;
    }

    /// <summary>Whether <paramref name="a"/> passes everything that <paramref name="b"/> passes; may wrongly say no for an inverted entry.</summary>
    private static bool Covers(CanFilterEntry a, CanFilterEntry b)
    {
        if ((b.Id & CanFilterEntry.InvFlag) != 0)
            return false;
        if ((a.Id & CanFilterEntry.InvFlag) != 0)
            return ((a.Id ^ b.Id) & a.Mask & b.Mask) != 0; // b differs from what a excludes
        return (a.Mask & ~b.Mask) == 0 && ((a.Id ^ b.Id) & a.Mask) == 0;
    }

    /// <summary>Repeatedly joins pairs of entries that differ in one bit: still exact, but trades the kernel's index for a shorter list.</summary>
    private static List<CanFilterEntry> Merge(List<CanFilterEntry> entries)
    {
        var current = new HashSet<CanFilterEntry>(entries);
        for (var bit = 0; bit < 32; bit++)
        {
            var flag = 1u << bit;
            foreach (var entry in current.Where(e => (e.Id & CanFilterEntry.InvFlag) == 0 && (e.Mask & flag) != 0 && (e.Id & flag) == 0).ToArray())
            {
                var twin = entry with { Id = entry.Id | flag };
                if (current.Contains(twin))
                {
                    current.Remove(entry);
                    current.Remove(twin);
                    current.Add(new(entry.Id, entry.Mask & ~flag));
                }
            }
        }

        return Compact([.. current]);
    }

    private sealed record Lowering(List<CanFilterEntry> Entries, bool IsExact);
}
