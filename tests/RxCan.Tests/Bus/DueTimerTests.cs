using System.Reactive.Concurrency;
using RxCan.Bus;

namespace RxCan.Tests.Bus;

public sealed class DueTimerTests
{
    private readonly SystemLikeScheduler _clock = new();
    private readonly List<TimeSpan> _fired = [];
    private readonly DueTimer _timer;

    public DueTimerTests()
    {
        DueTimer timer = null!;
        timer = new(_clock, () =>
        {
            if (timer.IsElapsed())
                _fired.Add(timer.Now);
        });
        _timer = timer;
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(50)]
    [InlineData(400)]
    [InlineData(100_000)]
    public void It_fires_once_and_to_the_tick_after_times_that_the_system_s_timers_do_not_take(int days)
    {
        var due = TimeSpan.FromDays(days) + TimeSpan.FromTicks(7);
        _timer.Set(due);
        Assert.True(_timer.IsSet);
        _clock.AdvanceBy(due - TimeSpan.FromTicks(1));
        Assert.Empty(_fired);
        _clock.AdvanceBy(TimeSpan.FromDays(days) + Ms(1));
        Assert.Equal([due], _fired);
        Assert.False(_timer.IsSet);
    }

    [Fact]
    public void Never_and_what_comes_to_that_never_fires_and_keeps_no_clock_going()
    {
        foreach (var wait in (TimeSpan[])[TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.MaxValue - Ms(1)])
        {
            _clock.AdvanceBy(Ms(2));
            _timer.Set(Ms(50));
            _timer.Set(DueTime.After(_timer.Now, wait));
            Assert.False(_timer.IsSet);
        }

        var now = _clock.Now;
        _clock.Start();
        Assert.Equal(now, _clock.Now);
        Assert.Empty(_fired);
    }

    [Fact]
    public void A_time_of_the_past_fires_at_once()
    {
        _clock.AdvanceBy(Ms(5));
        _timer.Set(TimeSpan.MinValue);
        _clock.AdvanceBy(TimeSpan.FromTicks(1));
        Assert.Equal([Ms(5)], _fired);
    }

    [Fact]
    public void Set_sooner_it_fires_sooner_and_set_later_it_fires_later_from_the_timer_it_has()
    {
        _timer.Set(Ms(10));
        _timer.Set(Ms(4));
        for (var due = 5; due < 100; due++)
            _timer.Set(Ms(due + 0.25));
        Assert.Equal(2, _clock.Scheduled);
        _clock.AdvanceBy(Ms(1000));
        Assert.Equal([Ms(99.25)], _fired);
        Assert.Equal(3, _clock.Scheduled);
    }

    [Fact]
    public void A_timer_of_the_system_that_comes_early_is_waited_for_without_spinning()
    {
        _clock.IsEarly = true;
        _timer.Set(Ms(10.5));
        _clock.AdvanceBy(Ms(100));
        Assert.Equal([Ms(11)], _fired);
        Assert.Equal(2, _clock.Scheduled);
    }

    [Fact]
    public void In_real_time_the_timer_of_a_deadline_that_was_taken_back_serves_the_next_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var woken = new SemaphoreSlim(0);
        using var timer = new DueTimer(DefaultScheduler.Instance, () => woken.Release());
        var due = timer.Now + Ms(150);
        timer.Set(timer.Now + Ms(100));
        timer.Set(null);
        Assert.False(timer.IsSet);
        timer.Set(due);

        Assert.True(woken.Wait(TimeSpan.FromMinutes(1)));
        while (!timer.IsElapsed())
            Assert.True(woken.Wait(TimeSpan.FromMinutes(1)), "It is still waited for.");
        Assert.True(timer.Now >= due);

        timer.Set(timer.Now + Ms(50));
        timer.Set(null);
        Assert.True(woken.Wait(TimeSpan.FromMinutes(1))); // for nothing
        Assert.False(timer.IsElapsed());
    }

    [Fact]
    public void Stopped_it_leaves_nothing_running_and_can_be_set_again()
    {
        _timer.Set(Ms(10));
        _timer.Stop();
        Assert.False(_timer.IsSet);
        _clock.AdvanceBy(Ms(20));
        Assert.Empty(_fired);
        _timer.Set(Ms(30));
        _clock.AdvanceBy(Ms(20));
        Assert.Equal([Ms(30)], _fired);
    }

    [Fact]
    public void Once_disposed_it_is_silent()
    {
        _timer.Set(Ms(10));
        _timer.Dispose();
        _timer.Set(Ms(5));
        _clock.AdvanceBy(Ms(100));
        Assert.Empty(_fired);
    }
}
