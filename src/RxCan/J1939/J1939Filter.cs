using System.Diagnostics.CodeAnalysis;

namespace RxCan.J1939;

/// <summary>
/// A set of J1939 messages by parameter group, source, destination and NAME. Sets combine with <c>|</c> and <c>&amp;</c>. A node passes the
/// union of its subscribers' filters to the engine, which passes it to the kernel.
/// </summary>
/// <remarks>Source of the kernel's filters: <c>struct j1939_filter</c> of linux/can/j1939.h.</remarks>
public sealed class J1939Filter
{
    private J1939Filter(IReadOnlyList<Term> terms) => Terms = terms;

    /// <summary>Every message.</summary>
    public static J1939Filter All { get; } = new([default]);

    /// <summary>No message.</summary>
    public static J1939Filter None { get; } = new([]);

    /// <summary>The alternatives.</summary>
    internal IReadOnlyList<Term> Terms { get; }

    /// <summary>The messages of parameter groups.</summary>
    /// <param name="pgns">The parameter groups.</param>
    public static J1939Filter Pgn(params ReadOnlySpan<J1939Pgn> pgns) => new([.. from pgn in pgns.ToArray() select new Term(Pgn: pgn)]);

    /// <summary>The messages from an address.</summary>
    /// <param name="address">The sender's address.</param>
    public static J1939Filter Source(byte address) => new([new(Source: address)]);

    /// <summary>The messages to an address, <see cref="J1939Address.Global"/> for those to all.</summary>
    /// <param name="address">The receiver's address.</param>
    public static J1939Filter Destination(byte address) => new([new(Destination: address)]);

    /// <summary>The messages of the node that has claimed an address with this NAME, even when its address changes.</summary>
    /// <param name="name">The NAME.</param>
    public static J1939Filter Name(J1939Name name) => Name(name, new(ulong.MaxValue));

    /// <summary>The messages of all nodes whose NAME has the given values in the given bits, such as one function of one manufacturer.</summary>
    /// <param name="name">The values.</param>
    /// <param name="mask">The bits that count.</param>
    public static J1939Filter Name(J1939Name name, J1939Name mask) => new([new(Name: new(name.Value & mask.Value), NameMask: mask)]);

    /// <summary>The messages of either set.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Set algebra is what the type is for.")]
    public static J1939Filter operator |(J1939Filter left, J1939Filter right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. left.Terms.Union(right.Terms)]);
    }

    /// <summary>The messages of both sets.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Set algebra is what the type is for.")]
    public static J1939Filter operator &(J1939Filter left, J1939Filter right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. (from a in left.Terms from b in right.Terms let both = a.And(b) where both is not null select both.Value).Distinct()]);
    }

    /// <summary>Whether a message is in the set.</summary>
    /// <param name="message">The message.</param>
    public bool Matches(J1939Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (var term in Terms)
        {
            if (term.Matches(message))
                return true;
        }

        return false;
    }

    /// <summary>
    /// The CAN frames that carry messages of the set, for a node with the given address: single frames, and transport protocol frames to it and
    /// to all. Frames do not contain NAMEs, so a filter by NAME lets all pass.
    /// </summary>
    /// <param name="address">The node's address.</param>
    /// <param name="promiscuous">Whether to include frames to other nodes.</param>
    public CanFilter ToCanFilter(byte address, bool promiscuous = false)
    {
        var filter = CanFilter.None;
        foreach (var term in Terms)
            filter |= term.ToCanFilter(address, promiscuous);
        return filter;
    }

    /// <summary>Whether any of these alternatives may include a message whose source's NAME is not known.</summary>
    internal static bool Matches(IReadOnlyList<Term> terms, J1939Pgn pgn, byte source, byte destination)
    {
        foreach (var term in terms)
        {
            if (term.Matches(pgn, source, destination))
                return true;
        }

        return false;
    }

    /// <summary>One alternative; null members match everything.</summary>
    internal readonly record struct Term(
        J1939Pgn? Pgn = null, byte? Source = null, byte? Destination = null, J1939Name? Name = null, J1939Name NameMask = default)
    {
        public bool Matches(J1939Message message) =>
            Matches(message.Pgn, message.Source, message.Destination) &&
            (Name is not { } name || (message.SourceName is { } source && (source.Value & NameMask.Value) == name.Value));

        /// <summary>Whether it may include a message whose source's NAME is not known.</summary>
        public bool Matches(J1939Pgn pgn, byte source, byte destination) =>
            (Pgn is null || Pgn == pgn) && (Source is null || Source == source) && (Destination is null || Destination == destination);

        /// <summary>The intersection; null if it is empty.</summary>
        public Term? And(Term other)
        {
            if ((Pgn is { } pgn && other.Pgn is { } otherPgn && pgn != otherPgn) ||
                (Source is { } source && other.Source is { } otherSource && source != otherSource) ||
                (Destination is { } to && other.Destination is { } otherTo && to != otherTo))
            {
                return null;
            }

            var (name, mask) = (Name ?? other.Name, Name is null ? other.NameMask : NameMask);
            if (Name is { } a && other.Name is { } b)
            {
                if (((a.Value ^ b.Value) & NameMask.Value & other.NameMask.Value) != 0)
                    return null;
                (name, mask) = (new(a.Value | b.Value), new(NameMask.Value | other.NameMask.Value));
            }

            return new(Pgn ?? other.Pgn, Source ?? other.Source, Destination ?? other.Destination, name, mask);
        }

        public CanFilter ToCanFilter(byte address, bool promiscuous)
        {
            var transport = CanFilter.PgnTo(J1939Pgn.TransportControl, J1939Address.Global) | CanFilter.PgnTo(J1939Pgn.TransportData, J1939Address.Global);
            if (address <= J1939Address.Max)
            {
                transport |=
                    CanFilter.PgnTo(J1939Pgn.TransportControl, address) | CanFilter.PgnTo(J1939Pgn.TransportData, address) |
                    CanFilter.PgnTo(J1939Pgn.ExtendedTransportControl, address) | CanFilter.PgnTo(J1939Pgn.ExtendedTransportData, address);
            }

            var single = Pgn is { } pgn ? CanFilter.Pgn(pgn) : CanFilter.J1939Frames;
            if (Destination is { } to && Pgn is { IsPdu1: true } group)
                single = CanFilter.PgnTo(group, to);
            else if (!promiscuous && Pgn is { IsPdu1: true } addressed)
                single = CanFilter.PgnTo(addressed, address) | CanFilter.PgnTo(addressed, J1939Address.Global);
            var filter = single | transport;
            return Source is { } source ? filter & CanFilter.J1939Source(source) : filter;
        }
    }
}
