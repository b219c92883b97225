namespace RxCan.Tests;

/// <summary>Measures the bytes that code allocates on its thread.</summary>
internal static class Allocation
{
    /// <summary>The least of several runs, to exclude the runtime's one-time allocations, such as a stub or a lock's first contention.</summary>
    public static long Of(Action code)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 6; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    public static void AssertNone(Action code) => Assert.Equal(0, Of(code));
}
