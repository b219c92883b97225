using System.Text.RegularExpressions;

namespace RxCan.Tests;

/// <summary>The code that a README shows, which tests of the same assembly compile and run word for word.</summary>
internal static class ReadmeCode
{
    /// <summary>Asserts that every line of a README's C# code is a line of one of the tests. Both are embedded resources.</summary>
    public static void AssertCompiled(string readme, params IEnumerable<string> tests)
    {
        var compiled = tests.SelectMany(test => Lines(Resource(test))).ToHashSet();
        var shown = Regex.Matches(Resource(readme), "^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .SelectMany(block => Lines(block.Groups[1].Value)).ToArray();

        Assert.NotEmpty(shown);
        Assert.All(shown, line => Assert.Contains(line, compiled));
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim()).Where(line => line != "");

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ReadmeCode).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
