using System.Globalization;
using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Runtime.InteropServices;
using RxCan.SocketCan.Cyclic;
using RxCan.SocketCan.Interop;
using RxCan.Tests.Bus;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Cyclic;

/// <summary>The kernel's cyclic jobs and watches, and that nothing of them is left. Not run in parallel: it counts the process's own.</summary>
[Collection(nameof(Alone))]
public sealed partial class BroadcastManagerTests : IDisposable
{
    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("RXCAN_CASES") ?? "1", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Never = TimeSpan.FromDays(400);

    private readonly VcanTestBus _wire = new();
    private readonly int _descriptors = ProcessState.Descriptors();

    private IReadOnlyList<BroadcastJobEntry> Jobs => BroadcastOracle.Jobs(_wire.Name);

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData(2.3, 2_300_000)]
    [InlineData(0.0001, 100)]
    [InlineData(0.000001, 1)]
    [InlineData(0.2999999, 300_000)]
    [InlineData(34_560_000, 34_560_000_000_000)]
    public void A_period_reaches_the_kernel_in_whole_microseconds(double seconds, long microseconds)
    {
        using var bus = _wire.Open();
        _wire.LinkDown(); // a period of a microsecond would keep the kernel busy

        using var job = bus.SendCyclic(new CanFrame(0x701, [5]), TimeSpan.FromSeconds(seconds)).Subscribe();

        Assert.Equal((0, microseconds), (Assert.Single(Jobs).Interval1, Jobs[0].Interval2));
    }

    [Fact]
    public void A_time_is_split_into_seconds_and_microseconds()
    {
        var time = new BcmTimeVal(TimeSpan.FromSeconds(2.3));

        Assert.Equal((2, 300_000), (time.Seconds, time.Fraction));
    }

    [Fact]
    public void The_kernel_has_a_job_as_it_was_requested()
    {
        using var bus = _wire.Open();
        CanFrame[] sequence = [.. Enumerable.Range(0, 256).Select(i => CanFrame.Fd(0x18DA_55AA, [(byte)i]))];

        using var one = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(100)).Subscribe();
        using var two = bus.SendCyclic(sequence, Ms(20), new() { Count = 5, SecondPeriod = Never }).Subscribe();
        using var clock = bus.SendCyclic(new CanFrame(0x11, [1]), Ms(20)).Subscribe();

        Assert.Equal([(0x10u, false, 1, 0, 100_000)], Shown(0x10));
        Assert.Equal([(0x98DA_55AA, true, 256, 20_000, (long)Never.TotalMicroseconds)], Shown(0x98DA_55AA));
        Eventually.True(() => Job(0x11).Sent >= 12 && Job(0x98DA_55AA).Sent >= 5, "the burst must be over");
        Assert.Equal(5, Job(0x98DA_55AA).Sent);
    }

    [Fact]
    public void A_job_leaves_the_kernel_when_its_subscription_ends()
    {
        using var bus = _wire.Open();
        using var frames = new Subject<CanFrame>();
        var frame = new CanFrame(0x10, [1]);

        var job = bus.SendCyclic(frame, Ms(10)).Subscribe();
        Assert.Single(Jobs);
        job.Dispose();
        Assert.Empty(Jobs);

        bus.SendCyclic(frame, Ms(10)).Take(1).Subscribe();
        Assert.Empty(Jobs);

        using (frames.SendCyclic(bus, Ms(10)).Take(3).Subscribe())
        {
            frames.OnNext(frame);
            frames.OnNext(frame);
            Assert.Single(Jobs);
            frames.OnNext(frame);
            Assert.Empty(Jobs);
        }

        using (frames.SendCyclic(bus, Ms(10)).Subscribe(_ => { }, _ => { }))
        {
            frames.OnNext(frame);
            Assert.Single(Jobs);
            frames.OnError(new InvalidOperationException());
            Assert.Empty(Jobs);
        }
    }

    [Fact]
    public void Disposing_the_bus_deletes_its_jobs_immediately()
    {
        var bus = _wire.Open();
        for (var i = 0; i < 3; i++)
        {
            bus.SendCyclic(new CanFrame(0x10, [1]), Ms(10)).Subscribe();
            bus.Presence(0x10, Ms(10)).Subscribe();
        }

        bus.Dispose();

        // The reading thread may hold the socket a moment longer.
        Eventually.True(() => Jobs.Count == 0 && BroadcastOracle.Watches(_wire.Name) == 0, "the kernel has deleted them");
        AssertNothingLeft();
    }

    [Fact]
    public void Different_jobs_share_a_socket_and_each_duplicate_uses_another_while_it_lives()
    {
        using var bus = _wire.Open();
        CanFrame[] kinds = [new(0x10, [1]), new(CanId.Extended(0x10), [2]), CanFrame.Fd(0x10, [3]), CanFrame.Fd(CanId.Extended(0x10), [4]), CanFrame.Remote(0x10)];
        List<IDisposable> subscriptions = [.. kinds.Select(f => bus.SendCyclic(f, Ms(100)).Subscribe())];
        subscriptions.AddRange(Enumerable.Range(0x20, 95).Select(id => bus.SendCyclic(new CanFrame(id, []), Ms(100)).Subscribe()));
        subscriptions.Add(bus.Presence(0x10, Ms(100)).Subscribe());
        subscriptions.Add(bus.Changes(CanFilter.Id(0x11)).Subscribe());
        subscriptions.Add(bus.AnswerRemote(new(0x10, [1])).Subscribe());
        Assert.Equal(
            [(0x10u, false), (0x10u, true), (0x4000_0010u, false), (0x8000_0010u, false), (0x8000_0010u, true)],
            Jobs.Where(j => (j.Id & 0xFFF) == 0x10).Select(j => (j.Id, j.IsFd)).Order());
        Assert.Equal((100, 1), (Jobs.Count, BroadcastOracle.SocketsOf(_wire.Name)));

        List<IDisposable> more = [.. Enumerable.Range(0, 4).Select(_ => bus.SendCyclic(kinds[2], Ms(100)).Subscribe())];
        Assert.Equal((104, 5), (Jobs.Count, BroadcastOracle.SocketsOf(_wire.Name)));
        Assert.Equal(5, Jobs.Count(j => j is { Id: 0x10, IsFd: true }));

        subscriptions[2].Dispose();
        more[0].Dispose();
        Assert.Equal((102, 4), (Jobs.Count, BroadcastOracle.SocketsOf(_wire.Name)));
        more.Add(bus.SendCyclic(kinds[2], Ms(100)).Subscribe());
        Assert.Equal((103, 4), (Jobs.Count, BroadcastOracle.SocketsOf(_wire.Name)));

        foreach (var subscription in (IDisposable[])[.. subscriptions, .. more])
            subscription.Dispose();
        Assert.Equal((0, 0), (Jobs.Count, BroadcastOracle.Watches(_wire.Name)));
        Eventually.True(() => BroadcastOracle.SocketsOf(_wire.Name) == 0, "the reading thread has released the socket");
        AssertNothingLeft(openBuses: 1);
    }

    [Fact]
    public void Watches_of_identifiers_run_in_the_kernel_and_others_on_a_raw_socket_that_is_closed_again()
    {
        using var bus = _wire.Open();

        var exact = bus.Changes(CanFilter.Id(0x10) | CanFilter.Range(0x20, 0x22)).Subscribe();
        Assert.Equal(8, BroadcastOracle.Watches(_wire.Name)); // classic and FD
        var wide = bus.Changes(CanFilter.Id(0x10) | CanFilter.Remote(0x20)).Subscribe();
        Assert.Equal(8, BroadcastOracle.Watches(_wire.Name));
        Eventually.True(() => ProcessState.Threads() == 1, "both have one thread, and those of earlier tests are gone");

        wide.Dispose();
        exact.Dispose();
        Assert.Equal(0, BroadcastOracle.Watches(_wire.Name));
        AssertNothingLeft(openBuses: 1);
    }

    [Fact]
    public void A_bus_without_FD_watches_only_classic_frames()
    {
        using var bus = _wire.Open(new() { Fd = false });

        using var exact = bus.Changes(CanFilter.Id(0x10)).Subscribe();

        Assert.Equal(1, BroadcastOracle.Watches(_wire.Name));
    }

    [Fact]
    public async Task Ten_thousand_calls_from_four_threads_leave_nothing_behind()
    {
        var bus = _wire.Open(new() { ReceiveBufferSize = 64 * 1024 * 1024 }); // the reading thread may be delayed
        var events = bus.Events.Record();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => CallAtRandom(bus, thread, 2_500 * Cases))));

        Assert.Equal((0, 0), (Jobs.Count, BroadcastOracle.Watches(_wire.Name)));
        Eventually.True(() => BroadcastOracle.SocketsOf(_wire.Name) == 0, "the reading thread has released the sockets");
        Assert.Empty(events.Values);
        events.Dispose();
        AssertNothingLeft(openBuses: 1);
        bus.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void A_thousand_updates_lose_no_period_and_add_no_frame()
    {
        using var bus = _wire.Open();
        using var peer = _wire.Open();
        using var values = new Subject<CanFrame>();
        var updated = peer.Where(CanFilter.Id(0x10)).Record();
        var control = peer.Where(CanFilter.Id(0x11)).Record();
        var told = 0;
        using var job = values.SendCyclic(bus, Ms(10)).Subscribe(_ => told++);
        values.OnNext(Frame(0));
        using var other = bus.SendCyclic(new CanFrame(0x11, []), Ms(10)).Subscribe();

        for (var i = 1; i <= 1_000; i++)
        {
            values.OnNext(Frame(i));
            if (i % 2 == 0) // twice in most periods
                updated.WaitForCount(i / 2);
        }

        Eventually.True(() => updated.Values[^1].Data.SequenceEqual(Frame(1_000).Data), "the last update is sent");
        var (first, last) = (control.Values[0].Timestamp, updated.Values[^1].Timestamp); // while both jobs send
        job.Dispose();
        other.Dispose();
        Assert.Equal(1_001, told);
        Assert.InRange(Gaps(updated).Min(), 9.9, 20); // the kernel counts a period from when the timer ran
        Assert.InRange(Count(updated), Count(control) * 99 / 100, (Count(control) * 101 / 100) + 1);
        var sent = updated.Values.Select(f => BitConverter.ToInt32(f.Data)).ToList();
        Assert.Equal(sent.Order(), sent);

        int Count(Recording<CanFrame> frames) => frames.Values.Count(f => f.Timestamp >= first && f.Timestamp <= last);

        static CanFrame Frame(int value) => new(0x10, BitConverter.GetBytes(value));
    }

    [Fact]
    public void A_period_of_100_us_is_kept()
    {
        using var bus = _wire.Open();
        using var peer = _wire.Open();
        using var frames = peer.Record();

        bus.SendCyclic(new CanFrame(0x10, [1]), TimeSpan.FromMicroseconds(100), new() { Count = 200 }).Timeout(TimeSpan.FromMinutes(1)).Wait();

        frames.WaitForCount(200);
        Assert.Empty(Jobs);
        Assert.InRange(Gaps(frames).Order().ElementAt(100), 0.1, 0.5); // an emulated processor is late
    }

    [Fact]
    public void A_job_stays_in_the_kernel_while_the_link_is_down()
    {
        using var bus = _wire.Open();
        using var job = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(10)).Record();
        Eventually.True(() => Job(0x10).Sent >= 2, "it sends");

        _wire.LinkDown();
        var before = Job(0x10).Sent;
        _wire.LinkUp();

        Eventually.True(() => Job(0x10).Sent >= before + 2, "it sends again");
        Assert.Null(job.End);
    }

    [Fact]
    public void Subscribing_again_sends_again_after_the_interface_returns()
    {
        var bus = _wire.Open();
        using var job = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(10)).Materialize().Record();
        using var again = bus.SendCyclic(new CanFrame(0x11, [1]), Ms(10)).RetryWhen(errors => errors.Delay(Ms(10))).Record();
        for (var i = 0; i < 3; i++)
        {
            _wire.Remove();
            _wire.Restore();
            Eventually.True(() => Jobs.Any(j => j.Id == 0x11), "it sends again");
        }

        var error = job.WaitFor(n => n.Kind == NotificationKind.OnError).Exception;
        Assert.IsType<CanInterfaceNotFoundException>(error);
        Assert.Contains("Subscribe again", error.Message, StringComparison.Ordinal);
        bus.Dispose();
        again.WaitForEnd();
        AssertNothingLeft();
    }

    [Fact]
    public void A_job_set_up_before_the_removal_is_noticed_belongs_to_the_new_interface()
    {
        using var bus = _wire.Open();
        using var gate = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        using var blocking = bus.Changes(CanFilter.Id(0x20)).Subscribe(_ => Hold(held, gate), _ => { });
        bus.Send(new CanFrame(0x20, [1]));
        held.Wait(TestContext.Current.CancellationToken);
        var old = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(10)).Record();

        _wire.Remove();
        _wire.Restore();
        using var job = bus.SendCyclic(new CanFrame(0x11, [1]), Ms(10)).Record();
        Assert.Equal([(0x11u, false, 1, 0, 10_000)], Shown(0x11));
        gate.Set();

        Assert.IsType<CanInterfaceNotFoundException>(old.WaitForEnd().Exception);
        Assert.Null(job.End);
    }

    [Fact]
    public void A_failed_deletion_is_reported_in_Events_and_Dispose_does_not_throw()
    {
        var bus = _wire.Open();
        var events = bus.Events.Record();
        var job = bus.SendCyclic(CanFrame.Fd(CanId.Extended(0x10), [1]), Ms(100)).Subscribe();
        DeleteBehind(new(IsReceived: false, 0x8000_0010, IsFd: true));
        Assert.Empty(Jobs);

        job.Dispose();

        var failed = Assert.IsType<CanCyclicDeleteFailed>(Assert.Single(events.WaitForCount(1).Values));
        Assert.Equal((_wire.Name, CanId.Extended(0x10)), (failed.Interface, failed.Id));
        Assert.StartsWith($"{_wire.Name}: ", Assert.IsType<CanBusException>(failed.Exception).Message, StringComparison.Ordinal);
        bus.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void The_end_of_a_deleted_burst_does_not_end_another_with_the_same_identifier()
    {
        using var bus = _wire.Open();
        using var gate = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        using var blocking = bus.Changes(CanFilter.Id(0x20)).Subscribe(_ => Hold(held, gate));
        bus.Send(new CanFrame(0x20, [1]));
        held.Wait(TestContext.Current.CancellationToken);
        var options = new CyclicOptions { Count = 2 };

        var first = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(1), options).Subscribe();
        Eventually.True(() => Job(0x10).Sent == 2, "the burst is over and not read yet");
        first.Dispose();
        using var second = bus.SendCyclic(new CanFrame(0x10, [1]), Never, options).Record();
        using var third = bus.SendCyclic(new CanFrame(0x30, [1]), Ms(1), options).Record();
        gate.Set();

        third.WaitForEnd();
        Assert.Null(second.End);
        Assert.Single(Jobs);
    }

    [Fact]
    public void A_slow_observer_never_loses_a_burst_end_or_silence_and_other_losses_are_reported()
    {
        using var bus = _wire.Open(new() { ReceiveBufferSize = 4_096 });
        using var peer = _wire.Open();
        using var gate = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        var events = bus.Events.OfType<CanFramesDropped>().Record();
        using var blocking = bus.Changes(CanFilter.Id(0x20)).Subscribe(_ => Hold(held, gate));
        using var silence = bus.Presence(0x21, Ms(100)).Record();
        peer.Send(new CanFrame(0x20, [0]));
        held.Wait(TestContext.Current.CancellationToken);

        using var burst = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(100), new() { Count = 3 }).Record();
        for (var i = 1; i <= 100; i++)
            peer.Send(new CanFrame(0x20, [(byte)i]));
        Eventually.True(() => Job(0x10).Sent == 3, "the burst is over");
        gate.Set();

        burst.WaitForEnd();
        Assert.False(silence.WaitForCount(1).Values[0].IsPresent);
        Assert.InRange(events.WaitForCount(1).Values[0].Count, 1, 102);
    }

    [Fact]
    public void An_FD_job_on_an_interface_without_FD_fails_and_leaves_no_socket()
    {
        VcanTestBus.Ip($"link set {_wire.Name} down");
        VcanTestBus.Ip($"link set {_wire.Name} mtu 16 up");
        using var bus = _wire.Open();

        using var job = bus.SendCyclic(CanFrame.Fd(0x10, [1]), Ms(10)).Record();

        Assert.IsType<CanNotSupportedException>(job.End?.Exception);
        Assert.Equal(0, BroadcastOracle.SocketsOf(_wire.Name));
        AssertNothingLeft(openBuses: 1);
    }

    [Fact]
    public void On_all_interfaces_watches_use_the_portable_engine_and_a_job_fails()
    {
        using var bus = CanBus.Open(CanBus.Any);
        using var sender = _wire.Open();

        using var job = bus.SendCyclic(new CanFrame(0x10, [1]), Ms(10)).Record();
        using var changes = bus.Changes(CanFilter.Id(0x10)).Where(f => f.Interface == _wire.Name).Record(); // other tests send, too
        sender.Send(new CanFrame(0x10, [1]));

        Assert.IsType<CanBusException>(job.End?.Exception);
        Assert.Equal(_wire.Name, changes.WaitForCount(1).Values[0].Interface);
        Assert.Equal(0, BroadcastOracle.Watches(_wire.Name));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static void Hold(ManualResetEventSlim held, ManualResetEventSlim gate)
    {
        held.Set();
        Assert.True(gate.Wait(TimeSpan.FromMinutes(1)), "It was not released.");
    }

    private static double[] Gaps(Recording<CanFrame> frames) =>
        [.. frames.Values.Zip(frames.Values.Skip(1), (a, b) => (b.Timestamp - a.Timestamp).TotalMilliseconds)];

    private static void CallAtRandom(ICanBus bus, int thread, int calls)
    {
        var random = new Random(thread);
        var jobs = new (Subject<CanFrame> Values, IDisposable Job)?[8];
        var frames = jobs.Select((_, i) => i % 2 == 0 ? new CanFrame(0x10 + i, [(byte)thread]) : CanFrame.Fd(0x10 + i, [(byte)thread])).ToArray();
        for (var i = 0; i < calls; i++)
        {
            var slot = random.Next(jobs.Length);
            if (jobs[slot] is not { } job)
            {
                var values = new Subject<CanFrame>();
                var options = new CyclicOptions { Count = random.Next(3), AnnounceUpdates = random.Next(2) == 0 };
                jobs[slot] = (values, random.Next(4) switch
                {
                    0 => bus.Changes(CanFilter.Id(0x10 + random.Next(8))).Subscribe(),
                    1 => bus.Presence(0x10 + random.Next(8), Ms(random.Next(1, 20))).Subscribe(),
                    _ => values.SendCyclic(bus, Ms(random.Next(1, 20)), options).Subscribe(),
                });
                values.OnNext(frames[slot]);
            }
            else if (random.Next(3) > 0)
            {
                job.Values.OnNext(frames[slot]);
            }
            else
            {
                if (random.Next(2) == 0)
                    job.Values.OnCompleted();
                job.Job.Dispose();
                jobs[slot] = null;
            }
        }

        foreach (var job in jobs)
            job?.Job.Dispose();
    }

    /// <summary>Deletes a job over the bus's own socket, without its knowledge.</summary>
    private unsafe void DeleteBehind(BroadcastKey key)
    {
        var inode = Path.GetFileName(Assert.Single(Jobs).Socket);
        var descriptor = Directory.GetFiles("/proc/self/fd").Single(f => new FileInfo(f).LinkTarget == $"socket:[{inode}]");
        var head = key.Head(Abi.TX_DELETE);
        Assert.Equal(sizeof(BcmMsgHead), Send(int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture), &head, sizeof(BcmMsgHead), 0));
    }

    [LibraryImport("libc", EntryPoint = "send")]
    private static unsafe partial nint Send(int socket, void* buffer, nint length, int flags);

    private BroadcastJobEntry Job(uint id) => Jobs.Single(j => j.Id == id);

    private IEnumerable<(uint, bool, int, long, long)> Shown(uint id) =>
        from job in Jobs where job.Id == id select (job.Id, job.IsFd, job.Frames, job.Interval1, job.Interval2);

    private void AssertNothingLeft(int openBuses = 0)
    {
        Eventually.True(() => ProcessState.Threads() == 0, "no thread is left");
        Eventually.True(() => ProcessState.Descriptors() <= _descriptors + openBuses, "no descriptor is left");
        Assert.Equal(0, BroadcastOracle.SocketsOf(_wire.Name));
    }
}

/// <summary>A kernel without the module; the other tests cover kernels with it.</summary>
public sealed class WithoutBroadcastManagerTests : IDisposable
{
    private readonly VcanTestBus _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void The_portable_engine_works_without_the_kernel_module()
    {
        if (Directory.Exists("/proc/net/can-bcm"))
            return;
        using var bus = _wire.Open();
        using var peer = _wire.Open();
        using var frames = peer.Record();
        using var silence = bus.Presence(0x20, TimeSpan.FromMilliseconds(50)).Record();
        using var changes = bus.Changes(CanFilter.Id(0x20)).Record();
        using var answers = bus.AnswerRemote(new(0x30, [1])).Record();
        using var job = bus.SendCyclic(new CanFrame(0x10, [1]), TimeSpan.FromMilliseconds(10)).Record();

        silence.WaitForCount(1);
        peer.Send(new CanFrame(0x20, [1]));
        peer.Send(CanFrame.Remote(0x30));

        changes.WaitForCount(1);
        frames.WaitFor(f => f.Id == 0x30);
        frames.WaitFor(f => f.Id == 0x10);
    }
}
