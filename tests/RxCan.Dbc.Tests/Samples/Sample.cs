namespace RxCan.Tests.Samples;

/// <summary>The built samples.</summary>
internal static class Sample
{
    public static string Path(string name)
    {
        var built = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var root = built[..built.LastIndexOf(System.IO.Path.Combine("tests", "RxCan.Dbc.Tests"), StringComparison.Ordinal)];
        return System.IO.Path.Combine(
            root, "samples", name, "bin", built.Split(System.IO.Path.DirectorySeparatorChar)[^2], System.IO.Path.GetFileName(built), $"{name}.dll");
    }
}
