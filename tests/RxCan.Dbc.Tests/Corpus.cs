using System.Text.Json;

namespace RxCan.Tests;

/// <summary>
/// Public databases, which are not in the repository: the folder <c>dbc</c> of RXCAN_CORPUS, or of <c>shared/corpus</c> beside the checkout. Its index
/// says what cantools sees in them.
/// </summary>
internal static class Corpus
{
    private static readonly Lazy<string?> Found = new(Find);

    public static string Folder
    {
        get
        {
            Assert.SkipWhen(Found.Value is null, "There is no corpus: set RXCAN_CORPUS to the folder that has dbc/index.json.");
            return Found.Value!;
        }
    }

    public static IReadOnlyList<Entry> Entries => JsonSerializer.Deserialize<Entry[]>(
        File.ReadAllText(Path.Combine(Folder, "index.json")), JsonSerializerOptions.Web)!;

    public static CanDatabase Load(string file) => CanDatabase.Load(Path.Combine(Folder, file));

    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RXCAN_CORPUS") is { Length: > 0 } named)
            return Path.Combine(named, "dbc");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "shared", "corpus", "dbc");
            if (File.Exists(Path.Combine(corpus, "index.json")))
                return corpus;
        }

        return null;
    }

    /// <summary>A file, and what cantools sees in it, or why it refuses it.</summary>
    internal sealed record Entry(string File, int Messages, int Signals, int Nodes, string? Cantools);
}
