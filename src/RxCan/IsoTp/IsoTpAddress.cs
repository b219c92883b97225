namespace RxCan.IsoTp;

/// <summary>
/// The two ends of an ISO-TP session, seen from one of them: the identifiers of the frames it sends and receives, and their first data byte
/// where the format uses one.
/// </summary>
/// <remarks>
/// Source: ISO 15765-2, address formats; the fixed identifiers are those of its 29-bit tables, <c>18DA</c>, <c>18DB</c>, <c>18CE</c>, <c>18CD</c>.
/// </remarks>
public sealed class IsoTpAddress : IEquatable<IsoTpAddress>
{
    private const int MaxResponders = 256;
    private const uint FixedPhysical = 0xDA;
    private const uint FixedFunctional = 0xDB;
    private const uint MixedPhysical = 0xCE;
    private const uint MixedFunctional = 0xCD;

    private IsoTpAddress(
        IsoTpAddressing addressing,
        CanId tx,
        CanId rx,
        byte? txExtension,
        byte? rxExtension,
        IsoTpAddress[]? responders = null,
        bool isRxFunctional = false)
    {
        if (responders is null && tx == rx && txExtension == rxExtension)
            throw new ArgumentException($"{tx} cannot be used both to send and to receive: give the two ends of the session different addresses.", nameof(rx));
        Addressing = addressing;
        TxId = tx;
        RxId = rx;
        TxExtension = txExtension;
        RxExtension = rxExtension;
        IsFunctional = responders is not null;
        IsRxFunctional = isRxFunctional;
        Responders = responders ?? [this];
    }

    /// <summary>
    /// The functional address of legislated diagnostics (ISO 15765-4, 11 bit): requests to all with <c>7DF</c>, responses from <c>7E8</c> to
    /// <c>7EF</c>, and flow control for these on <c>7E0</c> to <c>7E7</c>.
    /// </summary>
    public static IsoTpAddress FunctionalObd { get; } =
        Functional(0x7DF, [.. Enumerable.Range(0, 8).Select(i => Normal((uint)(0x7E0 + i), (uint)(0x7E8 + i)))]);

    /// <summary>The address format.</summary>
    public IsoTpAddressing Addressing { get; }

    /// <summary>The identifier of the frames sent.</summary>
    public CanId TxId { get; }

    /// <summary>The identifier of the frames received; for a functional address, the first responder's.</summary>
    public CanId RxId { get; }

    /// <summary>The first data byte of each frame sent: the target address (extended) or the address extension (mixed); null for other formats.</summary>
    public byte? TxExtension { get; }

    /// <summary>The first data byte of each frame received; null for none.</summary>
    public byte? RxExtension { get; }

    /// <summary>
    /// Whether it reaches several control units. Only messages that fit a single frame can be sent, and all of <see cref="Responders"/> may answer.
    /// </summary>
    public bool IsFunctional { get; }

    /// <summary>Whether <see cref="RxId"/> is functional, see <see cref="WithFunctionalRx"/>.</summary>
    public bool IsRxFunctional { get; }

    /// <summary>The physical addresses that may answer, with those of their flow control. For a physical address, only itself.</summary>
    public IReadOnlyList<IsoTpAddress> Responders { get; }

    /// <summary>This address, seen from the other end.</summary>
    /// <exception cref="InvalidOperationException">The address is functional: each of the other ends has its own.</exception>
    public IsoTpAddress Peer => IsFunctional || IsRxFunctional
        ? throw new InvalidOperationException("A functional address has many peers and cannot be reversed. Give each peer a normal address with its own identifiers.")
        : new(Addressing, RxId, TxId, RxExtension, TxExtension);

    /// <summary>
    /// This address with a functional identifier to receive, as each control unit of a group does (ISO 15765-2:2016, 9.2): only single frames are
    /// received, nothing is answered with flow control, and only messages that fit a single frame can be sent.
    /// </summary>
    /// <exception cref="InvalidOperationException">The identifier to send is functional.</exception>
    public IsoTpAddress WithFunctionalRx() => IsFunctional
        ? throw new InvalidOperationException("A functional address receives from its responders, on physical identifiers.")
        : new(Addressing, TxId, RxId, TxExtension, RxExtension, isRxFunctional: true);

    /// <summary>Normal addressing, 11 or 29 bit.</summary>
    /// <param name="tx">The identifier of the frames sent.</param>
    /// <param name="rx">The identifier of the frames received.</param>
    /// <exception cref="ArgumentException">The identifiers are the same.</exception>
    public static IsoTpAddress Normal(CanId tx, CanId rx) => new(IsoTpAddressing.Normal, tx, rx, null, null);

