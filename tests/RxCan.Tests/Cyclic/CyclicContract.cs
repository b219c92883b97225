using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

/// <summary>What cyclic jobs and watches do on every bus: the portable engine's and the kernel's broadcast manager run the same tests.</summary>
public abstract class CyclicContract : IDisposable
{
    private static readonly CanFrame Heartbeat = new(0x701, [0x05]);
    private static readonly TimeSpan Period = Ms(100);

    private readonly CyclicBus _bus;
    private readonly ICanBus _can;
    private readonly ICanBus _peer;
    private readonly Recorder<CanFrame> _seen = new();

    protected CyclicContract(CyclicBus bus)
    {
        _bus = bus;
        _can = bus.Open();
        _peer = bus.Open();
        _peer.Subscribe(_seen);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _can.Dispose();
        _peer.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public void A_job_sends_its_first_frame_at_once_and_then_one_each_period()
    {
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();

        Seen(5);

        Assert.All(_seen.Values, f => Assert.Equal(Heartbeat, f));
        AssertSentAt(0, 100, 200, 300, 400);
    }

    [Fact]
    public void A_job_gives_one_value_when_it_is_set_up()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        Seen(3);

        Assert.Equal(1, told.Count);
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public void Disposing_deletes_the_job()
    {
        var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        Seen(2);

        job.Dispose();
        job.Dispose();

        AssertNothingMore();
    }

    [Fact]
    public void Taking_one_value_deletes_the_job_after_its_first_frame()
    {
        _can.SendCyclic(Heartbeat, Period).Take(1).Subscribe();

        Seen(1);
        AssertNothingMore();
    }

    [Fact]
    public void A_burst_ends_with_its_last_frame_and_completes()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period, new() { Count = 3 }).Subscribe(told);
        _bus.Until(() => told.IsCompleted);

