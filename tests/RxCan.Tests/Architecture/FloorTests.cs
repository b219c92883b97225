using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RxCan.Tests.Architecture;

/// <summary>Enforces the floors of src/README.md: a folder of src/RxCan uses only itself and folders on lower floors.</summary>
[Trait("Length", "Long")] // it looks at the sources only: once is enough, not in the guest too
public sealed class FloorTests
{
    private static readonly Dictionary<string, int> Floors = new()
    {
        [""] = 7,
        ["SocketCan"] = 6,
        ["SocketCan/Cyclic"] = 5,
        ["SocketCan/IsoTp"] = 5,
        ["SocketCan/J1939"] = 5,
        ["SocketCan/Netlink"] = 4,
        ["Virtual"] = 4,
        ["SocketCan/Sockets"] = 3,
        ["Cyclic"] = 3,
        ["IsoTp"] = 3,
        ["J1939"] = 3,
        ["Operators"] = 3,
        ["Bus"] = 2,
        ["Links"] = 2,
        ["Frames"] = 1,
        ["SocketCan/Interop"] = 1,
    };

    private static readonly string Root =
        typeof(FloorTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RxCanSource").Value!;

    [Fact]
    public void A_folder_uses_only_folders_on_lower_floors()
    {
        var upwards = new SortedSet<string>();
        foreach (var (user, used, use) in Uses())
        {
            if (user != used && Floors[user] <= Floors[used])
                upwards.Add($"{user} uses {used}: {use}");
        }

        Assert.Empty(upwards);
    }

    [Fact]
    public void Internal_types_are_in_the_namespace_of_their_folder()
    {
        var wrong = Types().Where(type => type.Symbol.DeclaredAccessibility != Accessibility.Public &&
            type.Symbol.ContainingNamespace.ToDisplayString() != string.Join('.', "RxCan", type.Folder.Replace('/', '.')).TrimEnd('.'));

        Assert.Empty(wrong.Select(type => $"{type.Folder}: {type.Symbol}"));
    }

    [Fact]
    public void Only_the_entry_points_are_at_the_root() =>
        Assert.Equal(["CanBus", "CanLinks"], Types().Where(type => type.Folder == "").Select(type => type.Symbol.Name).Order());

    private static IEnumerable<(string Folder, INamedTypeSymbol Symbol)> Types() =>
        from tree in Compilation.Value.SyntaxTrees
        where tree.FilePath != ""
        from type in tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where type.Parent is BaseNamespaceDeclarationSyntax
        select (FolderOf(tree), Compilation.Value.GetSemanticModel(tree).GetDeclaredSymbol(type)!);

    private static IEnumerable<(string User, string Used, string Use)> Uses() =>
        from tree in Compilation.Value.SyntaxTrees.AsParallel()
        where tree.FilePath != ""
        let model = Compilation.Value.GetSemanticModel(tree)
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let symbol = model.GetSymbolInfo(name).Symbol
        where symbol is ITypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
        from used in symbol.OriginalDefinition.DeclaringSyntaxReferences
        where used.SyntaxTree.FilePath != ""
        select (FolderOf(tree), FolderOf(used.SyntaxTree), $"{Path.GetFileName(tree.FilePath)} names {symbol.Name}");

    private static readonly Lazy<CSharpCompilation> Compilation = new(() => CSharpCompilation.Create(
        "RxCan",
        [
            CSharpSyntaxTree.ParseText(string.Concat(
                from space in new[] { "", ".Collections.Generic", ".IO", ".Linq", ".Threading", ".Threading.Tasks" }
                select $"global using global::System{space};")),
            .. from file in Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
               where !Path.GetRelativePath(Root, file).StartsWith("obj", StringComparison.Ordinal)
               select CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file),
        ],
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        where Path.GetFileName(path) is not ("RxCan.dll" or "RxCan.Tests.dll")
        select MetadataReference.CreateFromFile(path),
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)));

    private static string FolderOf(SyntaxTree tree) =>
        Path.GetRelativePath(Root, Path.GetDirectoryName(tree.FilePath)!).Replace('\\', '/').TrimStart('.');
}
