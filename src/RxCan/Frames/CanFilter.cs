using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace RxCan;

/// <summary>
/// A set of frames by identifier and kind. Sets combine with <c>|</c>, <c>&amp;</c> and <c>~</c>; a bus pushes the union of
/// its subscribers' filters (<see cref="ICanBus.Where(CanFilter)"/>) down to the kernel.
/// </summary>
/// <remarks>
/// The elements are data frames and remote frames of each 11- and 29-bit identifier (classic and CAN FD data frames alike),
/// and, as one more element, error frames: <see cref="CanBusOptions.ErrorMask"/> lets them reach a bus, whatever the kernel's filters are.
/// Source of the kernel's filters: <c>struct can_filter</c> of linux/can.h.
/// </remarks>
public sealed partial class CanFilter : IEquatable<CanFilter>
{
    private const uint DataFlags = CanId.EffFlag | CanId.RtrFlag;

    private readonly Node _node;

    private CanFilter(Node node) => _node = node;

    /// <summary>Every frame.</summary>
    public static CanFilter All { get; } = new(AllNode.Instance);

    /// <summary>No frame.</summary>
    public static CanFilter None { get; } = ~All;

    /// <summary>Error frames of all classes that the bus was opened for.</summary>
    public static CanFilter ErrorFrames { get; } = new(ErrorNode.Instance);

    /// <summary>The data frames of exactly one identifier, without remote frames and without frames of the other format with the same number.</summary>
    /// <param name="id">The identifier.</param>
    public static CanFilter Id(CanId id) => new(CubeNode.Exact(Checked(id, nameof(id)), remote: false));

    /// <summary>The data frames of each of several identifiers.</summary>
    /// <param name="ids">The identifiers; an empty list gives <see cref="None"/>.</param>
    public static CanFilter Ids(params ReadOnlySpan<CanId> ids)
    {
        var nodes = new Node[ids.Length];
        for (var i = 0; i < ids.Length; i++)
            nodes[i] = CubeNode.Exact(Checked(ids[i], nameof(ids)), remote: false);
        return new(OrNode.Of(nodes));
    }

    /// <summary>The data frames of each identifier in a sequence, such as those of a database's messages.</summary>
    /// <param name="ids">The identifiers; an empty sequence gives <see cref="None"/>.</param>
    public static CanFilter Ids(IEnumerable<CanId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Ids(ids.ToArray().AsSpan());
    }

    /// <summary>The remote frames of exactly one identifier.</summary>
    /// <param name="id">The identifier.</param>
    public static CanFilter Remote(CanId id) => new(CubeNode.Exact(Checked(id, nameof(id)), remote: true));

    /// <summary>The data frames of all identifiers in a range.</summary>
    /// <param name="first">The first identifier.</param>
    /// <param name="last">The last identifier, of the same format and not below <paramref name="first"/>.</param>
    /// <exception cref="ArgumentException">The formats differ, or <paramref name="last"/> is below <paramref name="first"/>.</exception>
    public static CanFilter Range(CanId first, CanId last)
    {
        Checked(first, nameof(first));
        Checked(last, nameof(last));
        if (first.IsExtended != last.IsExtended)
        {
            throw new ArgumentException(
                $"{first} and {last} have different formats. Write two ranges, and use CanId.Extended for small extended identifiers.", nameof(last));
        }

        return last >= first
            ? new(first == last ? CubeNode.Exact(first, remote: false) : new RangeNode(first, last))
            : throw new ArgumentException($"A range must be ascending, but {last} is below {first}.", nameof(last));
    }

    /// <summary>
    /// The kernel's <c>struct can_filter</c>: the frames with <c>(can_id &amp; mask) == (id &amp; mask)</c>. With a mask of
    /// <c>0x7FF</c>, remote and extended frames with those low bits pass too; add bits 31 (EFF) and 30 (RTR) to tell them apart.
    /// For standard frames (bit 31 in the mask, but not in the identifier), only the low 11 bits count, as in the kernel.
    /// </summary>
    /// <param name="id">The identifier with bit 31 for extended and bit 30 for remote frames (<c>canid_t</c>).</param>
    /// <param name="mask">The bits that count.</param>
    /// <exception cref="ArgumentException">Bit 29 (error or inverted) is set.</exception>
    public static CanFilter Mask(uint id, uint mask) => ((id | mask) & CanId.ErrFlag) == 0
        ? new(CubeNode.Of(id, (mask & ~id & CanId.EffFlag) != 0 ? mask & (DataFlags | CanId.MaxStandard) : mask)!)
        : throw new ArgumentException("Bit 29 is not allowed in a filter: use ~ for the inverse, and | CanFilter.ErrorFrames for error frames.");

    /// <summary>The frames of either set.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Set algebra is what the type is for.")]
    public static CanFilter operator |(CanFilter left, CanFilter right) => new(OrNode.Of([Checked(left), Checked(right)]));

    /// <summary>The frames of both sets.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Set algebra is what the type is for.")]
    public static CanFilter operator &(CanFilter left, CanFilter right) => new(AndNode.Of([Checked(left), Checked(right)]));

    /// <summary>The frames that are not in the set.</summary>
    /// <param name="filter">The set.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Set algebra is what the type is for.")]
    public static CanFilter operator ~(CanFilter filter) => new(NotNode.Of(Checked(filter)));

