using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RxCan.Dbc.Generator;

/// <summary>Makes types of the databases that a project names: <c>&lt;CanDatabase Include="vehicle.dbc" /&gt;</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CanDatabaseGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor NotRead = Own(101, DiagnosticSeverity.Error, "The file cannot be read, so it has no types. Check the CanDatabase item's path.");
    private static readonly DiagnosticDescriptor NoMessages = Own(102, DiagnosticSeverity.Warning, "The database has no message that Messages=\"{0}\" names. Names are case-sensitive; * stands for any characters.");
    private static readonly DiagnosticDescriptor SameClass = Own(103, DiagnosticSeverity.Warning, "Another database has the class {0} too, so this one's is {1}. Set the CanDatabase item's ClassName or Namespace.");

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(static pair => DatabaseSettings.IsDatabase(pair.Right.GetOptions(pair.Left)))
            .Select(static (pair, _) => new DatabaseFile(pair.Left, DatabaseSettings.Of(pair.Left.Path, pair.Right.GetOptions(pair.Left), pair.Right.GlobalOptions)))
            .Collect()
            .SelectMany(static (all, _) => WithOwnClasses(all));
        var code = files.Select(static (file, cancel) => Generate(file, cancel)).WithTrackingName("Code");
        context.RegisterSourceOutput(code, static (output, generated) =>
        {
            foreach (var diagnostic in generated.Diagnostics)
                output.ReportDiagnostic(diagnostic.ToDiagnostic());
            foreach (var file in generated.Files)
                output.AddSource(file.Name, SourceText.From(file.Text, Encoding.UTF8));
        });
    }

    private static IEnumerable<DatabaseFile> WithOwnClasses(IEnumerable<DatabaseFile> files)
    {
        // File names of generated code differ in more than case.
        var taken = new NameScope(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            var space = file.Settings.Namespace.Length > 0 ? file.Settings.Namespace + "." : "";
            var name = taken.Take(space + file.Settings.ClassName).Substring(space.Length);
            yield return name == file.Settings.ClassName ? file : file with { Settings = file.Settings with { ClassName = name }, WantedClass = file.Settings.ClassName };
        }
    }

    private static GeneratedCode Generate(DatabaseFile file, CancellationToken cancel)
    {
        var diagnostics = new List<FileDiagnostic>();
        if (file.Text.GetText(cancel) is not { } source)
            return new(default, new([new(NotRead, file.Text.Path)]));
        var text = FileText.Of(source, file.Text.Path);
        var database = DbcReader.Read(text);
        cancel.ThrowIfCancellationRequested();
        if (file.WantedClass is { } wanted)
            diagnostics.Add(new(SameClass, file.Text.Path, new([wanted, file.Settings.ClassName])));
        var code = new DatabaseCode(database, file.Settings, Path.GetFileName(file.Text.Path));
        if (code.Messages == 0 && file.Settings.Messages.Length > 0)
            diagnostics.Add(new(NoMessages, file.Text.Path, new([file.Settings.Messages])));
        diagnostics.AddRange(database.Diagnostics.Select(diagnostic => FileDiagnostic.Of(diagnostic, file.Text.Path, text)));
        var files = new List<GeneratedFile>();
        foreach (var (name, content) in code.Files())
        {
            cancel.ThrowIfCancellationRequested();
            files.Add(new(name, content));
        }

        return new(new([.. files]), new([.. diagnostics]));
    }

    private static DiagnosticDescriptor Own(int number, DiagnosticSeverity severity, string message) =>
        new(FormattableString.Invariant($"DBC{number:0000}"), "CAN database", message, FileDiagnostic.Category, severity, isEnabledByDefault: true);

    /// <summary>A database of the project. It is the same one while neither its text nor the item changes.</summary>
    private sealed record DatabaseFile(AdditionalText Text, DatabaseSettings Settings, string? WantedClass = null);

    private sealed record GeneratedFile(string Name, string Text);

    private sealed record GeneratedCode(EquatableArray<GeneratedFile> Files, EquatableArray<FileDiagnostic> Diagnostics);
}
