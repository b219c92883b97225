using CsCheck;
using RxCan.Cyclic;

namespace RxCan.Tests.Cyclic;

public class CyclicScheduleTests
{
    private static readonly CanFrame[] Counters = [new(0x10, [0]), new(0x10, [1]), new(0x10, [2])];

    [Fact]
    public void Frames_are_due_on_the_original_grid_however_late_they_are_sent()
    {
        var late = Gen.Long[0, 999_999].Array[1, 200];
        Gen.Select(Gen.Long[1_000_000, 100_000_000], late).Sample((period, lateness) =>
        {
            var schedule = Schedule(TimeSpan.FromTicks(period));
            var start = TimeSpan.FromTicks(12_345);
            schedule.Start(start);
            for (var i = 0; i < lateness.Length; i++)
            {
                Assert.Equal(start + TimeSpan.FromTicks(period * (i + 1)), schedule.Due);
                Assert.Equal((i + 1) % 3, schedule.Send(schedule.Due!.Value + TimeSpan.FromTicks(lateness[i])).Data[0]);
            }
        });
    }

    [Theory]
    [InlineData(20, 30)]
    [InlineData(29, 30)]
    [InlineData(30, 40)]
    [InlineData(95, 100)]
    [InlineData(1_000_005, 1_000_010)]
    public void Missed_periods_are_skipped_and_not_made_up_for(int sentAt, int nextDue)
    {
        var schedule = Schedule(Ms(10));
        schedule.Start(Ms(0));
        schedule.Send(Ms(10));

        Assert.Equal(2, schedule.Send(Ms(sentAt)).Data[0]); // the sequence skips no frame

        Assert.Equal(Ms(nextDue), schedule.Due);
    }

    [Fact]
    public void A_late_burst_still_sends_all_its_frames()
    {
        var schedule = Schedule(Ms(10), new() { Count = 4 });
        schedule.Start(Ms(0));

        var sent = 1;
        for (var now = Ms(25); schedule.Due is { } due; now = due + Ms(15))
        {
            schedule.Send(now);
            sent++;
        }

        Assert.Equal(4, sent);
    }

    [Fact]
    public void The_second_period_begins_with_the_last_frame_of_the_burst()
    {
        var schedule = Schedule(Ms(10), new() { Count = 3, SecondPeriod = Ms(100) });
        var due = new List<TimeSpan?>();

        schedule.Start(Ms(0));
        for (var i = 0; i < 4; i++)
        {
            due.Add(schedule.Due);
            schedule.Send(schedule.Due!.Value);
        }

        Assert.Equal([Ms(10), Ms(20), Ms(120), Ms(220)], due);
    }

    [Fact]
    public void Changing_the_array_has_no_effect_until_an_update_is_made()
    {
        var frames = Counters.ToArray();
        var schedule = new CyclicSchedule(new CyclicSetup(frames, Ms(10), null, nameof(frames)));
        frames[0] = new(0x10, [9]);

        Assert.Equal(0, schedule.Start(Ms(0)).Data[0]);

        schedule.Update([new(0x10, [7]), new(0x10, [8]), new(0x10, [9])]);
        Assert.Equal(Ms(10), schedule.Due);
        Assert.Equal(8, schedule.Send(Ms(10)).Data[0]);
    }

    private static CyclicSchedule Schedule(TimeSpan period, CyclicOptions? options = null) => new(new CyclicSetup(Counters, period, options, nameof(Counters)));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
