namespace RxCan.Tests;

/// <summary>The samples, as they were built in the configuration of this test program.</summary>
internal static class BuiltSample
{
    public static string Path(string name)
    {
        var built = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory); // tests/RxCan.Tests/bin/Debug/net10.0
        var repository = System.IO.Path.GetFullPath(System.IO.Path.Combine(built, "..", "..", "..", "..", ".."));
        return System.IO.Path.Combine(
            repository, "samples", name, "bin", built.Split(System.IO.Path.DirectorySeparatorChar)[^2], System.IO.Path.GetFileName(built), $"{name}.dll");
    }
}
