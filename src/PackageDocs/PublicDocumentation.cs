using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

/// <summary>Removes the members that users of an assembly cannot see from its documentation; the compiler documents all of them.</summary>
internal static class PublicDocumentation
{
    /// <param name="source">The documentation that the compiler wrote.</param>
    /// <param name="destination">The file to write.</param>
    /// <param name="assembly">The assembly.</param>
    /// <param name="references">The assemblies that it references.</param>
    /// <returns>A line for each public member whose documentation refers to one that is not public.</returns>
    public static IReadOnlyList<string> Write(string source, string destination, string assembly, IEnumerable<string> references)
    {
        var reference = MetadataReference.CreateFromFile(assembly);
        var compilation = CSharpCompilation.Create(null, references: references.Select(path => MetadataReference.CreateFromFile(path)).Prepend(reference));
        var symbol = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
        var seen = Visible(symbol.GlobalNamespace).Select(member => member.GetDocumentationCommentId()).ToHashSet();

        var document = XDocument.Load(source, LoadOptions.PreserveWhitespace);
        var members = document.Descendants("member").ToList();
        var hidden = members.Where(member => !seen.Contains(Name(member))).ToList();
        foreach (var member in hidden)
        {
            (member.PreviousNode as XText)?.Remove();
            member.Remove();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
        File.WriteAllText(destination, $"{document.Declaration}{document.ToString(SaveOptions.DisableFormatting)}");

        var names = hidden.Select(Name).ToHashSet();
        return
        [
            .. from member in members.Except(hidden)
               from referred in member.Descendants().Attributes("cref").Select(cref => cref.Value).Distinct()
               where names.Contains(referred)
               select $"{source}: error RXPACK2: the documentation of {Name(member)} refers to {referred}, which is not public",
        ];
    }

    private static string Name(XElement member) => (string)member.Attribute("name")!;

    private static IEnumerable<ISymbol> Visible(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is not INamespaceSymbol)
            {
                if (member.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
                    continue;
                yield return member;
            }

            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (var visible in Visible(inner))
                    yield return visible;
            }
        }
    }
}