    /// <summary>Whether two filters have the same text (<see cref="ToString"/>); filters with different texts can still be the same set.</summary>
    /// <param name="left">One filter.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(CanFilter? left, CanFilter? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two filters have different texts.</summary>
    /// <param name="left">One filter.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(CanFilter? left, CanFilter? right) => !(left == right);

    /// <summary>Whether a frame is in the set.</summary>
    /// <param name="frame">The frame.</param>
    public bool Matches(in CanFrame frame) => _node.Matches(frame.RawId);

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] CanFilter? other) => other is not null && (ReferenceEquals(_node, other._node) || ToString() == other.ToString());

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as CanFilter);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static Node Checked(CanFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter._node;
    }

    private static CanId Checked(CanId id, string parameter) => (id.Raw & CanId.ErrFlag) == 0
        ? id
        : throw new ArgumentException("This is the identifier of an error frame: use CanFilter.ErrorFrames.", parameter);

    /// <summary>An expression of set algebra. It tests a raw id: <c>canid_t</c> with its EFF, RTR and ERR flags.</summary>
    private abstract class Node
    {
        public abstract bool Matches(uint rawId);
    }

    private sealed class AllNode : Node
    {
        public static readonly AllNode Instance = new();

        public override bool Matches(uint rawId) => true;
    }

    private sealed class ErrorNode : Node
    {
        public static readonly ErrorNode Instance = new();

        public override bool Matches(uint rawId) => (rawId & CanId.ErrFlag) != 0;
    }

    /// <summary>The raw ids with given values in given bits, like one kernel filter.</summary>
    private sealed class CubeNode(uint value, uint mask) : Node
    {
        public readonly uint Value = value;
        public readonly uint Mask = mask;

        /// <summary>Whether it is one raw id.</summary>
        public bool IsExact => Mask == (DataFlags | ((Value & CanId.EffFlag) != 0 ? CanId.MaxExtended : CanId.MaxStandard));

        public static CubeNode Exact(CanId id, bool remote) =>
            Of(id.Raw | (remote ? CanId.RtrFlag : 0), DataFlags | (id.IsExtended ? CanId.MaxExtended : CanId.MaxStandard))!;

        /// <summary>
        /// Normalizes value and mask; null if they match nothing. Standard frames have no bits above the eleventh, so a mask
        /// need not contain them, and must not for the kernel's indexed list.
        /// </summary>
        public static CubeNode? Of(uint value, uint mask)
        {
            value &= mask;
            if ((mask & CanId.EffFlag) != 0 && (value & CanId.EffFlag) == 0)
            {
                if ((value & CanId.MaxExtended & ~CanId.MaxStandard) != 0)
                    return null;
                mask &= DataFlags | CanId.MaxStandard;
            }

            return new(value, mask);
        }

        public override bool Matches(uint rawId) => ((rawId ^ Value) & (Mask | CanId.ErrFlag)) == 0;
    }

    private sealed class RangeNode(CanId first, CanId last) : Node
    {
        public readonly CanId First = first;
        public readonly CanId Last = last;

        // The raw id of another format, a remote frame or an error frame is above or below both ends.
        public override bool Matches(uint rawId) => rawId - First.Raw <= Last.Raw - First.Raw;
    }

    private sealed class OrNode : Node
    {
        // Below this, a linear search is as fast as a lookup.
        private const int MinToLookUp = 8;

        public readonly Node[] Nodes;

        private FrozenSet<uint> _exact = FrozenSet<uint>.Empty;
        private volatile Node[]? _others;

        private OrNode(Node[] nodes) => Nodes = nodes;

        public static Node Of(Node[] nodes)
        {
            Node[] flat = [.. nodes.SelectMany(n => n is OrNode or ? or.Nodes : [n])];
            return flat.Length == 1 ? flat[0] : flat.Length == 0 ? new NotNode(AllNode.Instance) : new OrNode(flat);
        }

        public override bool Matches(uint rawId)
        {
            var others = _others ?? Sort();
            if (_exact.Count > 0 && _exact.Contains(rawId))
                return true;
            foreach (var node in others)
            {
                if (node.Matches(rawId))
                    return true;
            }

            return false;
        }

        /// <summary>Separates what can be found by lookup. Done on first use, because many unions are only steps towards a larger one.</summary>
        private Node[] Sort()
        {
            var exact = Nodes.OfType<CubeNode>().Where(c => c.IsExact).Select(c => c.Value).ToFrozenSet();
            if (exact.Count < MinToLookUp)
                return _others = Nodes;
            _exact = exact;
            return _others = [.. Nodes.Where(n => n is not CubeNode { IsExact: true })];
        }
    }

    private sealed class AndNode : Node
    {
        public readonly Node[] Nodes;

        private AndNode(Node[] nodes) => Nodes = nodes;

        public static AndNode Of(Node[] nodes) => new([.. nodes.SelectMany(n => n is AndNode and ? and.Nodes : [n])]);

        public override bool Matches(uint rawId)
        {
            foreach (var node in Nodes)
            {
                if (!node.Matches(rawId))
                    return false;
            }

            return true;
        }
    }

    private sealed class NotNode(Node node) : Node
    {
        public readonly Node Inner = node;

        public static Node Of(Node node) => node is NotNode not ? not.Inner : new NotNode(node);

        public override bool Matches(uint rawId) => !Inner.Matches(rawId);
    }
}
