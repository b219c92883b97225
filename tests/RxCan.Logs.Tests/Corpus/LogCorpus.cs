using System.IO.Compression;
using System.Text.Json;

namespace RxCan.Tests.Corpus;

/// <summary>The public log files beside the checkout, and the frames that independent readers see in them. Its README gives the form.</summary>
internal static class LogCorpus
{
    private static readonly string? Folder = Find();

    /// <summary>The names of the files; one name that is none where the corpus is absent.</summary>
    public static IEnumerable<string> Names => Folder is null
        ? ["none"]
        : Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Where(name => Expectation(name) is not null).Order(StringComparer.Ordinal);

    public static void SkipIfAbsent() =>
        Assert.SkipWhen(Folder is null, "The corpus of logs is not here: set RXCAN_CORPUS to the folder that has logs/, or put it at ../shared/corpus.");

    public static string PathOf(string name) => Path.Combine(Folder!, name);

    /// <summary>What an independent reader sees in a file.</summary>
    public static JsonElement Expected(string name)
    {
        var path = Expectation(name)!;
        using var file = File.OpenRead(path);
        using var json = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static string? Expectation(string name) =>
        new[] { PathOf(name + ".json"), PathOf(name + ".json.gz") }.FirstOrDefault(File.Exists);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RXCAN_CORPUS") is { Length: > 0 } given)
            return Existing(given);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "corpus")) is { } found)
                return found;
        }

        return null;
    }

    private static string? Existing(string corpus) => Path.Combine(corpus, "logs") is var logs && Directory.Exists(logs) ? logs : null;
}
