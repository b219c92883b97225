using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

public class CyclicArgumentTests
{
    private static readonly ICanBus Can = new VirtualCanBus(new VirtualTime()).Connect();
    private static readonly CanFrame Frame = new(0x10, [1]);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(9)] // 900 ns
    [InlineData(400 * TimeSpan.TicksPerDay + 1)]
    public void An_out_of_range_period_is_rejected_immediately(long ticks)
    {
        var period = TimeSpan.FromTicks(ticks);

        Assert.Throws<ArgumentOutOfRangeException>("period", () => Can.SendCyclic(Frame, period));
        Assert.Throws<ArgumentOutOfRangeException>("period", () => Can.SendCyclic([Frame], period));
        Assert.Throws<ArgumentOutOfRangeException>("period", () => Observable.Never<CanFrame>().SendCyclic(Can, period));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Can.Presence(0x10, period));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CyclicOptions { Count = 1, SecondPeriod = period });
        if (ticks != 0)
            Assert.Throws<ArgumentOutOfRangeException>(() => new ChangesOptions { Throttle = period });
    }

    [Theory]
    [InlineData(10)] // 1 us
    [InlineData(23_000_000)] // 2.3 s
    [InlineData(400 * TimeSpan.TicksPerDay)]
    public void A_period_can_be_1_us_to_400_days(long ticks) => Assert.NotNull(Can.SendCyclic(Frame, TimeSpan.FromTicks(ticks)));

    [Fact]
    public void A_sequence_without_frames_or_with_more_than_256_is_rejected()
    {
        Assert.Contains("1 to 256", RefusedSequence().Message);
        Assert.Contains("not 257", RefusedSequence([.. Enumerable.Repeat(Frame, 257)]).Message);
    }

    [Fact]
    public void A_mixed_sequence_is_rejected()
    {
        Assert.Contains("010#01 and 011#01", RefusedSequence(Frame, new(0x11, [1])).Message);
        RefusedSequence(Frame, new(CanId.Extended(0x10), [1]));
        RefusedSequence(Frame, CanFrame.Fd(0x10, [1]));
        RefusedSequence(Frame, CanFrame.Remote(0x10));
    }

    [Fact]
    public void Error_frames_are_rejected() =>
        Assert.Contains("error frame", RefusedSequence(new CanFrame(CanId.ErrFlag | 1, 8, CanFrame.FrameFlags.None, new byte[8], 0, 0)).Message);

    [Fact]
    public void A_second_period_without_a_burst_is_rejected()
    {
        var e = Assert.Throws<ArgumentException>("options", () => Can.SendCyclic(Frame, Ms(10), new() { SecondPeriod = Ms(20) }));

        Assert.Contains("CyclicOptions.Count", e.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CyclicOptions { Count = -1 });
    }

    [Fact]
    public void Invalid_masks_multiplexers_and_pages_are_rejected()
    {
        Assert.Throws<ArgumentException>("mask", () => Can.Changes(CanFilter.All, new byte[65]));
        Assert.Throws<ArgumentException>("multiplexer", () => Can.MultiplexedChanges(CanFilter.All, [0, 0], [[1]]));
        Assert.Throws<ArgumentException>("multiplexer", () => Can.MultiplexedChanges(CanFilter.All, new byte[9], [[1]]));
        Assert.Throws<ArgumentException>("pages", () => Can.MultiplexedChanges(CanFilter.All, [1], []));
        Assert.Throws<ArgumentException>("pages", () => Can.MultiplexedChanges(CanFilter.All, [0x0F], [[0x01, 0xFF], [0xF1, 0x0F]]));
        Assert.Throws<ArgumentException>("pages", () => Can.MultiplexedChanges(CanFilter.All, [0xFF], [new byte[65]]));
        Assert.Throws<ArgumentException>(
            "pages", () => Can.MultiplexedChanges(CanFilter.All, [0xFF, 0xFF], [.. Enumerable.Range(0, 257).Select(i => BitConverter.GetBytes((ushort)i))]));
    }

    [Fact]
    public void Only_a_classic_data_frame_can_be_an_answer()
    {
        Assert.Throws<ArgumentException>("frame", () => Can.AnswerRemote(CanFrame.Fd(0x10, [1])));
        Assert.Throws<ArgumentException>("frame", () => Can.AnswerRemote(CanFrame.Remote(0x10)));
    }

    [Fact]
    public void A_value_with_another_identifier_or_kind_ends_the_job()
    {
        foreach (var other in (CanFrame[])[new(0x11, [1]), new(CanId.Extended(0x10), [1]), CanFrame.Fd(0x10, [1]), CanFrame.Remote(0x10)])
        {
            using var bus = new VirtualCyclicBus();
            using var values = new Subject<CanFrame>();
            var told = new Recorder<Unit>();
            using var job = values.SendCyclic(bus.Open(), Ms(10)).Subscribe(told);

            values.OnNext(Frame);
            values.OnNext(other);

            Assert.IsType<ArgumentException>(told.Error);
            Assert.False(values.HasObservers);
            bus.Elapse(1);
            Assert.Equal(0, bus.JobsLeft);
        }
    }

    [Fact]
    public void A_sequence_of_another_length_ends_the_job()
    {
        using var bus = new VirtualCyclicBus();
        using var values = new Subject<IReadOnlyList<CanFrame>>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(bus.Open(), Ms(10)).Subscribe(told);

        values.OnNext([Frame, Frame]);
        values.OnNext([Frame]);

        Assert.Contains("2 frames", Assert.IsType<ArgumentException>(told.Error).Message);
    }

    private static ArgumentException RefusedSequence(params CanFrame[] sequence) =>
        Assert.Throws<ArgumentException>(nameof(sequence), () => Can.SendCyclic(sequence, Ms(10)));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
