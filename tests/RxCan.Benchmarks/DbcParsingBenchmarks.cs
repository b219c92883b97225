using BenchmarkDotNet.Attributes;

namespace RxCan.Benchmarks;

/// <summary>
/// Reads the eight largest databases of the corpus (2.4 MB) into models; the baseline reads the files and splits them into lines. A thousand
/// divided by the time of one operation, in ns, is MB/s.
/// </summary>
public class DbcParsingBenchmarks
{
    private const int Files = 8;
    private const int Kilobytes = 2_444; // of those files

    private string[] _paths = [];

    [GlobalSetup]
    public void Setup()
    {
        var corpus = Environment.GetEnvironmentVariable("RXCAN_CORPUS") ?? Above("shared/corpus")
            ?? throw new DirectoryNotFoundException("Set RXCAN_CORPUS to the folder that has dbc/index.json.");
        _paths = [.. new DirectoryInfo(Path.Combine(corpus, "dbc")).GetFiles("*.dbc").OrderByDescending(file => file.Length).Take(Files).Select(file => file.FullName)];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Kilobytes * 1_000)]
    public int Lines() => _paths.Sum(path => File.ReadAllText(path).Split('\n').Length);

    [Benchmark(OperationsPerInvoke = Kilobytes * 1_000)]
    public int Model() => _paths.Sum(path => CanDatabase.Load(path).Messages.Count);

    private static string? Above(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var found = Path.Combine(folder.FullName, name);
            if (Directory.Exists(found))
                return found;
        }

        return null;
    }
}
