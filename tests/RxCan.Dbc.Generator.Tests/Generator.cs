extern alias generator;

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace RxCan.Tests;

/// <summary>Runs the generator on databases, and compiles what it makes.</summary>
internal sealed class Generator
{
    private static readonly CSharpParseOptions Parse = CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.None);

    private static readonly MetadataReference[] References =
    [
        .. from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
           where Path.GetFileName(path) != "RxCan.Dbc.Generator.dll"
           select MetadataReference.CreateFromFile(path),
    ];

    private readonly List<Database> _databases = [];
    private readonly Options _options;
    private GeneratorDriver _driver;

    public Generator(params IEnumerable<Database> databases)
    {
        _databases.AddRange(databases);
        _options = new(_databases);
        _driver = CSharpGeneratorDriver.Create(
            [new generator::RxCan.Dbc.Generator.CanDatabaseGenerator().AsSourceGenerator()], _databases, Parse, _options,
            new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Compilation = CSharpCompilation.Create(
            "Generated", [], References, new(OutputKind.DynamicallyLinkedLibrary, checkOverflow: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The project without what is generated.</summary>
    public CSharpCompilation Compilation { get; set; }

    /// <summary>The project with what is generated.</summary>
    public Compilation Output { get; private set; } = null!;

    public string Source => string.Join("\n", Output.SyntaxTrees.Except(Compilation.SyntaxTrees));

    public static SyntaxTree Code(string text) => CSharpSyntaxTree.ParseText(text, Parse);

    public GeneratorRunResult Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(Compilation, out var output, out _);
        Output = output;
        var result = _driver.GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        return result;
    }

    /// <summary>Changes a database's text.</summary>
    public void Replace(Database old, Database by)
    {
        _databases[_databases.IndexOf(old)] = by;
        _driver = _driver.ReplaceAdditionalText(old, by);
    }

    /// <summary>Compiles without a warning, and loads the assembly.</summary>
    public Assembly Load()
    {
        using var stream = new MemoryStream();
        var result = Output.Emit(stream);
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Take(10));
        stream.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
    }

    /// <summary>A CanDatabase item.</summary>
    internal sealed class Database(string path, string? text, params (string Name, string Value)[] metadata) : AdditionalText
    {
        private readonly SourceText? _text = text is null ? null : SourceText.From(text, Encoding.UTF8);

        public override string Path => path;

        public IReadOnlyDictionary<string, string> Metadata { get; } = metadata.Append(("IsCanDatabase", "true")).ToDictionary(
            pair => "build_metadata.AdditionalFiles." + pair.Item1, pair => pair.Item2);

        public override SourceText? GetText(CancellationToken cancellationToken = default) => _text;
    }

    private sealed class Options(IEnumerable<Database> databases) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(ImmutableDictionary<string, string>.Empty.Add("build_property.RootNamespace", "Tested"));

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values(ImmutableDictionary<string, string>.Empty);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Values(databases.Single(database => database == textFile).Metadata);
    }

    private sealed class Values(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
