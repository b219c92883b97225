using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RxCan.Dbc.Generator;

/// <summary>A diagnostic in a database file, as a value.</summary>
internal sealed record FileDiagnostic(
    DiagnosticDescriptor Descriptor, string Path, EquatableArray<string> Arguments = default, TextSpan Span = default, LinePositionSpan Lines = default)
{
    public const string Category = "RxCan.Dbc";

    // The compiler takes two descriptors of one id as the same.
    private static readonly ConcurrentDictionary<string, DiagnosticDescriptor> Descriptors = new();

    /// <summary>
    /// A diagnostic of the reader. Its errors are warnings here: files are dirty, the types are made anyway, and a project that wants no faulty
    /// file can make errors of the ids.
    /// </summary>
    public static FileDiagnostic Of(DbcDiagnostic diagnostic, string path, string text)
    {
        var descriptor = Descriptors.GetOrAdd(diagnostic.Code, code => new(
            code, "CAN database", "{0}", Category, diagnostic.Severity == DbcSeverity.Info ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, isEnabledByDefault: true));
        var length = Math.Max(diagnostic.Length, WordLength(text, diagnostic.Position));
        var start = new LinePosition(diagnostic.Line - 1, diagnostic.Column - 1);
        return new(
            descriptor, path, new([diagnostic.Message]), new(diagnostic.Position, length), new(start, new(start.Line, start.Character + length)));
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Location.Create(Path, Span, Lines), [.. Arguments]);

    private static int WordLength(string text, int position)
    {
        var end = position;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        return end > position ? end - position : position < text.Length && text[position] is not ('\r' or '\n') ? 1 : 0;
    }
}
