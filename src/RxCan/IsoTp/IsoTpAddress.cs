namespace RxCan.IsoTp;

/// <summary>
/// The two ends of an ISO-TP session as one of them sees it: the identifier (and first data byte, where there is one) of what it sends and
/// of what it receives.
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
        IsoTpAddressing addressing, CanId tx, CanId rx, byte? txExtension, byte? rxExtension, IsoTpAddress[]? responders = null)
    {
        if (responders is null && tx == rx && txExtension == rxExtension)
            throw new ArgumentException($"{tx} is to be sent and received alike: the two ends of a session need different addresses.", nameof(rx));
        Addressing = addressing;
        TxId = tx;
        RxId = rx;
        TxExtension = txExtension;
        RxExtension = rxExtension;
        IsFunctional = responders is not null;
        Responders = responders ?? [this];
    }

    /// <summary>
    /// The functional address of legislated diagnostics (ISO 15765-4, 11 bit): requests to all with <c>7DF</c>, answers from <c>7E8</c> to
    /// <c>7EF</c>, whose flow control goes to <c>7E0</c> to <c>7E7</c>.
    /// </summary>
    public static IsoTpAddress FunctionalObd { get; } =
        Functional(0x7DF, [.. Enumerable.Range(0, 8).Select(i => Normal((uint)(0x7E0 + i), (uint)(0x7E8 + i)))]);

    /// <summary>The address format.</summary>
    public IsoTpAddressing Addressing { get; }

    /// <summary>The identifier of what is sent.</summary>
    public CanId TxId { get; }

    /// <summary>The identifier of what is received; for a functional address that of the first responder.</summary>
    public CanId RxId { get; }

    /// <summary>The first data byte of each frame sent: the target address (extended) or address extension (mixed); null for neither.</summary>
    public byte? TxExtension { get; }

    /// <summary>The first data byte of each frame received; null for none.</summary>
    public byte? RxExtension { get; }

    /// <summary>
    /// Whether it reaches several control units: only messages that fit a single frame can be sent, and all of <see cref="Responders"/> may answer.
    /// </summary>
    public bool IsFunctional { get; }

    /// <summary>Who may answer, and how their answers are flow-controlled: physical addresses, for a physical address only itself.</summary>
    public IReadOnlyList<IsoTpAddress> Responders { get; }

    /// <summary>This address as the other end has it.</summary>
    /// <exception cref="InvalidOperationException">It is functional: the other ends each have their own.</exception>
    public IsoTpAddress Peer => IsFunctional
        ? throw new InvalidOperationException("A functional address has many peers: give each a normal address of its own identifiers.")
        : new(Addressing, RxId, TxId, RxExtension, TxExtension);

    /// <summary>Normal addressing, 11 or 29 bit.</summary>
    /// <param name="tx">The identifier of what is sent.</param>
    /// <param name="rx">The identifier of what is received.</param>
    /// <exception cref="ArgumentException">They are the same.</exception>
    public static IsoTpAddress Normal(CanId tx, CanId rx) => new(IsoTpAddressing.Normal, tx, rx, null, null);

    /// <summary>Normal fixed addressing, physical: <c>18DA</c>, target, source.</summary>
    /// <param name="target">The other end's address.</param>
    /// <param name="source">The own address, <c>F1</c> for an external tester.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentException">The addresses are the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress NormalFixed(byte target, byte source, int priority = 6) => new(
        IsoTpAddressing.NormalFixed, Fixed(priority, FixedPhysical, target, source), Fixed(priority, FixedPhysical, source, target), null, null);

    /// <summary>Normal fixed addressing, functional: <c>18DB</c>, target, source. Any address may answer.</summary>
    /// <param name="target">The group's address, <c>33</c> in legislated diagnostics.</param>
    /// <param name="source">The own address, <c>F1</c> for an external tester.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress NormalFixedFunctional(byte target, byte source, int priority = 6) => Functional(
        IsoTpAddressing.NormalFixed,
        Fixed(priority, FixedFunctional, target, source),
        null,
        [.. OthersThan(source).Select(other => NormalFixed(other, source, priority))]);

    /// <summary>Extended addressing: the target's address is the first data byte.</summary>
    /// <param name="tx">The identifier of what is sent.</param>
    /// <param name="rx">The identifier of what is received.</param>
    /// <param name="target">The other end's address, the first byte of what is sent.</param>
    /// <param name="source">The own address, the first byte of what is received.</param>
    /// <exception cref="ArgumentException">Both ends are the same.</exception>
    public static IsoTpAddress Extended(CanId tx, CanId rx, byte target, byte source) => new(IsoTpAddressing.Extended, tx, rx, target, source);

    /// <summary>Mixed addressing with any identifiers: the address extension is the first data byte, both ways.</summary>
    /// <param name="tx">The identifier of what is sent.</param>
    /// <param name="rx">The identifier of what is received.</param>
    /// <param name="extension">The address extension.</param>
    /// <exception cref="ArgumentException">The identifiers are the same.</exception>
    public static IsoTpAddress Mixed(CanId tx, CanId rx, byte extension) => new(IsoTpAddressing.Mixed, tx, rx, extension, extension);

    /// <summary>Mixed addressing, 29 bit and physical: <c>18CE</c>, target, source, and an address extension.</summary>
    /// <param name="target">The other end's address.</param>
    /// <param name="source">The own address.</param>
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
    /// <param name="source">The own address.</param>
    /// <param name="extension">The address extension.</param>
    /// <param name="priority">0 (highest) to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priority"/> is not 0 to 7.</exception>
    public static IsoTpAddress MixedFixedFunctional(byte target, byte source, byte extension, int priority = 6) => Functional(
        IsoTpAddressing.Mixed,
        Fixed(priority, MixedFunctional, target, source),
        extension,
        [.. OthersThan(source).Select(other => MixedFixed(other, source, extension, priority))]);

    /// <summary>
    /// A functional address of any identifiers. A control unit listens to it by a <see cref="Normal"/> address that receives <paramref name="tx"/>.
    /// </summary>
    /// <param name="tx">The identifier that all control units listen to.</param>
    /// <param name="responders">Who may answer: 1 to 256 physical addresses of one format.</param>
    /// <param name="extension">The first data byte of what is sent, if the responders' format has one.</param>
    /// <exception cref="ArgumentException">The responders are none, too many, functional, of several formats, or two receive alike.</exception>
    public static IsoTpAddress Functional(CanId tx, IReadOnlyList<IsoTpAddress> responders, byte? extension = null)
    {
        ArgumentNullException.ThrowIfNull(responders);
        if (responders.Count is 0 or > MaxResponders)
            throw new ArgumentException($"A functional address has 1 to {MaxResponders} responders, not {responders.Count}.", nameof(responders));
        var addressing = responders[0].Addressing;
        if (responders.Any(r => r.IsFunctional || r.Addressing != addressing))
            throw new ArgumentException("The responders of a functional address are physical addresses of one format.", nameof(responders));
        if (extension is null != responders[0].TxExtension is null)
            throw new ArgumentException("The first data byte is to be given if, and only if, the responders' address format has one.", nameof(extension));
        if (responders.DistinctBy(r => (r.RxId, r.RxExtension)).Count() < responders.Count)
            throw new ArgumentException("Two responders would be received by the same identifier: they could not be told apart.", nameof(responders));
        return Functional(addressing, tx, extension, [.. responders]);
    }

    /// <summary>Whether both send and receive by the same identifiers and first bytes.</summary>
    /// <param name="other">The address to compare with.</param>
    public bool Equals(IsoTpAddress? other) => other is not null && (ReferenceEquals(this, other) || (
        Addressing == other.Addressing && TxId == other.TxId && RxId == other.RxId && TxExtension == other.TxExtension &&
        RxExtension == other.RxExtension && IsFunctional == other.IsFunctional &&
        (!IsFunctional || Responders.SequenceEqual(other.Responders))));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IsoTpAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Addressing, TxId, RxId, TxExtension, RxExtension, IsFunctional);

    /// <summary>What is sent and what is received, such as <c>7E0 -> 7E8</c>; a first data byte follows its identifier after a slash.</summary>
    public override string ToString() =>
        $"{Name(TxId, TxExtension)} -> {Name(RxId, RxExtension)}{(Responders.Count > 1 ? $" and {Responders.Count - 1} others" : "")}";

    private static string Name(CanId id, byte? extension) => extension is { } first ? $"{id}/{first:X2}" : id.ToString();

    private static IsoTpAddress Functional(IsoTpAddressing addressing, CanId tx, byte? extension, IsoTpAddress[] responders) =>
        new(addressing, tx, responders[0].RxId, extension, responders[0].RxExtension, responders);

    private static IEnumerable<byte> OthersThan(byte own) => Enumerable.Range(0, MaxResponders).Select(i => (byte)i).Where(i => i != own);

    private static CanId Fixed(int priority, uint format, byte target, byte source) => priority is >= 0 and <= 7
        ? CanId.Extended(((uint)priority << 26) | (format << 16) | ((uint)target << 8) | source)
        : throw new ArgumentOutOfRangeException(nameof(priority), priority, "A priority is 0 to 7.");
}
