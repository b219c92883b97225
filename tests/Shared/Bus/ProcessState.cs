namespace RxCan.Tests.Bus;

/// <summary>What this process has open and running, as /proc/self shows it.</summary>
internal static class ProcessState
{
    /// <summary>The number of open files, except for assemblies, which the runtime loads on demand.</summary>
    public static int Descriptors() =>
        Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    /// <summary>The number of this library's threads; the main thread of a test program is called RxCan too, but without a space behind.</summary>
    public static int Threads() => Directory.GetDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            return File.ReadAllText($"{task}/comm").StartsWith("RxCan ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended in the meantime
        }
    });
}
