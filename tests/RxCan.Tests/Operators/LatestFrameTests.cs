namespace RxCan.Tests.Operators;

public sealed class LatestFrameTests
{
    private static readonly CanFrame Frame = new(0x123, [1, 2]);
    private static readonly FramePeriod Period = new() { Count = 9, Mean = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(2) };

    [Fact]
    public void A_test_can_create_one_with_any_values()
    {
        var latest = new LatestFrame(Frame, 10, Period);
        var measured = new MeasuredFrame(Frame, Period);

        Assert.Equal((Frame, 10, Period), (latest.Frame, latest.Count, latest.Period));
        Assert.Equal((Frame, Period), (measured.Frame, measured.Period));
        Assert.Equal(default, new LatestFrame(Frame, 1).Period);
    }

    [Fact]
    public void They_compare_by_value()
    {
        Assert.True(new LatestFrame(Frame, 10, Period) == new LatestFrame(Frame, 10, Period with { Last = default }));
        Assert.False(new LatestFrame(Frame, 10, Period) == new LatestFrame(Frame, 9, Period));
        Assert.False(new LatestFrame(Frame, 10, Period) == new LatestFrame(Frame, 10, Period with { Count = 8 }));
        Assert.False(new LatestFrame(Frame, 10, Period) == new LatestFrame(new(0x124, [1, 2]), 10, Period));
        Assert.True(new MeasuredFrame(Frame, Period) == new MeasuredFrame(Frame, Period));
        Assert.False(new MeasuredFrame(Frame, Period) == new MeasuredFrame(Frame, default));
    }

    [Fact]
    public void Later_frames_do_not_change_a_delivered_period()
    {
        using var frames = new System.Reactive.Subjects.Subject<CanFrame>();
        var periods = new List<FramePeriod>();
        using var subscription = frames.MeasurePeriod().Subscribe(measured => periods.Add(measured.Period));
        foreach (var ms in (int[])[0, 10, 30])
            frames.OnNext(Frame.WithTimestamp(DateTimeOffset.UnixEpoch.AddMilliseconds(ms)));

        var ten = TimeSpan.FromMilliseconds(10);
        Assert.Equal(
            [
                default,
                new() { Count = 1, Last = ten, Mean = ten, Min = ten, Max = ten },
                new() { Count = 2, Last = 2 * ten, Mean = 1.5 * ten, Min = ten, Max = 2 * ten, Jitter = 0.5 * ten },
            ],
            periods);
    }
}
