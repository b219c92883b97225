using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Cli.Top;

namespace RxCan.Tests.Top;

/// <summary>What <c>rxcan top</c> knows of a bus, on virtual time.</summary>
public sealed class TopModelTests : IDisposable
{
    private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 3, 2, 7, 30, 0, TimeSpan.Zero));
    private readonly List<IDisposable> _running = [];
    private readonly ICanBus _sender;
    private readonly ICanBus _receiver;
    private TopModel _model = new();

    public TopModelTests()
    {
        var bus = new VirtualCanBus(_time);
        (_sender, _receiver) = (bus.Connect(), bus.Connect());
        var clock = ((IScheduler)_time).StartStopwatch();
        _running.Add(_receiver.Subscribe(frame => _model.Add(frame)));
        _running.Add(_receiver.Events.Subscribe(happened => _model.Add(happened)));
        _running.Add(Observable.Interval(TopModel.Step, _time).Subscribe(_ => _model.Tick(clock.Elapsed)));
    }

    [Fact]
    public void Rate_period_and_jitter_are_those_of_the_last_seconds()
    {
        Send(0x100, Ms(10), _ => [1]);
        Run(5);
        var steady = Row(0x100);
        Assert.Equal((0.01, 0.0, 100.0), (Math.Round(steady.Period, 9), Math.Round(steady.Jitter, 9), Math.Round(steady.Rate, 6)));
        Assert.InRange(steady.Count, 490, 510);
        Assert.InRange(_model.Take().Rate, 95, 105);

        Stop();
        Send(0x100, Ms(20), _ => [1]);
        Run(20);
        Assert.Equal(0.02, Row(0x100).Period, 4);
        Assert.Equal(50, Row(0x100).Rate, 1);
    }

    [Fact]
    public void Jitter_is_the_standard_deviation_of_the_period()
    {
        var times = Observable.Generate(0, _ => true, i => i + 1, i => i, i => Ms(i % 2 == 0 ? 8 : 12), _time);
        _running.Add(times.Subscribe(_ => _sender.Send(new CanFrame(0x100, [1]))));

        Run(10);

        Assert.Equal(0.010, Row(0x100).Period, 3);
        Assert.Equal(0.002, Row(0x100).Jitter, 3);
    }

    [Fact]
    public void A_message_that_stops_is_silent_and_has_no_rate()
    {
        Send(0x100, Ms(100), _ => [1]);
        Send(0x200, TimeSpan.FromSeconds(4), _ => [1]);
        Run(21);
        Assert.Equal((false, false), (Row(0x100).IsSilent, Row(0x200).IsSilent));
        Assert.Equal(0.25, Row(0x200).Rate, 3);

        Stop();
        Run(3);
        Assert.Equal((true, false), (Row(0x100).IsSilent, Row(0x200).IsSilent));
        Assert.Equal(0.0, Row(0x100).Rate);
        Run(15);
        Assert.True(Row(0x200).IsSilent);
    }

    [Fact]
    public void Bytes_that_changed_are_marked_for_a_second()
    {
        _sender.Send(new CanFrame(0x100, [1, 2, 3]));
        Run(0.5);
        Assert.Equal(0UL, Row(0x100).Changed);

        _sender.Send(new CanFrame(0x100, [1, 9, 3]));
        _sender.Send(new CanFrame(0x100, [1, 9, 3, 4]));
        Run(0.5);
        Assert.Equal(0b1010UL, Row(0x100).Changed);
        Run(1);
        Assert.Equal(0UL, Row(0x100).Changed);

        _sender.Send(CanFrame.Fd(0x101, new byte[64]));
        _sender.Send(CanFrame.Fd(0x101, [.. new byte[63], 1]));
        Run(0.25);
        Assert.Equal(1UL << 63, Row(0x101).Changed);
    }

    [Fact]
    public void Identifiers_of_different_kinds_have_rows_of_their_own_with_the_messages_name()
    {
        _model = new(nameOf: frame => frame.Id == 0x100 ? "Engine" : null);
        foreach (var text in (string[])["100#01", "100#R", "00000100#01", "100#02"])
            _sender.Send(CanFrame.Parse(text));
        Run(0.25);

        Assert.Equal(
            [("00000100", false, 1L, ""), ("100", false, 2L, "Engine"), ("100", true, 1L, "Engine")],
            _model.Take().Rows.Select(r => (r.Id.ToString(), r.IsRemote, r.Count, r.Name)).Order());
    }

    [Fact]
    public void The_load_is_that_of_the_last_seconds_and_its_peak_stays()
    {
        _model = new(500_000);
        Assert.Null(new TopModel().Take().Load);
        Send(0x100, Ms(1), _ => [1, 2, 3, 4, 5, 6, 7, 8]);
        Run(4);
        var expected = 1000.0 * CanFrameBits.Of(new CanFrame(0x100, [1, 2, 3, 4, 5, 6, 7, 8])).Total / 500_000;
        Assert.Equal(expected, _model.Take().Load!.Value, 0.01);

        Stop();
        Run(4);
        Assert.Equal(0.0, _model.Take().Load!.Value);
        Assert.Equal(expected, _model.Take().PeakLoad, 0.01);
    }

    [Fact]
    public void The_data_phase_counts_at_its_own_bit_rate()
    {
        _model = new(500_000, 2_000_000);
        var frame = CanFrame.Fd(0x100, new byte[64], bitRateSwitch: true);
        _running.Add(Observable.Interval(Ms(2), _time).Subscribe(_ => _sender.Send(frame)));
        Run(4);

        var bits = CanFrameBits.Of(frame);
        Assert.Equal(500 * ((bits.Nominal / 500_000.0) + (bits.Data / 2_000_000.0)), _model.Take().Load!.Value, 0.01);
    }

    [Fact]
    public void Errors_and_lost_frames_are_counted_and_the_latest_event_is_told()
    {
        _sender.Send(CanFrame.Parse("20000040#0000000000000000"));
        Run(0.25);
        Assert.Equal(1, _model.Take().Errors);
        Assert.Matches("(?i)bus-?off", _model.Take().Event);

        _model.Add(new CanFramesDropped("can0", _time.Now, 3, 3));
        _model.Add(new CanFramesDropped("can0", _time.Now, 4, 7));
        _model.Add(CanFrame.Parse("20000020#0000000000000000")); // of a log
        Assert.Equal((7L, 2L, "no-acknowledgement-on-tx"), (_model.Take().Lost, _model.Take().Errors, _model.Take().Event));
    }

    [Fact]
    public void Random_identifiers_do_not_fill_the_memory()
    {
        for (var id = 0u; id < TopModel.MaxRows + 5; id++)
            _model.Add(new CanFrame(CanId.Extended(id), []));
        _model.Add(new CanFrame(CanId.Extended(0), []));

        Assert.Equal((TopModel.MaxRows, 5L, TopModel.MaxRows + 6L), (_model.Take().Rows.Count, _model.Take().Unlisted, _model.Take().Frames));
    }

    [Fact]
    public void Clearing_forgets_what_was_counted()
    {
        _model = new(500_000);
        Send(0x100, Ms(10), _ => [1]);
        _sender.Send(CanFrame.Parse("20000040#0000000000000000"));
        Run(5);
        Stop();

        _model.Clear();
        Run(0.25);

        Assert.Equivalent(new TopSnapshot { Load = 0 }, _model.Take());
    }

    [Fact]
    public void A_clock_that_is_set_back_does_no_harm()
    {
        var frame = new CanFrame(0x100, [1]);
        foreach (var seconds in (double[])[10, 11, 5, 6, 7])
            _model.Add(frame.WithUnixTimeNanoseconds((long)(seconds * 1e9)));
        Run(0.25);

        Assert.InRange(Row(0x100).Period, 0, 1);
        Assert.InRange(Row(0x100).Jitter, 0, 1);
    }

    public void Dispose()
    {
        _running.ForEach(r => r.Dispose());
        _sender.Dispose();
        _receiver.Dispose();
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Send(CanId id, TimeSpan period, Func<long, byte[]> data) =>
        _running.Add(Observable.Interval(period, _time).Subscribe(i => _sender.Send(new CanFrame(id, data(i)))));

    /// <summary>Ends what was sent; the first three go on.</summary>
    private void Stop()
    {
        _running[3..].ForEach(r => r.Dispose());
        _running.RemoveRange(3, _running.Count - 3);
    }

    private void Run(double seconds) => _time.AdvanceBy(TimeSpan.FromSeconds(seconds));

    private TopRow Row(CanId id) => _model.Take().Rows.Single(r => r.Id == id);
}