    /// <summary>Normal fixed addressing, physical: <c>18DA</c>, target, source.</summary>
    /// <param name="target">The other end's address.</param>
    /// <param name="source">This end's address, <c>F1</c> for an external tester.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentException">The addresses are the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress NormalFixed(byte target, byte source, int priority = 6) => new(
        IsoTpAddressing.NormalFixed, Fixed(priority, FixedPhysical, target, source), Fixed(priority, FixedPhysical, source, target), null, null);

    /// <summary>Normal fixed addressing, functional: <c>18DB</c>, target, source. Any address may answer.</summary>
    /// <param name="target">The group's address, <c>33</c> in legislated diagnostics.</param>
    /// <param name="source">This end's address, <c>F1</c> for an external tester.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress NormalFixedFunctional(byte target, byte source, int priority = 6) => Functional(
        IsoTpAddressing.NormalFixed,
        Fixed(priority, FixedFunctional, target, source),
        null,
        [.. OthersThan(source).Select(other => NormalFixed(other, source, priority))]);

    /// <summary>Extended addressing: the target's address is the first data byte.</summary>
    /// <param name="tx">The identifier of the frames sent.</param>
    /// <param name="rx">The identifier of the frames received.</param>
    /// <param name="target">The other end's address, the first byte of each frame sent.</param>
    /// <param name="source">This end's address, the first byte of each frame received.</param>
    /// <exception cref="ArgumentException">Both ends have the same address.</exception>
    public static IsoTpAddress Extended(CanId tx, CanId rx, byte target, byte source) => new(IsoTpAddressing.Extended, tx, rx, target, source);

    /// <summary>Mixed addressing with any identifiers: the address extension is the first data byte in both directions.</summary>
    /// <param name="tx">The identifier of the frames sent.</param>
    /// <param name="rx">The identifier of the frames received.</param>
    /// <param name="extension">The address extension.</param>
    /// <exception cref="ArgumentException">The identifiers are the same.</exception>
    public static IsoTpAddress Mixed(CanId tx, CanId rx, byte extension) => new(IsoTpAddressing.Mixed, tx, rx, extension, extension);

    /// <summary>Mixed addressing, 29 bit and physical: <c>18CE</c>, target, source, and an address extension.</summary>
    /// <param name="target">The other end's address.</param>
    /// <param name="source">This end's address.</param>
    /// <param name="extension">The address extension.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentException">The addresses are the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress MixedFixed(byte target, byte source, byte extension, int priority = 6) => new(
        IsoTpAddressing.Mixed,
        Fixed(priority, MixedPhysical, target, source),
        Fixed(priority, MixedPhysical, source, target),
        extension,
        extension);

    /// <summary>Mixed addressing, 29 bit and functional: <c>18CD</c>, target, source, and an address extension. Any address may answer.</summary>
    /// <param name="target">The group's address.</param>
    /// <param name="source">This end's address.</param>
    /// <param name="extension">The address extension.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress MixedFixedFunctional(byte target, byte source, byte extension, int priority = 6) => Functional(
        IsoTpAddressing.Mixed,
        Fixed(priority, MixedFunctional, target, source),
        extension,
        [.. OthersThan(source).Select(other => MixedFixed(other, source, extension, priority))]);

    /// <summary>
    /// A functional address with any identifiers. A control unit listens to it with an address that receives <paramref name="tx"/>, see
    /// <see cref="WithFunctionalRx"/>.
    /// </summary>
    /// <param name="tx">The identifier that all control units listen to.</param>
    /// <param name="responders">The 1 to 256 physical addresses that may answer, all of one format.</param>
    /// <param name="extension">The first data byte of each frame sent, if the responders' format has one.</param>
    /// <exception cref="ArgumentException">
    /// There are no responders or too many, one is functional, their formats differ, or two of them receive on the same identifier.
    /// </exception>
    public static IsoTpAddress Functional(CanId tx, IReadOnlyList<IsoTpAddress> responders, byte? extension = null)
    {
        ArgumentNullException.ThrowIfNull(responders);
        if (responders.Count is 0 or > MaxResponders)
            throw new ArgumentException($"A functional address has 1 to {MaxResponders} responders, not {responders.Count}.", nameof(responders));
        var addressing = responders[0].Addressing;
        if (responders.Any(r => r.IsFunctional || r.IsRxFunctional || r.Addressing != addressing))
            throw new ArgumentException("The responders of a functional address must be physical addresses, all of one format.", nameof(responders));
        if (extension is null != responders[0].TxExtension is null)
            throw new ArgumentException("Give the first data byte (extension) if, and only if, the responders' address format has one.", nameof(extension));
        if (responders.DistinctBy(r => (r.RxId, r.RxExtension)).Count() < responders.Count)
            throw new ArgumentException("Two responders have the same receive identifier and could not be told apart: give each its own.", nameof(responders));
        return Functional(addressing, tx, extension, [.. responders]);
    }

    /// <summary>Whether both send and receive with the same identifiers and first bytes.</summary>
    /// <param name="other">The address to compare with.</param>
    public bool Equals(IsoTpAddress? other) => other is not null && (ReferenceEquals(this, other) || (
        Addressing == other.Addressing && TxId == other.TxId && RxId == other.RxId && TxExtension == other.TxExtension &&
        RxExtension == other.RxExtension && IsFunctional == other.IsFunctional &&
        IsRxFunctional == other.IsRxFunctional &&
        (!IsFunctional || Responders.SequenceEqual(other.Responders))));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IsoTpAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Addressing, TxId, RxId, TxExtension, RxExtension, IsFunctional, IsRxFunctional);

    /// <summary>The identifiers sent and received, such as <c>7E0 -> 7E8</c>; a first data byte follows its identifier after a slash.</summary>
    public override string ToString() =>
        $"{Name(TxId, TxExtension)} -> {Name(RxId, RxExtension)}{(Responders.Count > 1 ? $" and {Responders.Count - 1} others" : "")}";

    private static string Name(CanId id, byte? extension) => extension is { } first ? $"{id}/{first:X2}" : id.ToString();

    private static IsoTpAddress Functional(IsoTpAddressing addressing, CanId tx, byte? extension, IsoTpAddress[] responders) =>
        new(addressing, tx, responders[0].RxId, extension, responders[0].RxExtension, responders);

    private static IEnumerable<byte> OthersThan(byte own) => Enumerable.Range(0, MaxResponders).Select(i => (byte)i).Where(i => i != own);

    private static CanId Fixed(int priority, uint format, byte target, byte source) => priority is >= 0 and <= 7
        ? CanId.Extended(((uint)priority << 26) | (format << 16) | ((uint)target << 8) | source)
        : throw new ArgumentOutOfRangeException(nameof(priority), priority, "The priority must be 0 to 7.");
}
