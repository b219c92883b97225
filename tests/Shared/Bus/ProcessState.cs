namespace RxCan.Tests.Bus;

/// <summary>What this process has open and running, as /proc/self shows it.</summary>
internal static class ProcessState
{
    /// <summary>
    /// The open sockets, epoll instances and event counters: all that this library opens. Pipes to programs that other tests have run, and files
    /// that the runtime loads, come and go as they like.
    /// </summary>
    public static string[] Opened() =>
    [
        .. Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget ?? "").Where(target =>
            target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal)).Order(),
    ];

    /// <summary>How many of them there are.</summary>
    public static int Descriptors() => Opened().Length;

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
