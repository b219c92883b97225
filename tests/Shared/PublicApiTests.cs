using System.Reflection;
using PublicApiGenerator;

namespace RxCan.Tests;

/// <summary>Compares the public API of each package with the approved file.</summary>
[Trait("Length", "Long")]
public class PublicApiTests
{
    private const string Approve = "RXCAN_APPROVE";
    private const string Folder = "PublicApi";

    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    /// <summary>The packages that this test project names in its <c>AssemblyMetadata</c>.</summary>
    public static TheoryData<Assembly> Packages { get; } =
        [.. Metadata("Package").Select(name => Assembly.Load(name)).Where(package => package.GetExportedTypes().Length > 0)];

    [Theory]
    [MemberData(nameof(Packages), DisableDiscoveryEnumeration = true)]
    public void The_public_API_matches_the_approved_file(Assembly package)
    {
        var name = $"{package.GetName().Name}.approved.txt";
        var approved = Path.Combine(AppContext.BaseDirectory, Folder, name);
        var actual = ApiRecords.Show(package.GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n", package);
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            var sources = Directory.CreateDirectory(Path.Combine(TestProject(), Folder)).FullName;
            File.WriteAllText(Path.Combine(sources, name), actual);
            return;
        }

        var expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        Assert.True(
            expected == actual,
            $"The public API of {package.GetName().Name} is not that of {Folder}/{name}:\n{Difference(expected.Split('\n'), actual.Split('\n'))}" +
            $"If it is meant to be so, approve it: {Approve}=1 dotnet run --project tests/{Project} -- --filter-class '*{nameof(PublicApiTests)}', and commit the file.");
    }

    [Fact]
    public void A_difference_lists_the_lines_removed_and_added() =>
        Assert.Equal("- b\n+ x\n+ y\n- d\n", Difference(["a", "b", "c", "d"], ["a", "x", "y", "c"]));

    /// <summary>The lines that only one of the two has, according to their longest common subsequence.</summary>
    private static string Difference(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var lines = new System.Text.StringBuilder();
        for (int i = 0, j = 0; i < before.Length || j < after.Length;)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
                (i, j) = (i + 1, j + 1);
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
                lines.Append($"- {before[i++]}\n");
            else
                lines.Append($"+ {after[j++]}\n");
        }

        return lines.ToString();
    }

    private static string Project => Metadata("Tests").Single();

    private static IEnumerable<string> Metadata(string key) =>
        from data in typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>() where data.Key == key select data.Value!;

    /// <summary>The folder of this project's sources; a deterministic build has no real path in its debug information.</summary>
    private static string TestProject()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RxCan.sln")))
                return Path.Combine(folder.FullName, "tests", Project);
        }

        throw new DirectoryNotFoundException($"RxCan.sln is not above {AppContext.BaseDirectory}: approve from a build within the repository.");
    }
}