        Seen(3);
        AssertSentAt(0, 100, 200);
        AssertNothingMore();
    }

    [Fact]
    public void A_burst_of_one_frame_completes_when_it_is_set_up()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period, new() { Count = 1 }).Subscribe(told);
        _bus.Until(() => told.IsCompleted);

        Seen(1);
        Assert.Equal(1, told.Count);
        AssertNothingMore();
    }

    [Fact]
    public void After_a_burst_comes_the_second_period()
    {
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Ms(50), new() { Count = 3, SecondPeriod = Ms(200) }).Subscribe(told);
        Seen(5);

        AssertSentAt(0, 50, 100, 300, 500);
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public void A_burst_of_one_frame_goes_on_with_the_second_period()
    {
        using var job = _can.SendCyclic(Heartbeat, Ms(50), new() { Count = 1, SecondPeriod = Ms(200) }).Subscribe();
        Seen(3);

        AssertSentAt(0, 200, 400);
    }

    [Fact]
    public void A_sequence_starts_again_after_its_last_frame()
    {
        CanFrame[] counters = [new(0x10, [0]), new(0x10, [1]), new(0x10, [2])];

        using var job = _can.SendCyclic(counters, Period).Subscribe();
        Seen(7);

        Assert.Equal([0, 1, 2, 0, 1, 2, 0], FirstBytes().Take(7));
        AssertSentAt(0, 100, 200, 300, 400, 500, 600);
    }

    [Fact]
    public void A_sequence_has_up_to_256_frames()
    {
        var counters = Enumerable.Range(0, 256).Select(i => new CanFrame(0x10, [(byte)i])).ToArray();

        using var job = _can.SendCyclic(counters, Ms(1)).Subscribe();
        Seen(257);

        Assert.Equal([.. Enumerable.Range(0, 256), 0], FirstBytes().Take(257));
    }

    [Fact]
    public void Remote_frames_are_sent_cyclically_too()
    {
        using var job = _can.SendCyclic(CanFrame.Remote(0x701, 1), Period).Subscribe();
        Seen(2);

        Assert.All(_seen.Values, f => Assert.True(f is { IsRemote: true, Length: 1 }));
    }

    [Fact]
    public void Fd_frames_keep_their_flags_and_are_deleted_too()
    {
        var frame = CanFrame.Fd(0x18DA_55AA, new byte[48], bitRateSwitch: true);

        var job = _can.SendCyclic(frame, Period).Subscribe();
        Seen(2);
        job.Dispose();

        Assert.All(_seen.Values, f => Assert.Equal(frame, f));
        AssertNothingMore();
    }

    [Fact]
    public void Jobs_of_one_identifier_live_side_by_side()
    {
        var one = _can.SendCyclic(new CanFrame(0x10, [1]), Period).Subscribe();
        using var two = _can.SendCyclic(new CanFrame(0x10, [2]), Period).Subscribe();
        _bus.Until(() => FirstBytes().Count(b => b == 1) >= 3 && FirstBytes().Count(b => b == 2) >= 3);
        AssertPeriodic(_seen.Values.Where(f => f.Data[0] == 1));
        AssertPeriodic(_seen.Values.Where(f => f.Data[0] != 1));

        one.Dispose();
        var disposed = _can.Scheduler.Now; // what was sent before may be seen later
        _bus.Until(() => _seen.Values.Count(f => f.Timestamp > disposed) >= 3);

        Assert.All(_seen.Values.Where(f => f.Timestamp > disposed), f => Assert.Equal(2, f.Data[0]));
    }

    [Fact]
    public void Standard_and_extended_classic_and_fd_jobs_of_one_number_do_not_collide()
    {
        CanFrame[] frames = [new(0x10, [1]), new(CanId.Extended(0x10), [2]), CanFrame.Fd(0x10, [3]), CanFrame.Fd(CanId.Extended(0x10), [4])];

        var jobs = frames.Select(f => _can.SendCyclic(f, Period).Subscribe()).ToArray();
        _bus.Until(() => frames.All(f => _seen.Values.Count(s => s == f) >= 2));
        Assert.All(_seen.Values, s => Assert.Contains(s, frames));
        Assert.All(frames, f => AssertPeriodic(_seen.Values.Where(s => s == f)));

        foreach (var job in jobs)
            job.Dispose();
        AssertNothingMore();
    }

    [Fact]
    public void A_value_updates_the_running_job_without_a_gap_or_an_extra_frame()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(_can, Period).Subscribe(told);
        Assert.Equal(0, told.Count);

        values.OnNext(new(0x10, [1]));
        Seen(2);
        Pass(10);
        var before = _can.Scheduler.Now; // this thread may be held up from here for more than a period
        values.OnNext(new(0x10, [2, 2]));
        values.OnNext(new(0x10, [3, 3, 3]));
        var after = _can.Scheduler.Now;
        _bus.Until(() => FirstBytes().Count(b => b == 3) >= 2);

        Assert.Equal(3, told.Count);
        Assert.All(_seen.Values.Where(f => f.Timestamp < before), f => Assert.Equal(1, f.Data[0]));
        Assert.All(_seen.Values.Where(f => f.Timestamp > after), f => Assert.Equal(3, f.Data[0]));
        AssertPeriodic(_seen.Values);
    }

    [Fact]
    public void An_observer_may_give_the_next_value_while_the_first_sets_the_job_up()
    {
        using var values = new Subject<CanFrame>();
        var told = 0;
        using var job = values.SendCyclic(_can, Period).Subscribe(_ =>
        {
            if (++told == 1)
                values.OnNext(new(0x10, [2]));
        });

        values.OnNext(new(0x10, [1]));
        var updated = _can.Scheduler.Now; // this thread may have been held up for more than a period
        _bus.Until(() => FirstBytes().Count(b => b == 2) >= 2);

        Assert.Equal(2, told);
        Assert.Equal(1, FirstBytes().First());
        Assert.All(_seen.Values.Skip(1).Where(f => f.Timestamp > updated), f => Assert.Equal(2, f.Data[0]));
    }

    [Fact]
    public void An_announced_update_is_an_extra_frame_between_the_periods()
    {
        using var values = new Subject<CanFrame>();
        using var job = values.SendCyclic(_can, Period, new() { AnnounceUpdates = true }).Subscribe();

        values.OnNext(new(0x10, [1]));
        Seen(1);
        Pass(50);
        var before = _can.Scheduler.Now; // 50 ms later, or more
        values.OnNext(new(0x10, [2]));
        var after = _can.Scheduler.Now;
        _bus.Until(() => FirstBytes().Count(b => b == 2) >= 3);

        var frames = _seen.Values;
        var old = frames.TakeWhile(f => f.Data[0] == 1).ToArray();
        var extra = frames[old.Length];
        Assert.All(frames.Skip(old.Length), f => Assert.Equal(2, f.Data[0]));
        Assert.InRange(extra.Timestamp, before, after + _bus.Tolerance);
        AssertPeriodic([.. old, .. frames.Skip(old.Length + 1)]);
    }

    [Fact]
    public void An_announced_update_counts_for_the_burst()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        var period = Ms(10_000); // no frame of the burst's own comes between the updates
        using var job = values.SendCyclic(_can, period, new() { Count = 3, AnnounceUpdates = true }).Subscribe(told);

        values.OnNext(new(0x10, [1]));
        Seen(1);
        values.OnNext(new(0x10, [2]));
        values.OnNext(new(0x10, [3]));
        _bus.Until(() => told.IsCompleted);

        Seen(3);
        AssertNothingMore();
        Assert.Equal([1, 2, 3], FirstBytes());
    }

    [Fact]
    public void The_update_of_a_sequence_keeps_the_place_in_it()
    {
        using var values = new Subject<CanFrame[]>();
        using var job = values.SendCyclic(_can, Period).Subscribe();

        values.OnNext([new(0x10, [0x10]), new(0x10, [0x11]), new(0x10, [0x12])]);
        Seen(2);
        Pass(10);
        var before = _can.Scheduler.Now; // this thread may be held up from here for more than a period
        values.OnNext([new(0x10, [0x20]), new(0x10, [0x21]), new(0x10, [0x22])]);
        var after = _can.Scheduler.Now;
        _bus.Until(() => FirstBytes().Count(b => b >= 0x20) >= 3);

        var frames = _seen.Values;
        Assert.Equal(frames.Select((_, i) => i % 3), frames.Select(f => f.Data[0] & 0x0F));
        Assert.All(frames.Where(f => f.Timestamp < before), f => Assert.Equal(0x10, f.Data[0] & 0xF0));
        Assert.All(frames.Where(f => f.Timestamp > after), f => Assert.Equal(0x20, f.Data[0] & 0xF0));
        AssertPeriodic(frames);
    }

    [Fact]
    public void The_end_of_the_stream_deletes_the_job()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(_can, Period).Subscribe(told);
        values.OnNext(Heartbeat);
        Seen(2);

        values.OnCompleted();

        Assert.True(told.IsCompleted);
        AssertNothingMore();
    }

    [Fact]
    public void An_error_of_the_stream_deletes_the_job_and_is_forwarded()
    {
        using var values = new Subject<CanFrame>();
        var told = new Recorder<Unit>();
        using var job = values.SendCyclic(_can, Period).Subscribe(told);
        values.OnNext(Heartbeat);
        Seen(2);

        var error = new InvalidOperationException();
        values.OnError(error);

        Assert.Same(error, told.Error);
        AssertNothingMore();
    }

    [Fact]
    public void Disposing_the_bus_deletes_its_jobs_and_watches_and_completes_them()
    {
        var told = new Recorder<Unit>();
        var changes = new Recorder<CanFrame>();
        var silence = new Recorder<CanPresence>();
        var answers = new Recorder<Unit>();
        _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        _can.Changes(CanFilter.Id(0x20)).Subscribe(changes);
        _can.Presence(0x20, Period).Subscribe(silence);
        _can.AnswerRemote(new(0x20, [1])).Subscribe(answers);
        Seen(2);

        _can.Dispose();
        _bus.Until(() => told.IsCompleted && changes.IsCompleted && silence.IsCompleted && answers.IsCompleted);

        AssertNothingMore();
    }

    [Fact]
    public void On_a_disposed_bus_a_job_completes()
    {
        var told = new Recorder<Unit>();
        _can.Dispose();

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        _bus.Until(() => told.IsCompleted);

        Assert.Equal(0, told.Count);
        AssertNothingMore();
    }

    [Fact]
    public void A_job_goes_on_when_the_link_returns()
    {
        var told = new Recorder<Unit>();
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        Seen(2);

        _bus.LinkDown();
        Pass(250);
        var before = _seen.Count;
        _bus.LinkUp();
        Seen(before + 2);

        Assert.Null(told.Error);
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public void A_job_set_up_while_the_link_is_down_sends_once_it_is_up()
    {
        _bus.LinkDown();
        var told = new Recorder<Unit>();
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        Assert.Equal(1, told.Count);

        _bus.LinkUp();
        Seen(2);

        Assert.Null(told.Error);
    }

    [Fact]
    public void The_removal_of_the_interface_is_an_error_of_its_jobs_and_watches()
    {
        var told = new Recorder<Unit>();
        var changes = new Recorder<CanFrame>();
        var silence = new Recorder<CanPresence>();
        var answers = new Recorder<Unit>();
        using var job = _can.SendCyclic(Heartbeat, Ms(10_000)).Subscribe(told);
        using var watch = _can.Changes(CanFilter.Id(0x20)).Subscribe(changes);
        using var node = _can.Presence(0x20, Ms(10_000)).Subscribe(silence);
        using var answer = _can.AnswerRemote(new(0x20, [1])).Subscribe(answers);
        Seen(1);

        _bus.Remove();
        _bus.Until(() => told.Error is not null && changes.Error is not null && silence.Error is not null && answers.Error is not null);

        Assert.All(
            [told.Error, changes.Error, silence.Error, answers.Error],
            e => Assert.IsType<CanInterfaceNotFoundException>(e));
        _bus.Until(() => _bus.JobsLeft == 0);
    }

    [Fact]
    public void On_a_removed_interface_a_job_is_an_error()
    {
        _bus.Remove();
        var told = new Recorder<Unit>();

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe(told);
        _bus.Until(() => told.Error is not null);

        Assert.IsType<CanInterfaceNotFoundException>(told.Error);
        Assert.Equal(0, told.Count);
    }

    [Fact]
    public void An_fd_job_on_a_bus_without_fd_is_an_error()
    {
        using var classic = _bus.Open(new() { Fd = false });
        var told = new Recorder<Unit>();

        using var job = classic.SendCyclic(CanFrame.Fd(0x10, [1]), Period).Subscribe(told);
        _bus.Until(() => told.Error is not null);

        Assert.IsType<CanNotSupportedException>(told.Error);
        AssertNothingMore();
    }

    [Fact]
    public void Only_a_change_of_a_masked_bit_is_reported()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), mask: [0xFF, 0x00, 0xF0]).Subscribe(changes);

        Send([1, 1, 0x10]);
        Send([1, 2, 0x1F, 9]);
        Send([2, 2, 0x1F]);
        Send([2, 2, 0x2F]);
        Send([2, 2, 0x2F]);

        Changed(changes, [1, 1, 0x10], [2, 2, 0x1F], [2, 2, 0x2F]);
    }

    [Fact]
    public void Without_a_mask_every_bit_counts()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123)).Subscribe(changes);

        Send([0, 0, 0, 0, 0, 0, 0, 0]);
        Send([0, 0, 0, 0, 0, 0, 0, 0]);
        Send([0, 0, 0, 0, 0, 0, 0, 1]);

        Changed(changes, [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]);
    }

    [Fact]
    public void Missing_data_counts_as_zeros_and_a_frame_without_data_never_differs()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), mask: [0xFF, 0xFF]).Subscribe(changes);

        Send([1, 0]);
        Send([1]);
        Send([]);
        Send([1, 1]);
        Send([1]);

        Changed(changes, [1, 0], [1, 1], [1]);
    }

    [Fact]
    public void Another_length_is_a_change_if_asked_for()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { CheckLength = true }).Subscribe(changes);

        Send([1, 2]);
        Send([1, 3]);
        Send([1]);
        Send([]);
        Send([1]);

        Changed(changes, [1, 2], [1], [], [1]);
    }

    [Fact]
    public void Each_identifier_and_kind_is_watched_for_itself()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x20) | CanFilter.Id(CanId.Extended(0x20)) | CanFilter.Remote(0x20), [0xFF]).Subscribe(changes);
        CanFrame[] frames =
        [
            new(0x20, [1]), new(CanId.Extended(0x20), [2]), CanFrame.Fd(0x20, [3]), CanFrame.Fd(CanId.Extended(0x20), [4]), CanFrame.Remote(0x20, 1),
        ];

        foreach (var frame in (CanFrame[])[.. frames, .. frames, new(0x21, [1]), new(0x20, [9])])
            _peer.Send(frame);
        _bus.Until(() => changes.Count == 6);

        Assert.Equal([.. frames, new(0x20, [9])], changes.Values);
    }

    [Fact]
    public void All_64_bytes_of_an_fd_frame_can_be_watched()
    {
        var changes = new Recorder<CanFrame>();
        var mask = new byte[64];
        mask[63] = 0x01;
        using var watch = _can.Changes(CanFilter.Id(0x20), mask).Subscribe(changes);

        byte[] data = new byte[64];
        _peer.Send(CanFrame.Fd(0x20, data));
        data[62] = 1;
        _peer.Send(CanFrame.Fd(0x20, data));
        data[63] = 3;
        _peer.Send(CanFrame.Fd(0x20, data));
        _bus.Until(() => changes.Count == 2);

        Assert.Equal([0, 3], changes.Values.Select(f => (int)f.Data[63]));
    }

    [Fact]
    public void A_throttled_change_is_reported_at_the_end_of_the_interval_with_the_content_of_then()
    {
        var changes = new Recorder<CanFrame>();
        var throttle = Ms(3_000); // longer than this thread may be held up
        using var watch = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { Throttle = throttle }).Subscribe(changes);

        Send([1]);
        _bus.Until(() => changes.Count == 1);
        Send([2]);
        Send([3]);
        Pass(20);
        Assert.Equal(1, changes.Count);
        _bus.Until(() => changes.Count == 2);
        Send([4]);
        Pass(20);
        Assert.Equal(2, changes.Count);
        _bus.Until(() => changes.Count == 3);

        Changed(changes, [1], [3], [4]);
    }

    [Fact]
    public void After_a_quiet_interval_a_throttled_change_is_reported_at_once()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { Throttle = Ms(100) }).Subscribe(changes);

        Send([1]);
        Send([2]);
        _bus.Until(() => changes.Count == 2);
        _bus.Elapse(250);
        Send([3]);
        Pass(20);

        Changed(changes, [1], [2], [3]);
    }

    [Fact]
    public void Multiplexed_content_is_compared_with_the_last_frame_of_its_page()
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.MultiplexedChanges(CanFilter.Id(0x123), [0x0F], [[0x01, 0xFF], [0x02, 0x00, 0xFF]]).Subscribe(changes);

        Send([0x01, 1, 1]);
        Send([0x02, 1, 1]);
        Send([0x11, 1, 2]);
        Send([0x02, 2, 1]);
        Send([0x03, 7, 7]);
        Send([0x02, 2, 2]);
        Send([0x01, 2, 2]);

        Changed(changes, [0x01, 1, 1], [0x02, 1, 1], [0x02, 2, 2], [0x01, 2, 2]);
    }

    [Fact]
    public void An_identifier_that_is_never_heard_is_silent_after_the_time_out()
    {
        var silence = new Recorder<CanPresence>();
        var start = _can.Scheduler.Now;

        using var watch = _can.Presence(0x123, Ms(200)).Subscribe(silence);
        _bus.Until(() => silence.Count == 1);
        AssertToldAfter(Ms(200), silence.Values[0].Timestamp - start);
        _bus.Elapse(500);

        Assert.Equal([(0x123, false)], silence.Values.Select(s => (s.Id, s.IsPresent)));
    }

    [Fact]
    public void An_identifier_falls_silent_once_and_resumes_with_its_next_data_frame()
    {
        var silence = new Recorder<CanPresence>();
        var job = _peer.SendCyclic(new CanFrame(0x123, [1]), Ms(50)).Subscribe(); // first: this thread may be held up
        using var watch = _can.Presence(0x123, Ms(1_000)).Subscribe(silence);

        _bus.Elapse(2_500);
        Assert.Equal(0, silence.Count);
        job.Dispose();
        _bus.Until(() => silence.Count == 1);
        _peer.Send(CanFrame.Remote(0x123));
        _peer.Send(new(CanId.Extended(0x123), [1]));
        Pass(20);
        Assert.Equal(1, silence.Count);
        Send([1]);
        _bus.Until(() => silence.Count == 3);

        Assert.Equal([false, true, false], silence.Values.Select(s => s.IsPresent));
        AssertToldAfter(Ms(1_000), silence.Values[2].Timestamp - silence.Values[1].Timestamp);
    }

    [Fact]
    public void Classic_and_fd_frames_break_a_silence_alike()
    {
        var silence = new Recorder<CanPresence>();
        var (last, longest) = (_can.Scheduler.Now, TimeSpan.Zero);
        using var watch = _can.Presence(0x123, Ms(200)).Subscribe(silence);

        for (var i = 0; i < 4; i++)
        {
            Pass(100);
            var now = _can.Scheduler.Now;
            _peer.Send(i % 2 == 0 ? CanFrame.Fd(0x123, [1]) : new(0x123, [1]));
            Measure();
            last = now;
        }

        var silences = silence.Count;
        Measure();
        if (longest < Ms(200)) // else this thread was held up, and there may have been a silence
            Assert.Equal(0, silences);
        _bus.Until(() => silence.Count > 0 && !silence.Values[^1].IsPresent);

        void Measure() => longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (_can.Scheduler.Now - last).Ticks));
    }

    [Fact]
    public void A_disposed_watch_reports_nothing_and_leaves_nothing()
    {
        var silence = new Recorder<CanPresence>();
        var changes = new Recorder<CanFrame>();
        var time = Ms(3_000); // longer than this thread may be held up
        var watch = _can.Presence(0x123, time).Subscribe(silence);
        var content = _can.Changes(CanFilter.Id(0x123), [0xFF], new() { Throttle = time }).Subscribe(changes);
        Send([1]);
        Send([2]);
        _bus.Until(() => changes.Count == 1);
        Pass(1);

        watch.Dispose();
        content.Dispose();
        Assert.Equal(0, _bus.JobsLeft);
        _bus.Elapse(3_500);

        Assert.Equal((1, 0), (changes.Count, silence.Count));
    }

    [Fact]
    public void Remote_frames_are_answered_while_subscribed()
    {
        var told = new Recorder<Unit>();
        var answer = new CanFrame(0x123, [1, 2, 3]);
        var answers = _can.AnswerRemote(answer).Subscribe(told);
        Assert.Equal(1, told.Count);

        _peer.Send(CanFrame.Remote(0x123, 3));
        _peer.Send(CanFrame.Remote(CanId.Extended(0x123)));
        _peer.Send(CanFrame.Remote(0x124));
        Send([9]);
        _peer.Send(CanFrame.Remote(0x123));
        Seen(2);
        _bus.Elapse(50);
        Assert.Equal([answer, answer], _seen.Values);

        answers.Dispose();
        _peer.Send(CanFrame.Remote(0x123));
        AssertNothingMore();
    }

    [Fact]
    public void An_answer_outlives_a_link_that_was_down()
    {
        using var answers = _can.AnswerRemote(new(0x123, [1])).Subscribe();

        _bus.LinkDown();
        Pass(50);
        _bus.LinkUp();
        _peer.Send(CanFrame.Remote(0x123));

        Seen(1);
    }

    [Fact]
    public void A_bus_receives_the_frames_of_its_jobs_as_those_of_another_on_its_host()
    {
        var own = new Recorder<CanFrame>();
        using var frames = _can.Subscribe(own);

        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        _bus.Until(() => own.Count >= 2);

        Assert.All(own.Values, f => Assert.Equal((Heartbeat, true, false), (f, f.IsLocal, f.IsOwn)));
    }

    [Fact]
    public void A_bus_that_does_not_loop_back_what_it_sends_does_so_with_its_jobs()
    {
        using var quiet = _bus.Open(new() { Loopback = false });
        quiet.Send(new(0x10, [1]));

        using var job = quiet.SendCyclic(Heartbeat, Period).Subscribe();
        Seen(2);

        Assert.All(_seen.Values, f => Assert.Equal(Heartbeat, f));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_watch_sees_what_its_bus_sends_and_what_its_jobs_send(bool watchesAll)
    {
        var changes = new Recorder<CanFrame>();
        using var watch = _can.Changes(watchesAll ? CanFilter.All : CanFilter.Id(0x123) | CanFilter.Id(0x701)).Subscribe(changes);

        _can.Send(new(0x123, [1]));
        _bus.Until(() => changes.Count == 1);
        using var job = _can.SendCyclic(Heartbeat, Period).Subscribe();
        _bus.Until(() => changes.Count == 2 && _seen.Count >= 2);

        Assert.Equal([new(0x123, [1]), Heartbeat], changes.Values);
        Assert.All(changes.Values, f => Assert.Equal((_can.Name, false), (f.Interface, f.IsOwn)));
        Assert.All(changes.Values, f => Assert.InRange(f.Timestamp, _seen.Values[0].Timestamp, _seen.Values[1].Timestamp));
    }

    [Fact]
    public void What_a_bus_sends_breaks_a_silence_and_is_answered()
    {
        var silence = new Recorder<CanPresence>();
        using var watch = _can.Presence(0x123, Ms(100)).Subscribe(silence);
        using var answers = _can.AnswerRemote(new(0x123, [1])).Subscribe();
        _bus.Until(() => silence.Count == 1);

        _can.Send(CanFrame.Remote(0x123));
        _bus.Until(() => silence.Count >= 2); // it falls silent again

        Assert.True(silence.Values[1].IsPresent);
    }

    [Fact]
    public void A_wide_watch_leaves_nothing_and_ends_with_the_bus_or_the_interface()
    {
        var disposed = new Recorder<CanFrame>();
        var removed = new Recorder<CanFrame>();
        var completed = new Recorder<CanFrame>();
        using var other = _bus.Open();
        _can.Changes(CanFilter.All).Subscribe(disposed).Dispose();
        using var first = _can.Changes(CanFilter.All).Subscribe(completed);
        using var second = other.Changes(CanFilter.All).Subscribe(removed);

        Send([1]);
        _bus.Until(() => completed.Count == 1 && removed.Count == 1);
        _can.Dispose();
        _bus.Until(() => completed.IsCompleted);
        _bus.Remove();
        _bus.Until(() => removed.Error is not null);

        Assert.IsType<CanInterfaceNotFoundException>(removed.Error);
        Assert.Equal(0, disposed.Count);
        _bus.Until(() => _bus.JobsLeft == 0);
    }

    [Fact]
    public void An_observer_that_throws_at_the_set_up_leaves_no_job()
    {
        Assert.Throws<InvalidTimeZoneException>(() => _can.SendCyclic(Heartbeat, Period).Subscribe(_ => throw new InvalidTimeZoneException()));
        Assert.Throws<InvalidTimeZoneException>(() => _can.AnswerRemote(Heartbeat).Subscribe(_ => throw new InvalidTimeZoneException()));

        AssertNothingMore();
    }

    [Fact]
    public void An_observer_of_a_watch_that_throws_is_detached_and_reported_and_hurts_nobody()
    {
        var events = new Recorder<CanBusEvent>();
        var changes = new Recorder<CanFrame>();
        using var watchEvents = _can.Events.Subscribe(events);
        using var bad = _can.Changes(CanFilter.Id(0x123)).Subscribe(_ => throw new InvalidTimeZoneException("on purpose"));
        using var good = _can.Changes(CanFilter.Id(0x123)).Subscribe(changes);

        Send([1]);
        _bus.Until(() => changes.Count == 1 && events.Values.Any(e => e is CanObserverFailed));
        Send([2]);
        _bus.Until(() => changes.Count == 2);

        Assert.IsType<InvalidTimeZoneException>(Assert.Single(events.Values.OfType<CanObserverFailed>()).Exception);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Send(ReadOnlySpan<byte> data) => _peer.Send(new(0x123, data));

    private void Seen(int count) => _bus.Until(() => _seen.Count >= count);

    private void Pass(int milliseconds) => _bus.Elapse(milliseconds);

    private IEnumerable<int> FirstBytes() => _seen.Values.Select(f => (int)f.Data[0]);

    private void AssertNothingMore()
    {
        _bus.Elapse(20);
        var now = _can.Scheduler.Now; // what was sent before may be seen later
        _bus.Elapse(300);
        Assert.DoesNotContain(_seen.Values, f => f.Timestamp > now);
        Assert.Equal(0, _bus.JobsLeft);
    }

    private void Changed(Recorder<CanFrame> changes, params byte[][] expected)
    {
        _bus.Until(() => changes.Count >= expected.Length);
        _bus.Elapse(20);
        Assert.Equal(expected, changes.Values.Select(f => f.Data.ToArray()));
    }

    /// <summary>Checks when frames were sent, in milliseconds after the first.</summary>
    private void AssertSentAt(params int[] expected)
    {
        var frames = _seen.Values;
        for (var i = 0; i < expected.Length; i++)
            AssertAbout(Ms(expected[i]), frames[i].Timestamp - frames[0].Timestamp);
    }

    /// <summary>Checks that frames were sent a period apart.</summary>
    private void AssertPeriodic(IEnumerable<CanFrame> frames)
    {
        var times = frames.Select(f => f.Timestamp).ToList();
        Assert.All(times.Zip(times.Skip(1), (a, b) => b - a), gap => AssertAbout(Period, gap));
    }

    /// <summary>Checks a time that a thread takes: in real time it may be held up.</summary>
    private void AssertToldAfter(TimeSpan expected, TimeSpan actual)
    {
        var late = _can.Scheduler is VirtualTime ? _bus.Tolerance : TimeSpan.FromSeconds(20);
        Assert.InRange(actual, expected - _bus.Tolerance, expected + late);
    }

    private void AssertAbout(TimeSpan expected, TimeSpan actual) =>
        Assert.InRange(actual, expected - _bus.Tolerance, expected + _bus.Tolerance);
}

public sealed class VirtualCyclicContract() : CyclicContract(new VirtualCyclicBus());

public sealed class TimedCyclicContract() : CyclicContract(new VirtualCyclicBus(bitrate: 500_000, dataBitrate: 2_000_000));

[Collection(nameof(Alone))] // it measures times
public sealed class VcanCyclicContract() : CyclicContract(new VcanCyclicBus());
