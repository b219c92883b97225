using System.Text.RegularExpressions;

/// <summary>Makes a package's page from a README: relative links, which work in the repository, become links to the repository on the web.</summary>
internal static partial class PackageReadme
{
    /// <param name="source">The README.</param>
    /// <param name="destination">The file to write.</param>
    /// <param name="root">The repository's folder.</param>
    /// <param name="url">The web address of that folder's files, ending in a slash.</param>
    /// <returns>A line for each broken link.</returns>
    public static IReadOnlyList<string> Write(string source, string destination, string root, Uri url)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(source))!;
        var problems = new List<string>();
        var number = 0;
        var inCode = false;

        var lines = File.ReadAllLines(source).Select(line =>
        {
            number++;
            inCode ^= line.StartsWith("```", StringComparison.Ordinal);
            return inCode ? line : Target().Replace(line, match => Absolute(match.Value));
        });
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
        File.WriteAllText(destination, string.Concat(lines.Select(line => line + "\n")));
        return problems;

        string Absolute(string link)
        {
            if (link.StartsWith('#') || Uri.TryCreate(link, UriKind.Absolute, out _))
                return link;

            var path = Path.GetRelativePath(root, Path.Combine(folder, link.Split('#')[0])).Replace('\\', '/');
            if (path.StartsWith("..", StringComparison.Ordinal) || !Path.Exists(Path.Combine(root, path)))
                problems.Add($"{source}({number}): error RXPACK1: {link} is not in the repository");
            return new Uri(url, path + link[link.Split('#')[0].Length..]).AbsoluteUri;
        }
    }

    /// <summary>The target of a link, an image or a link definition.</summary>
    [GeneratedRegex(@"(?<=\]\()[^)\s]+(?=[)\s])|(?<=^\[[^\]]+\]:\s+)\S+")]
    private static partial Regex Target();
}
