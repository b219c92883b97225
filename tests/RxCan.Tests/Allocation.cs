namespace RxCan.Tests;

/// <summary>What code allocates on its thread, in bytes.</summary>
internal static class Allocation
{
    /// <summary>The least of several runs: what the runtime itself allocates once, such as for a stub or a lock's first contention, is none of the code's.</summary>
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
