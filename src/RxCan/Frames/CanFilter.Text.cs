using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using RxCan.Frames;

namespace RxCan;

/// <content>The text form.</content>
[TypeConverter(typeof(TextConverter<CanFilter>))]
[JsonConverter(typeof(CanFilterJsonConverter))]
public sealed partial class CanFilter : IParsable<CanFilter>
{
    private const string Forms =
        "Write identifiers (123 standard, 00000123 extended, 123R remote), ranges (100-1FF), kernel masks (7E8:7FF), * (all), # (error frames); " +
        "join them with a comma (either) or & (both), put ~ before what to exclude (100-1FF,~123 is all of 100-1FF but 123), and parentheses around groups.";

    private const int MaxNesting = 64;

    /// <summary>
    /// Reads a filter such as <c>7E8:7FF,100-1FF,~123</c>: identifiers (<c>123</c>, eight digits for extended, a trailing <c>R</c> for
    /// remote), ranges (<c>100-1FF</c>), the kernel's <c>id:mask</c> (an identifier of eight digits is extended, as in candump; a trailing
    /// <c>R</c> sets bit 30, which an eighth digit cannot do for a standard identifier), <c>*</c> for all,
    /// <c>#</c> for error frames; a comma for union, <c>&amp;</c> for intersection (binds tighter), <c>~</c> for complement, parentheses.
    /// Numbers may begin with <c>0x</c>.
    /// </summary>
    /// <remarks>
    /// An item of a list that only says what not (<c>~123</c>, <c>~123&amp;~124</c>) is taken away from the others, wherever it stands:
    /// <c>100-1FF,~123</c> is the range without 123, and <c>~1,~2</c> is everything but 1 and 2. As a union, it would match almost everything.
    /// Parentheses make it an item like any other: <c>7E8,(~123)</c> is 7E8 or anything but 123, as <c>a | ~b</c> in code.
    /// </remarks>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text is not a filter; the message says what is.</exception>
    public static CanFilter Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Read(s, out var filter) is { } why ? throw new FormatException($"'{s}' is not a CAN filter: {why} {Forms}") : filter!;
    }

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The filter.</param>
    /// <returns>Whether the text was a filter.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out CanFilter result)
    {
        result = null;
        return s is not null && Read(s, out result) is null;
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Text(_node, 0);

    /// <summary>Precedence: 0 in a union, 1 in an intersection, 2 under a complement.</summary>
    private static string Text(Node node, int binding) => node switch
    {
        AllNode => "*",
        ErrorNode => "#",
        CubeNode cube => Text(cube),
        RangeNode range => $"{range.First}-{range.Last}",
        NotNode not => "~" + Text(not.Inner, 2),
        OrNode or => InGroup(string.Join(',', or.Nodes.Select(n => InGroup(Text(n, 1), IsExclusion(n)))), binding > 0),
        AndNode { Nodes: var nodes } when binding == 0 && Array.Exists(nodes, n => n is NotNode) => ListText(nodes),
        AndNode and => InGroup(string.Join('&', and.Nodes.Select(n => Text(n, 1))), binding > 1),
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    /// <summary>An intersection with complements as a list: what is included, then what is not.</summary>
    private static string ListText(Node[] nodes)
    {
        Node[] included = [.. nodes.Where(n => n is not NotNode)];
        return string.Join(',', nodes.OfType<NotNode>().Select(n => Text(n, 1)).Prepend(included switch
        {
            [] => null,
            [var only] => Text(only, 0),
            _ => Text(AndNode.Of(included), 0),
        }).OfType<string>());
    }

    /// <summary>Whether the text of a node, as an item of a list, would take away from the others.</summary>
    private static bool IsExclusion(Node node) => node is NotNode || (node is AndNode and && Array.TrueForAll(and.Nodes, n => n is NotNode));

    private static string InGroup(string text, bool parentheses) => parentheses ? $"({text})" : text;

    private static string Text(CubeNode cube)
    {
        var id = cube.Value & ~CanId.RtrFlag;
        var remote = id != cube.Value ? "R" : "";
        return cube.IsExact ? $"{CanId.FromRaw(id)}{remote}" : $"{id:X3}{remote}:{cube.Mask:X3}";
    }

    private static string? Read(string s, out CanFilter? filter)
    {
        var reader = new Reader(s);
        filter = reader.ReadUnion(0) is { } node && reader.IsAtEnd ? new(node) : null;
        return filter is null ? reader.Error : null;
    }

    /// <summary>Reads by recursive descent: a union of intersections of terms.</summary>
    private ref struct Reader(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private string? _error;

        public readonly bool IsAtEnd => _rest.Trim().IsEmpty;

        public readonly string Error => _error ?? $"'{_rest.Trim()}' is unexpected.";

        public Node? ReadUnion(int depth)
        {
            var (included, kept) = (new List<Node>(), new List<Node>());
            do
            {
                if (ReadIntersection(depth, out var excludes) is not { } node)
                    return null;
                (excludes ? kept : included).Add(node);
            }
            while (Skip(','));
            if (included.Count > 0)
                kept.Insert(0, OrNode.Of([.. included]));
            return kept is [var only] ? only : AndNode.Of([.. kept]);
        }

        private Node? ReadIntersection(int depth, out bool excludes)
        {
            excludes = true;
            var nodes = new List<Node>();
            do
            {
                if (ReadTerm(depth, out var isComplement) is not { } node)
                    return null;
                excludes &= isComplement;
                nodes.Add(node);
            }
            while (Skip('&'));
            return nodes is [var only] ? only : AndNode.Of([.. nodes]);
        }

        private Node? ReadTerm(int depth, out bool isComplement)
        {
            isComplement = false;
            if (depth > MaxNesting)
                return Fail("it is nested too deeply.");
            if (Skip('~'))
            {
                var inner = ReadTerm(depth + 1, out var isDouble);
                isComplement = !isDouble;
                return inner is null ? null : NotNode.Of(inner);
            }

            if (Skip('*'))
                return AllNode.Instance;
            if (Skip('#'))
                return ErrorNode.Instance;
            if (Skip('('))
            {
                var group = ReadUnion(depth + 1);
                return group is null || Skip(')') ? group : Fail("a closing parenthesis is missing.");
            }

            var first = Digits();
            var remote = Skip('R') || Skip('r');
            return Skip(':') ? Mask(first, remote, Digits())
                : !remote && Skip('-') ? Range(first, Digits())
                : Id(first) is { } id ? CubeNode.Exact(id, remote) : null;
        }

        private Node? Mask(ReadOnlySpan<char> id, bool remote, ReadOnlySpan<char> mask)
        {
            if (!TryHex(id, out var value) || !TryHex(mask, out var bits))
                return Fail($"'{id}:{mask}' must be two hexadecimal numbers of up to 8 digits.");
            if (id.Length == 8)
                value |= CanId.EffFlag;
            if (remote)
                value |= CanId.RtrFlag;
            return ((value | bits) & CanId.ErrFlag) == 0
                ? CubeNode.Of(value, bits) is { } cube ? cube : new NotNode(AllNode.Instance)
                : Fail("bit 29 is not allowed in a mask.");
        }

        private Node? Range(ReadOnlySpan<char> first, ReadOnlySpan<char> last)
        {
            if (Id(first) is not { } from || Id(last) is not { } to)
                return null;
            if (from.IsExtended != to.IsExtended || to < from)
                return Fail($"the range {from}-{to} must be ascending and within one format.");
            return from == to ? CubeNode.Exact(from, remote: false) : new RangeNode(from, to);
        }

        private CanId? Id(ReadOnlySpan<char> digits)
        {
            if (CanId.TryParse(digits, null, out var id))
                return id;
            Fail(digits.IsEmpty ? $"an identifier is missing before '{_rest}'." : $"'{digits}' is not an identifier.");
            return null;
        }

        private ReadOnlySpan<char> Digits()
        {
            _rest = _rest.TrimStart();
            if (_rest is ['0', 'x' or 'X', var next, ..] && char.IsAsciiHexDigit(next))
                _rest = _rest[2..];
            var length = 0;
            while (length < _rest.Length && char.IsAsciiHexDigit(_rest[length]))
                length++;
            var digits = _rest[..length];
            _rest = _rest[length..];
            return digits;
        }

        private bool Skip(char c)
        {
            var rest = _rest.TrimStart();
            if (rest is [] || rest[0] != c)
                return false;
            _rest = rest[1..];
            return true;
        }

        private Node? Fail(string why)
        {
            _error ??= why;
            return null;
        }

        private static bool TryHex(ReadOnlySpan<char> digits, out uint value) =>
            uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
