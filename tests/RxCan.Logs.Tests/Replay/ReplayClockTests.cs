using RxCan.Logs.Replay;

namespace RxCan.Tests.Replay;

/// <summary>Log time in ticks against a clock in ticks.</summary>
public sealed class ReplayClockTests
{
    private const long First = 630_000_000_000_000_000;

    [Fact]
    public void A_frame_is_due_at_its_distance_from_the_first()
    {
        var clock = Begun(1);

        Assert.Equal(0, Due(clock, 0));
        Assert.Equal(1, Due(clock, 1));
        Assert.Equal(36_000_000_001, Due(clock, 36_000_000_001));
    }

    [Theory]
    [InlineData(10, 100, 10)]
    [InlineData(10, 104, 10)]
    [InlineData(10, 106, 11)]
    [InlineData(0.1, 3, 30)]
    [InlineData(0.25, 7, 28)]
    [InlineData(1e9, 1_000_000, 0)]
    [InlineData(double.PositiveInfinity, 1_000_000, 0)]
    public void Speed_divides_to_the_nearest_tick(double speed, long stamp, long due) => Assert.Equal(due, Due(Begun(speed), stamp));

    [Fact]
    public void A_day_at_an_odd_speed_ends_to_the_tick()
    {
        var clock = Begun(3);

        for (var stamp = 0L; stamp <= TimeSpan.TicksPerDay; stamp += TimeSpan.TicksPerSecond)
            clock.Take(First + stamp);

        Assert.Equal(TimeSpan.TicksPerDay / 3, Due(clock, TimeSpan.TicksPerDay));
    }

    [Fact]
    public void Nothing_is_due_before_the_start_and_while_it_stands_still()
    {
        var clock = new ReplayClock(1, null);
        clock.Seek(First, Ticks(0));
        Assert.Equal(TimeSpan.MaxValue, clock.Due(First));

        clock.Start(Ticks(50));
        Assert.Equal(60, Due(clock, 10));
        clock.Stop(Ticks(55));
        Assert.Equal(TimeSpan.MaxValue, clock.Due(First + 10));
        Assert.Equal(First + 5, clock.At(Ticks(1000)));

        clock.Start(Ticks(100));
        Assert.Equal(105, Due(clock, 10));
    }

    [Fact]
    public void A_change_of_speed_counts_from_then_on()
    {
        var clock = Begun(1);

        clock.SetSpeed(10, Ticks(100));
        Assert.Equal(110, Due(clock, 200));
        clock.SetSpeed(0.5, Ticks(105)); // at 150
        Assert.Equal(First + 150, clock.At(Ticks(105)));
        Assert.Equal(205, Due(clock, 200));
    }

    [Fact]
    public void A_seek_makes_its_target_due_now()
    {
        var clock = Begun(2);

        clock.Seek(First + 1000, Ticks(7));
        Assert.Equal(7, Due(clock, 1000));
        Assert.Equal(17, Due(clock, 1020));
        clock.Seek(First, Ticks(8));
        Assert.Equal(18, Due(clock, 20));
    }

    [Fact]
    public void A_longer_gap_is_cut_to_the_maximum_in_log_time()
    {
        var clock = Begun(2, maxGap: 100);

        clock.Take(First + 100);
        Assert.Equal(50, Due(clock, 100));
        clock.Take(First + 1_000);
        Assert.Equal(100, Due(clock, 1_000));
        clock.Take(First + 1_010);
        Assert.Equal(105, Due(clock, 1_010));
    }

    [Fact]
    public void A_stamp_that_goes_back_is_due_at_once_and_makes_no_gap()
    {
        var clock = Begun(1, maxGap: 100);

        clock.Take(First + 80);
        clock.Take(First - 5_000_000);
        Assert.Equal(0, Due(clock, -5_000_000));
        clock.Take(First + 90);
        Assert.Equal(90, Due(clock, 90));
    }

    [Fact]
    public void A_round_follows_the_last_frame_after_the_gap()
    {
        var clock = Begun(2);

        clock.Take(First + 100);
        clock.Repeat(First, Ticks(20));
        Assert.Equal(60, Due(clock, 0));
        clock.Take(First + 100);
        Assert.Equal(110, Due(clock, 100));
    }

    [Fact]
    public void A_stamp_beyond_all_time_is_never_due()
    {
        var clock = Begun(1e-9);

        Assert.Equal(TimeSpan.MaxValue, clock.Due(long.MaxValue));
        Assert.Equal(TimeSpan.MaxValue, clock.Due(First + TimeSpan.TicksPerDay));
    }

    private static ReplayClock Begun(double speed, long? maxGap = null)
    {
        var clock = new ReplayClock(speed, maxGap is { } gap ? Ticks(gap) : null);
        clock.Seek(First, Ticks(0));
        clock.Start(Ticks(0));
        return clock;
    }

    private static long Due(ReplayClock clock, long stamp) => clock.Due(First + stamp).Ticks;

    private static TimeSpan Ticks(long ticks) => TimeSpan.FromTicks(ticks);
}
