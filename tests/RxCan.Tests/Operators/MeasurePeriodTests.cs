using System.Reactive.Linq;
using CsCheck;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Operators;

public sealed class MeasurePeriodTests
{
    [Fact]
    public void It_pairs_each_frame_with_the_period_of_its_identifier_so_far()
    {
        CanFrame[] frames = [At(0x100, 0), At(0x200, 1), At(0x100, 10), At(0x100, 22), At(0x200, 101), At(0x100, 30)];
        var measured = frames.ToObservable().MeasurePeriod().ToArray().Wait();

        Assert.Equal(frames, measured.Select(m => m.Frame));
        Assert.Equal([0, 0, 1, 2, 1, 3], measured.Select(m => m.Period.Count));
        Assert.Equal([0, 0, 10, 12, 100, 8], measured.Select(m => m.Period.Last.TotalMilliseconds));
        Assert.Equal([0, 0, 10, 11, 100, 10], measured.Select(m => m.Period.Mean.TotalMilliseconds));
        Assert.Equal([0, 0, 10, 10, 100, 8], measured.Select(m => m.Period.Min.TotalMilliseconds));
        Assert.Equal([0, 0, 10, 12, 100, 12], measured.Select(m => m.Period.Max.TotalMilliseconds));
        Assert.Equal([0, 0, 0, 1, 0, 1.633], measured.Select(m => Math.Round(m.Period.Jitter.TotalMilliseconds, 3)));
    }

    [Fact]
    public void Data_remote_and_extended_frames_are_measured_separately()
    {
        CanFrame[] frames = [At(0x100, 0), CanFrame.Remote(0x100).WithTimestamp(Time(1)), At(CanId.Extended(0x100), 2), At(0x100, 10)];
        Assert.Equal([0, 0, 0, 1], frames.ToObservable().MeasurePeriod().ToArray().Wait().Select(m => m.Period.Count));
    }

    [Fact]
    public void Its_statistics_match_those_of_the_list_of_periods() => Gen.Select(Gen.Long[0, 36_000_000_000L], Gen.Int[-500, 100_000].Array[1, 60]).Sample(
        (first, periods) =>
        {
            // the first period may be an outlier: the hour before traffic began
            long[] all = [first, .. periods.Select(p => (long)p)];
            var ticks = all.Aggregate(new List<long> { 0 }, (times, p) => [.. times, times[^1] + p]);
            var measured = ticks.Select(t => new CanFrame(0x100, []).WithTimestamp(DateTimeOffset.UnixEpoch.AddTicks(t))).ToObservable()
                .MeasurePeriod().Wait().Period;
            var mean = all.Average(p => (decimal)p);
            var deviation = Math.Sqrt((double)all.Average(p => (p - mean) * (p - mean)));
            Assert.Equal(all.Length, measured.Count);
            Assert.Equal(all[^1], measured.Last.Ticks);
            Assert.Equal(all.Min(), measured.Min.Ticks);
            Assert.Equal(all.Max(), measured.Max.Ticks);
            Assert.Equal((double)mean, measured.Mean.Ticks, 1.0);
            Assert.Equal(deviation, measured.Jitter.Ticks, 1.0 + (deviation * 1e-6));
        },
        iter: Cases.Count);

    [Fact]
    public void Each_subscription_starts_afresh()
    {
        var measured = new[] { At(0x100, 0), At(0x100, 1) }.ToObservable().MeasurePeriod();
        Assert.Equal(1, measured.Wait().Period.Count);
        Assert.Equal(1, measured.Wait().Period.Count);
    }

    private static CanFrame At(CanId id, int milliseconds) => new CanFrame(id, []).WithTimestamp(Time(milliseconds));

    private static DateTimeOffset Time(int milliseconds) => DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds);
}
