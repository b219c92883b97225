using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RxCan.Dbc.Generator;

/// <summary>What a <c>CanDatabase</c> item's metadata say.</summary>
internal sealed record DatabaseSettings(string ClassName, string Namespace, string Accessibility, string Messages)
{
    private const string Metadata = "build_metadata.AdditionalFiles.";

    private static readonly char[] Separators = [',', ';', ' ', '\n', '\r', '\t'];

    private Regex? _chosen;

    /// <summary>Whether the item is a <c>CanDatabase</c>.</summary>
    public static bool IsDatabase(AnalyzerConfigOptions options) => Get(options, "IsCanDatabase") == "true";

    public static DatabaseSettings Of(string path, AnalyzerConfigOptions options, AnalyzerConfigOptions project)
    {
        var className = Get(options, "ClassName") is { Length: > 0 } named ? Identifier.From(named) : ClassNameOf(path);
        var space = Get(options, "Namespace") is { Length: > 0 } given ? given
            : project.TryGetValue("build_property.RootNamespace", out var root) ? root : "";
        var accessibility = Get(options, "Accessibility").Equals("internal", StringComparison.OrdinalIgnoreCase) ? "internal" : "public";
        var namespaces = space.Split(['.'], StringSplitOptions.RemoveEmptyEntries).Select(part => Identifier.From(part.Trim()));
        return new(className, string.Join(".", namespaces), accessibility, Get(options, "Messages"));
    }

    /// <summary>Whether a message is chosen; <c>*</c> stands for any characters, <c>?</c> for one.</summary>
    public bool Includes(string message)
    {
        var patterns = Messages.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        if (patterns.Length == 0)
            return true;
        _chosen ??= new("^(" + string.Join("|", patterns.Select(pattern => Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", "."))) + ")$", RegexOptions.CultureInvariant);
        return _chosen.IsMatch(message);
    }

    // The pattern that is kept does not count.
    public bool Equals(DatabaseSettings? other) => other is not null &&
        (ClassName, Namespace, Accessibility, Messages) == (other.ClassName, other.Namespace, other.Accessibility, other.Messages);

    public override int GetHashCode() => (ClassName, Namespace, Accessibility, Messages).GetHashCode();

    private static string Get(AnalyzerConfigOptions options, string name) => options.TryGetValue(Metadata + name, out var value) ? value.Trim() : "";

    /// <summary>The class of a file such as <c>my-truck.dbc</c>: <c>MyTruck</c>.</summary>
    private static string ClassNameOf(string path) =>
        Identifier.FromText(Path.GetFileNameWithoutExtension(path)) is { Length: > 0 } name ? name : "Database";
}
