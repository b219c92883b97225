using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace RxCan.Tests;

/// <summary>
/// Shows records as records, positional ones with their parameters: PublicApiGenerator writes the classes and structs that they
/// compile to.
/// </summary>
internal static partial class ApiRecords
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static string Show(string api, Assembly package)
    {
        var records = package.GetExportedTypes().Where(IsRecord).ToDictionary(type => type.FullName!);
        var lines = api.Split('\n').ToList();
        var space = "";
        for (var i = 0; i < lines.Count; i++)
        {
            if (NamespaceLine().Match(lines[i]) is { Success: true } opened)
                space = opened.Groups["name"].Value;
            if (TypeLine().Match(lines[i]) is not { Success: true } header)
                continue;
            var name = header.Groups["name"].Value;
            var arity = header.Groups["generic"] is { Success: true, Value: var arguments } ? $"`{arguments.Split(',').Length}" : "";
            if (!records.Remove($"{space}.{name}{arity}", out var record))
                continue;
            var parameters = IsPositional(record) ? TakeConstructor(lines, i, name) : "";
            var bases = header.Groups["bases"].Value.Split(", ")
                .Where(type => type != "" && !type.StartsWith("System.IEquatable<", StringComparison.Ordinal));
            lines[i] = header.Groups["start"].Value + (record.IsValueType ? "record struct " : "record ") + name + header.Groups["generic"].Value +
                parameters + (bases.Any() ? $" : {string.Join(", ", bases)}" : "");
        }

        Assert.True(records.Count == 0, $"Not found in the text of the API: {string.Join(", ", records.Keys)}.");
        return string.Join('\n', lines);
    }

    /// <summary>Recognized by members that only the compiler can name (a class's clone) or would write (a struct's printer).</summary>
    public static bool IsRecord(Type type) => type.IsValueType
        ? type.GetMethod("PrintMembers", Declared, [typeof(StringBuilder)]) is { IsPrivate: true }
        : type.GetMethod("<Clone>$", Declared) is not null;

    /// <summary>Whether its only public constructor has the same parameters as its deconstructor.</summary>
    public static bool IsPositional(Type record) =>
        record.GetMethod("Deconstruct", Declared) is { } parts && record.GetConstructors() is [var made] &&
        made.GetParameters().Select(p => p.Name).SequenceEqual(parts.GetParameters().Select(p => p.Name));

    /// <summary>Removes the line of the only public constructor from the type that begins at a line, and returns its parameters.</summary>
    private static string TakeConstructor(List<string> lines, int start, string name)
    {
        var end = lines.FindIndex(start, line => line.TrimStart() == "}");
        var at = lines.FindIndex(start, end - start, line => line.TrimStart().StartsWith($"public {name}(", StringComparison.Ordinal));
        var text = lines[at].Trim();
        lines.RemoveAt(at);
        return text[text.IndexOf('(')..(text.LastIndexOf(')') + 1)];
    }

    [GeneratedRegex(@"^namespace (?<name>\S+)$")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?<start> *public (sealed |abstract |readonly )*)(class|struct) (?<name>\w+)(?<generic><[^>]*>)?( : (?<bases>.*))?$")]
    private static partial Regex TypeLine();
}
