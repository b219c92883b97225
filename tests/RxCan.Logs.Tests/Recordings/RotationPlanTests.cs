using RxCan.Logs;
using RxCan.Logs.Recording;

namespace RxCan.Tests.Recordings;

public sealed class RotationPlanTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void Without_limits_there_is_one_file_without_a_number()
    {
        var plan = new RotationPlan(CanRecordingOptions.Default);

        Assert.False(plan.IsNumbered);
        Assert.False(plan.IsFull(long.MaxValue, long.MaxValue, 0, long.MaxValue));
    }

    [Theory]
    [InlineData(99, 0, 0, false)]
    [InlineData(100, 0, 0, true)]
    [InlineData(1, 999, 0, false)]
    [InlineData(1, 1000, 0, true)]
    [InlineData(1, 0, 10 * Second - 1, false)]
    [InlineData(1, 0, 10 * Second, true)]
    [InlineData(1, 0, -10 * Second, true)] // the clock was set back
    [InlineData(0, 1000, 10 * Second, false)] // a file has at least one frame
    public void A_file_is_full_at_its_limits(long frames, long size, long after, bool isFull)
    {
        var plan = new RotationPlan(new() { MaxFrames = 100, MaxSize = 1000, MaxDuration = TimeSpan.FromSeconds(10) });

        Assert.True(plan.IsNumbered);
        Assert.Equal(isFull, plan.IsFull(frames, size, 50 * Second, (50 * Second) + after));
    }

    [Theory]
    [InlineData(null, null, 0)]
    [InlineData(5, null, 0)]
    [InlineData(4, null, 1)]
    [InlineData(1, null, 4)]
    [InlineData(null, 110L, 0)]
    [InlineData(null, 109L, 1)]
    [InlineData(null, 79L, 3)]
    [InlineData(null, 1L, 4)]
    [InlineData(3, 90L, 2)]
    public void The_oldest_files_make_room_for_another(int? maxFiles, long? maxTotalSize, int surplus) =>
        Assert.Equal(surplus, new RotationPlan(new() { MaxSize = 10, MaxFiles = maxFiles, MaxTotalSize = maxTotalSize }).Surplus([10, 20, 30, 40]));
}
