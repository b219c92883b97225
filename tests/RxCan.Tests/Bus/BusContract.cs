using System.Reactive.Linq;

namespace RxCan.Tests.Bus;

/// <summary>What every bus does, whatever is behind it. Every backend runs these tests.</summary>
public abstract partial class BusContract(TestBus wire) : IDisposable
{
    /// <summary>A frame that no test filters for: when it has arrived, all earlier frames have too.</summary>
    private static readonly CanFrame Last = new(0x7FE, [0xEE]);

    [ThreadStatic]
    private static bool _isInCall; // of a user, on this thread

    private readonly List<IDisposable> _opened = [];

    public static TheoryData<string> Frames =>
    [
        "123#", "123#11", "7FF#1122334455667788", "00000123#AA", "1FFFFFFF#DEADBEEF", "000#00", "123#R", "123#R5", "1ABCDEF0#R8",
        "123#1122334455667788_B", "123#R8_F", "123##0", "123##11122334455667788", "1F334455##2112233445566778899AABBCC",
        "123##3" + string.Concat(Enumerable.Range(0, 64).Select(i => $"{i:X2}")),
    ];

    protected TestBus Wire { get; } = wire;

    public void Dispose()
    {
        foreach (var bus in _opened)
            bus.Dispose();
        Wire.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_arrives_as_it_was_sent(string text)
    {
        using var received = Open().Record();
        var frame = CanFrame.Parse(text, null);

        Open().Send(frame);

        var arrived = Assert.Single(received.WaitForCount(1).Values);
        Assert.Equal(text, arrived.ToString());
        Assert.Equal(frame, arrived);
        Assert.True(arrived.IsLocal);
        Assert.False(arrived.IsOwn);
        Assert.Equal(Wire.Name, arrived.Interface);
        Assert.InRange(arrived.Timestamp, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    [Fact]
    public void Frames_arrive_in_order_with_rising_timestamps()
    {
        using var received = Open().Record();
        var sender = Open();

        for (var i = 0; i < 1000; i++)
            sender.Send(new CanFrame(i % 0x700, BitConverter.GetBytes(i)));

        var values = received.WaitForCount(1000).Values;
        Assert.Equal(Enumerable.Range(0, 1000), values.Select(f => BitConverter.ToInt32(f.Data)));
        Assert.Equal(values.Select(f => f.Timestamp).Order(), values.Select(f => f.Timestamp));
        Assert.False(received.Overlapped);
    }

    [Theory]
    [InlineData(null, null, 0, 1)]
    [InlineData(false, false, 0, 0)]
    [InlineData(false, true, 0, 0)]
    [InlineData(true, false, 0, 1)]
    [InlineData(true, true, 1, 1)]
    public void Loopback_and_ReceiveOwnMessages_decide_which_buses_receive(bool? loopback, bool? own, int self, int other)
    {
        var options = CanBusOptions.Default;
        if (loopback is not null)
            options = options with { Loopback = loopback.Value, ReceiveOwnMessages = own!.Value };
        var sender = Open(options);
        var third = Open();
        using var atSelf = sender.Record();
        using var atOther = Open().Record();

        sender.Send(new CanFrame(0x123, [1]));
        third.Send(Last);

        var atSelfUntilLast = Until(Last, atSelf);
        Assert.Equal(self, atSelfUntilLast.Count);
        Assert.All(atSelfUntilLast, f => Assert.True(f.IsOwn && f.IsLocal));
        Assert.Equal(other, Until(Last, atOther).Count);
    }

    [Fact]
    public void The_filter_matrix_of_the_kernel_holds()
    {
        const uint Eff = 0x8000_0000, Rtr = 0x4000_0000, Id = 0x123;
        (uint Id, uint Mask)[] filters =
        [
            .. from n in Enumerable.Range(0, 16)
               select (Id | ((n & 1) != 0 ? Eff : 0) | ((n & 2) != 0 ? Rtr : 0), 0x7FF | ((n & 4) != 0 ? Eff : 0) | ((n & 8) != 0 ? Rtr : 0)),
            (Id, CanId.MaxExtended | Eff | Rtr),
            (Id | Eff, CanId.MaxExtended | Eff | Rtr),
        ];
        CanFrame[] sent =
            [new(Id, default), CanFrame.Remote(Id), new(CanId.Extended(Id), default), CanFrame.Remote(CanId.Extended(Id))];
        var counts = new List<int>();
        var sender = Open();

        foreach (var (id, mask) in filters)
        {
            using var bus = Open();
            using var received = bus.Where(CanFilter.Mask(id, mask) | CanFilter.Id(Last.Id)).Record();
            foreach (var frame in sent)
                sender.Send(frame);
            sender.Send(Last);
            counts.Add(Until(Last, received).Count);
        }

        Assert.Equal([4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1], counts);
    }

    [Fact]
    public void Subscribers_get_only_what_they_asked_for()
    {
        var bus = Open();
        using var exact = bus.Where(CanFilter.Id(0x100)).Record();
        using var extended = bus.Where(CanFilter.Id(CanId.Extended(0x100))).Record();
        using var range = bus.Where(CanFilter.Range(0x100, 0x10F) | CanFilter.Id(0x200)).Record();
        using var none = bus.Where(CanFilter.None).Record();
        using var narrowed = bus.Where(CanFilter.Range(0x100, 0x10F)).Where(f => f.Data[0] == 3).Record();
        using var all = bus.Record();
        CanFrame[] sent =
        [
            new(0x100, [1]), new(CanId.Extended(0x100), [2]), new(0x101, [3]), new(0x110, [4]), new(0x200, [5]), CanFrame.Fd(0x100, [6]),
            CanFrame.Remote(0x100), Last,
        ];

        var sender = Open();
        foreach (var frame in sent)
            sender.Send(frame);

        Assert.Equal(sent, all.WaitForCount(sent.Length).Values);
        Assert.Equal([sent[0], sent[5]], exact.Values);
        Assert.Equal([sent[1]], extended.Values);
        Assert.Equal([sent[0], sent[2], sent[4], sent[5]], range.Values);
        Assert.Equal([sent[2]], narrowed.Values);
        Assert.Empty(none.Values);
    }

    [Fact]
    public void A_subscriber_with_overlapping_filters_gets_each_frame_once()
    {
        var bus = Open();
        using var received = bus.Where(CanFilter.Id(0x100) | CanFilter.Range(0x0F0, 0x1FF) | CanFilter.Mask(0x100, 0x700)).Record();
        var sender = Open();

        sender.Send(new CanFrame(0x100, [1]));
        sender.Send(new CanFrame(0x101, [2]));

        Assert.Equal(["100#01", "101#02"], received.WaitForCount(2).Values.Select(f => f.ToString()));
    }

    [Fact]
    public void A_new_subscriber_costs_existing_subscribers_no_frames()
    {
        var bus = Open();
        using var first = bus.Where(CanFilter.Id(0x100)).Record();
        var sender = Open();
        using var stop = new CancellationTokenSource();

        for (var i = 0; i < 300; i++)
        {
            sender.Send(new CanFrame(0x100, BitConverter.GetBytes(i)));
            using var second = bus.Where(CanFilter.Id(0x200 + (i % 100))).Subscribe(_ => { });
            using var third = i % 3 == 0 ? bus.Subscribe(_ => { }) : null;
            sender.Send(new CanFrame(0x100, BitConverter.GetBytes(~i)));
        }

        Assert.Equal(
            Enumerable.Range(0, 300).SelectMany(i => new[] { i, ~i }),
            first.WaitForCount(600).Values.Select(f => BitConverter.ToInt32(f.Data)));
    }

    [Fact]
    public void Without_CAN_FD_no_CAN_FD_frames_are_received_or_sent()
    {
        var classic = Open(new() { Fd = false });
        using var received = classic.Record();

        Open().Send(CanFrame.Fd(0x123, [1]));
        Open().Send(Last);

        Assert.Empty(Until(Last, received));
        var error = Assert.Throws<CanNotSupportedException>(() => classic.Send(CanFrame.Fd(0x123, [1])));
        Assert.Contains("CanBusOptions.Fd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_frames_reach_only_streams_that_asked_for_their_class()
    {
        var error = CanFrame.Error(new() { Class = CanErrorClass.Controller, Controller = CanControllerStatus.TransmitPassive, TransmitErrors = 130 });
        using var plain = Open().Record();
        using var asked = Open(new() { ErrorMask = CanErrorClass.Controller }).Record();
        using var other = Open(new() { ErrorMask = CanErrorClass.BusOff }).Record();
        var filtered = Open(new() { ErrorMask = CanErrorClass.All });
        using var withErrors = filtered.Where(CanFilter.ErrorFrames | CanFilter.Id(Last.Id)).Record();
        using var withoutErrors = filtered.Where(CanFilter.Id(Last.Id)).Record();
        var sender = Open();

        sender.Send(error);
        sender.Send(Last);

        Assert.Empty(Until(Last, plain));
        Assert.Equal([error], Until(Last, asked));
        Assert.Empty(Until(Last, other));
        Assert.Equal([error], Until(Last, withErrors));
        Assert.Empty(Until(Last, withoutErrors));
    }

    [Fact]
    public void Events_report_errors_and_state_changes()
    {
        var bus = Open();
        using var events = bus.Events.Record();
        using var frames = bus.Record();
        var sender = Open();
        CanError[] errors =
        [
            new() { Class = CanErrorClass.Controller, Controller = CanControllerStatus.ReceiveWarning, ReceiveErrors = 97 },
            new() { Class = CanErrorClass.Controller, Controller = CanControllerStatus.ReceivePassive, ReceiveErrors = 129 },
            new() { Class = CanErrorClass.Protocol, Protocol = CanProtocolViolation.Stuff, Location = CanErrorLocation.CrcSequence },
            new() { Class = CanErrorClass.BusOff },
            new() { Class = CanErrorClass.Restarted },
        ];

        foreach (var error in errors)
            sender.Send(CanFrame.Error(error));
        sender.Send(Last);

        Assert.Equal([Last], frames.WaitForCount(1).Values);
        Assert.Equal(errors, events.WaitForCount(9).Values.OfType<CanErrorReported>().Select(e => e.Error));
        Assert.Equal(
            [CanState.ErrorWarning, CanState.ErrorPassive, CanState.BusOff, CanState.ErrorActive],
            events.Values.OfType<CanStateChanged>().Select(e => e.State));
        Assert.All(events.Values, e => Assert.Equal(Wire.Name, e.Interface));
    }

    [Fact]
    public void An_observer_that_throws_is_detached_and_the_others_continue()
    {
        var bus = Open();
        var calls = 0;
        using var before = bus.Record();
        using var bad = bus.Subscribe(_ =>
        {
            calls++;
            throw new InvalidTimeZoneException("on purpose");
        });
        using var badEvents = bus.Events.Subscribe(_ => throw new InvalidTimeZoneException("on purpose too"));
        using var after = bus.Record();
        using var events = bus.Events.Record();
        var sender = Open();

        sender.Send(new CanFrame(1, [1]));
        sender.Send(new CanFrame(1, [2]));

        Assert.Equal(2, before.WaitForCount(2).Count);
        Assert.Equal(2, after.WaitForCount(2).Count);
        events.WaitFor(e => e is CanObserverFailed { Exception.Message: "on purpose" });
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Nothing_is_delivered_after_Dispose_returns_on_the_delivering_thread()
    {
        var bus = Open();
        var seen = 0;
        IDisposable? subscription = null;
        using var ready = new ManualResetEventSlim();
        using var others = bus.Record();
        subscription = bus.Subscribe(_ =>
        {
            ready.Wait();
            if (++seen == 3)
                subscription!.Dispose();
        });
        var sender = Open();
        for (var i = 0; i < 100; i++)
            sender.Send(new CanFrame(1, [(byte)i]));

        ready.Set();

        others.WaitForCount(100);
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Subscribing_and_disposing_within_OnNext_is_safe()
    {
        var bus = Open();
        var inner = new List<IDisposable>();
        var innerSeen = 0;
        using var outer = bus.Where(CanFilter.Id(1)).Subscribe(f =>
        {
            if (inner.Count > 0 && f.Data[0] % 2 == 1)
            {
                inner[^1].Dispose();
                inner.RemoveAt(inner.Count - 1);
            }
            else
            {
                inner.Add(bus.Where(CanFilter.Id(1) | CanFilter.Id(2)).Subscribe(_ => Interlocked.Increment(ref innerSeen)));
            }
        });
        using var all = bus.Record();
        var sender = Open();

        for (var i = 0; i < 50; i++)
        {
            sender.Send(new CanFrame(1, [(byte)i]));
            all.WaitForCount((2 * i) + 1);
            sender.Send(new CanFrame(2, [(byte)i]));
            all.WaitForCount((2 * i) + 2);
        }

        // Each odd frame removes what the even one before it added: at most frame 2 between them and the odd frame 1 itself were seen.
        Assert.InRange(innerSeen, 25, 100);
        Assert.Empty(inner);
    }

    [Fact]
    public void Frames_from_many_threads_are_delivered_one_at_a_time_and_in_order_per_thread()
    {
        using var received = Open().Record();
        var senders = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();

        Parallel.For(0, 4, t =>
        {
            for (var i = 0; i < 500; i++)
                senders[t].Send(new CanFrame(t, BitConverter.GetBytes(i)));
        });

        var values = received.WaitForCount(2000).Values;
        Assert.False(received.Overlapped);
        for (var t = 0; t < 4; t++)
            Assert.Equal(Enumerable.Range(0, 500), values.Where(f => f.Id == t).Select(f => BitConverter.ToInt32(f.Data)));
    }

    [Fact]
    public void Disposing_the_bus_completes_its_streams()
    {
        var bus = Open();
        using var frames = bus.Record();
        using var filtered = bus.Where(CanFilter.Id(1)).Record();
        using var events = bus.Events.Record();

        bus.Dispose();
        bus.Dispose();

        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, frames.WaitForEnd().Kind);
        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, filtered.WaitForEnd().Kind);
        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, events.WaitForEnd().Kind);
        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, bus.Record().WaitForEnd().Kind);
        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, bus.Events.Record().WaitForEnd().Kind);
        Assert.Throws<ObjectDisposedException>(() => bus.Send(Last));
        Assert.ThrowsAsync<ObjectDisposedException>(() => bus.SendAsync(Last).AsTask()).GetAwaiter().GetResult();
    }

    [Fact]
    public void The_bus_can_be_disposed_within_OnNext_and_no_frame_follows()
    {
        var bus = Open();
        var seen = new List<string>();
        using var all = Open().Record();
        using var ready = new ManualResetEventSlim();
        using var ended = bus.Do(_ => ready.Wait()).Do(f =>
        {
            seen.Add(f.ToString());
            bus.Dispose();
        }).Record();
        var sender = Open();
        for (var i = 0; i < 10; i++)
            sender.Send(new CanFrame(1, [(byte)i]));
        all.WaitForCount(10);

        ready.Set();

        Assert.Equal(System.Reactive.NotificationKind.OnCompleted, ended.WaitForEnd().Kind);
        Assert.Equal(["001#00"], seen);
    }

    [Fact]
    public void Link_down_and_up_are_reported_and_the_stream_continues()
    {
        var bus = Open();
        using var events = bus.Events.Record();
        using var frames = bus.Record();
        var sender = Open();
        sender.Send(new CanFrame(1, [1]));
        frames.WaitForCount(1);

        Wire.LinkDown();
        events.WaitFor(e => e is CanLinkDown);
        Assert.Throws<CanInterfaceDownException>(() => sender.Send(new CanFrame(1, [2])));
        Wire.LinkUp();
        events.WaitFor(e => e is CanLinkUp);
        sender.Send(new CanFrame(1, [3]));

        Assert.Equal(["001#01", "001#03"], frames.WaitForCount(2).Values.Select(f => f.ToString()));
        Assert.Null(frames.End);
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));
    }

    [Fact]
    public void Opening_fails_while_the_link_is_down_but_subscribing_does_not()
    {
        var bus = Open();
        Wire.LinkDown();

        var error = Assert.Throws<CanInterfaceDownException>(() => Open());
        using var events = bus.Events.Record();
        using var frames = bus.Record();
        events.WaitFor(e => e is CanLinkDown);
        Wire.LinkUp();
        events.WaitFor(e => e is CanLinkUp);
        Open().Send(Last);

        Assert.Contains(Wire.Name, error.Message, StringComparison.Ordinal);
        Assert.Equal([Last], frames.WaitForCount(1).Values);
    }

    [Fact]
    public void Removing_the_interface_ends_the_stream_with_an_error()
    {
        var bus = Open();
        using var events = bus.Events.Record();
        using var frames = bus.Record();
        using var filtered = bus.Where(CanFilter.Id(1)).Record();

        Wire.Remove();

        Assert.IsType<CanInterfaceNotFoundException>(frames.WaitForEnd().Exception);
        Assert.IsType<CanInterfaceNotFoundException>(filtered.WaitForEnd().Exception);
        events.WaitFor(e => e is CanLinkRemoved);
        Assert.Null(events.End);
        Assert.IsType<CanInterfaceNotFoundException>(bus.Record().WaitForEnd().Exception);
        Assert.Throws<CanInterfaceNotFoundException>(() => bus.Send(Last));
        Assert.Throws<CanInterfaceNotFoundException>(() => Open());
    }

    [Theory]
    [InlineData("123", "123")]
    [InlineData("123", "100-1FF")]
    [InlineData("123", "120,121,122,123,124")]
    [InlineData("123", null)]
    [InlineData("100-1FF", "123")]
    [InlineData("100-1FF", "100-1FF")]
    [InlineData("100-1FF", null)]
    [InlineData(null, "123")]
    [InlineData(null, "100-1FF")]
    [InlineData(null, null)]
    public void A_subscription_made_in_OnNext_begins_with_the_next_frame(string? outer, string? inner)
    {
        var bus = Open();
        var begun = new List<Recording<CanFrame>>();
        using var others = Stream(inner).Record(); // so that the new one is not the first of its kind
        using var first = Stream(outer).Where(f => f != Last).Do(_ => begun.Add(Stream(inner).Record())).Record();
        using var last = bus.Where(CanFilter.Id(Last.Id)).Record();
        var sender = Open();

        for (byte i = 0; i < 3; i++)
        {
            sender.Send(new CanFrame(0x123, [i]));
            first.WaitForCount(i + 1);
            sender.Send(Last);
            last.WaitForCount(i + 1);
        }

        Assert.Equal(["01 02", "02", ""], begun.Select(recording =>
            string.Join(' ', recording.Values.Where(f => f != Last).Select(f => $"{f.Data[0]:X2}"))));
        begun.ForEach(recording => recording.Dispose());

        IObservable<CanFrame> Stream(string? filter) => filter is null ? bus : bus.Where(CanFilter.Parse(filter));
    }

    [Fact]
    public void A_subscription_to_many_ids_begins_with_all_of_them_at_once()
    {
        var bus = Open();
        using var all = bus.Record();
        using var stop = new CancellationTokenSource();
        var sender = Open();
        var traffic = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                sender.Send(new CanFrame(i % 2 == 0 ? 0 : 255, BitConverter.GetBytes(i)));
                SpinWait.SpinUntil(() => i - all.Count < 50 || stop.IsCancellationRequested); // so that none is lost
            }
        });
        var many = CanFilter.Ids([.. Enumerable.Range(0, 256).Select(i => (CanId)i)]);

        for (var round = 0; round < 200; round++)
        {
            using var received = bus.Where(many).Record();
            var numbers = received.WaitForCount(4).Values.Select(f => BitConverter.ToInt32(f.Data)).Take(4).ToArray();
            Assert.Equal(Enumerable.Range(numbers[0], 4), numbers);
        }

        stop.Cancel();
        traffic.Wait();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_frames_that_came_before_the_removal_arrive_before_the_end(bool isHeldByAnEvent)
    {
        const int Sent = 300;
        var bus = Open();
        using var hold = new ManualResetEventSlim();
        using var isHeld = new ManualResetEventSlim();
        using var all = Open().Record();
        using var events = bus.Events.Do(e => Hold(isHeldByAnEvent && e is CanLinkDown)).Record();
        using var frames = bus.Do(_ => Hold(!isHeldByAnEvent)).Record();
        var sender = Open();

        if (isHeldByAnEvent)
        {
            Wire.LinkDown();
            isHeld.Wait(TestContext.Current.CancellationToken);
            Wire.LinkUp();
        }

        for (var i = 0; i < Sent; i++)
            sender.Send(new CanFrame(1, BitConverter.GetBytes(i)));
        all.WaitForCount(Sent); // all have left the wire
        isHeld.Wait(TestContext.Current.CancellationToken);
        Wire.Remove();
        hold.Set();

        Assert.IsType<CanInterfaceNotFoundException>(frames.WaitForEnd().Exception);
        Assert.Equal(Enumerable.Range(0, Sent), frames.Values.Select(f => BitConverter.ToInt32(f.Data)));
        Assert.IsType<CanLinkRemoved>(events.Values[^1]);

        void Hold(bool isHere)
        {
            if (!isHere)
                return;
            isHeld.Set();
            hold.Wait();
        }
    }

    [Fact]
    public void Each_subscriber_gets_its_end_even_if_others_subscribe_again_at_once()
    {
        var bus = Open();
        using var retrying = bus.Retry().Record();
        using var ended = bus.Record();
        using var alsoRetrying = bus.Where(CanFilter.Id(1)).Retry().Record();
        using var alsoEnded = bus.Where(CanFilter.Id(1)).Record();

        Wire.Remove();

        ended.WaitForEnd();
        alsoEnded.WaitForEnd();
        using (bus.Retry().Record())
            Wire.Restore();
        using var sender = Open();
        Eventually.True(
            () =>
            {
                sender.Send(new CanFrame(1, []));
                return SpinWait.SpinUntil(() => retrying.Count > 0 && alsoRetrying.Count > 0, 10);
            },
            "those who tried again are connected");
    }

    [Fact]
    public void Who_watches_only_events_hears_of_the_removal_once_and_of_the_return()
    {
        var bus = Open();
        using var first = bus.Events.Where(e => e is not CanLinkDown).Record(); // a kernel may take the link down first

        for (var round = 1; round <= 2; round++)
        {
            Wire.Remove();
            first.WaitForCount((2 * round) - 1);
            using var late = bus.Events.Record();
            late.WaitFor(e => e is CanLinkRemoved);
            Wire.Restore();
            late.WaitFor(e => e is CanLinkUp);
            first.WaitForCount(2 * round);
        }

        Assert.Equal([typeof(CanLinkRemoved), typeof(CanLinkUp), typeof(CanLinkRemoved), typeof(CanLinkUp)], first.Values.Select(e => e.GetType()));
    }

    [Fact]
    public void A_subscription_finds_an_interface_that_went_and_returned_while_nobody_watched()
    {
        var bus = Open();
        Wire.Remove();
        Wire.Restore();

        using var frames = bus.Record();
        Open().Send(Last);

        Assert.Equal([Last], frames.WaitForCount(1).Values);
    }

    [Fact]
    public void A_subscription_after_the_interface_returns_gets_a_fresh_connection()
    {
        var bus = Open();
        using var events = bus.Events.Record();
        using var before = bus.Record();
        Wire.Remove();
        before.WaitForEnd();

        Wire.Restore();
        using var after = bus.Record();
        events.WaitFor(e => e is CanLinkUp);
        Open().Send(new CanFrame(1, [1]));
        bus.Send(new CanFrame(1, [2]));

        Assert.Equal(["001#01"], after.WaitForCount(1).Values.Select(f => f.ToString()));
        Assert.Empty(before.Values);
    }

    [Fact]
    public async Task Retry_reconnects_when_the_interface_returns()
    {
        var bus = Open();
        using var frames = bus.Retry().Record();
        using var later = bus.RetryWhen(errors => errors.Delay(TimeSpan.FromMilliseconds(20))).Record();
        Open().Send(new CanFrame(1, [1]));
        frames.WaitForCount(1);
        later.WaitForCount(1);

        for (byte round = 2; round < 5; round++)
        {
            Wire.Remove();
            Wire.Restore();
            using var sender = Open();
            do
            {
                await sender.SendAsync(new CanFrame(1, [round]));
                await Task.Yield();
            }
            while (frames.Values[^1].Data[0] != round || later.Values[^1].Data[0] != round);
        }

        Assert.Null(frames.End);
        Assert.Null(later.End);
    }

    [Fact]
    public void Sending_resumes_when_the_interface_returns_even_without_subscribers()
    {
        var bus = Open();
        Wire.Remove();
        Assert.Throws<CanInterfaceNotFoundException>(() => bus.Send(Last));

        Wire.Restore();
        using var received = Open().Record();
        bus.Send(Last);

        Assert.Equal([Last], received.WaitForCount(1).Values);
    }

    [Fact]
    public void Every_frame_that_does_not_fit_the_receive_buffer_is_counted()
    {
        const int Sent = 5000;
        var bus = Open(new() { ReceiveBufferSize = 64 * 1024 });
        using var events = bus.Events.Record();
        using var hold = new ManualResetEventSlim();
        var log = new List<int>();
        using var held = bus.Subscribe(f =>
        {
            hold.Wait();
            lock (log)
                log.Add(BitConverter.ToInt32(f.Data));
        });
        using var unheld = Open().Where(CanFilter.Id(1)).Record();
        var sender = Open();

        for (var i = 0; i < Sent; i++)
            sender.Send(new CanFrame(1, BitConverter.GetBytes(i)));
        unheld.WaitForCount(Sent); // all have left the wire
        hold.Set();

        Eventually.True(
            () =>
            {
                lock (log)
                    return log.Count + events.Values.OfType<CanFramesDropped>().Sum(e => e.Count) == Sent;
            },
            "every frame has arrived or is counted as lost");
        lock (log)
        {
            Assert.Equal(log.Order(), log);
            Assert.Equal(log.Distinct().Count(), log.Count);
        }

        var dropped = events.Values.OfType<CanFramesDropped>().ToArray();
        Assert.NotEmpty(dropped);
        Assert.Equal(dropped[^1].Total, dropped.Sum(d => d.Count));
    }

    [Fact]
    public void A_users_call_does_not_run_another_observers_code()
    {
        var bus = Open();
        var within = 0;
        void Note() => within += _isInCall ? 1 : 0;
        using var events = bus.Events.Do(_ => Note(), Note).Record();
        using var frames = bus.Do(_ => Note(), _ => Note(), Note).Record();
        Open().Send(Last);
        frames.WaitForCount(1);
        Wire.Remove();
        frames.WaitForEnd();
        events.WaitFor(e => e is CanLinkRemoved);

        _isInCall = true; // each of these says something to those who watch the events
        using var late = bus.Events.Subscribe(_ => { });
        using var refused = bus.Subscribe(_ => { }, _ => { });
        Assert.Throws<CanInterfaceNotFoundException>(() => bus.Send(Last));
        bus.Dispose();
        _isInCall = false;

        events.WaitForEnd();
        Assert.Equal(0, within);
    }

    [Fact]
    public void TrySend_returns_the_reason_when_a_frame_cannot_be_sent()
    {
        using var received = Open().Record();
        var bus = Open(new() { Fd = false });

        Assert.True(bus.TrySend(Last, out var reason));
        Assert.Null(reason);
        received.WaitForCount(1);
        Assert.False(bus.TrySend(CanFrame.Fd(1, []), out reason));
        Assert.IsType<CanNotSupportedException>(reason);
        Wire.LinkDown();
        Assert.False(bus.TrySend(Last, out reason));
        Assert.IsType<CanInterfaceDownException>(reason);
        bus.Dispose();
        Assert.False(bus.TrySend(Last, out reason));
        Assert.IsType<ObjectDisposedException>(reason);
    }

    [Fact]
    public async Task SendAsync_sends_in_order_and_honours_cancellation()
    {
        using var received = Open().Record();
        var bus = Open();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => bus.SendAsync(new CanFrame(1, BitConverter.GetBytes(i))).AsTask()));

        Assert.Equal(Enumerable.Range(0, 200), received.WaitForCount(200).Values.Select(f => BitConverter.ToInt32(f.Data)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bus.SendAsync(Last, cancellationToken: new CancellationToken(canceled: true)).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await bus.SendAsync(Last, TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public void Subscribing_and_disposing_from_four_threads_under_traffic_leaves_a_working_bus()
    {
        var bus = Open();
        var sender = Open();
        using var stop = new CancellationTokenSource();
        var traffic = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await sender.SendAsync(new CanFrame(i % 0x400, [(byte)i]));
        });

        Parallel.For(0, 4, t =>
        {
            var random = new Random(t);
            for (var i = 0; i < 2500; i++)
            {
                var subscription = random.Next(4) switch
                {
                    0 => bus.Subscribe(_ => { }),
                    1 => bus.Where(CanFilter.Id(random.Next(0x400))).Subscribe(_ => { }),
                    2 => bus.Where(CanFilter.Range(0x100, 0x100 + random.Next(0x100))).Subscribe(_ => { }),
                    _ => bus.Events.Subscribe(_ => { }),
                };
                if (random.Next(8) == 0)
                    Thread.Yield();
                subscription.Dispose();
            }
        });

        stop.Cancel();
        traffic.Wait();
        using var received = bus.Where(CanFilter.Id(Last.Id)).Record();
        var last = Open();
        Eventually.True(
            () =>
            {
                last.Send(Last); // again, if it does not fit behind the traffic that is still waiting
                return SpinWait.SpinUntil(() => received.Count > 0, 100);
            },
            "a frame arrives");
        Assert.All(received.Values, frame => Assert.Equal(Last, frame));
    }

    [Fact]
    public void Invalid_arguments_are_rejected_immediately()
    {
        var bus = Open();

        Assert.Throws<ArgumentNullException>(() => bus.Where((CanFilter)null!));
        Assert.Throws<ArgumentNullException>(() => bus.Subscribe((IObserver<CanFrame>)null!));
        Assert.Throws<ArgumentNullException>(() => bus.Events.Subscribe((IObserver<CanBusEvent>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(new() { ReceiveBufferSize = 0 }));
    }

    protected ICanBus Open(CanBusOptions? options = null)
    {
        var bus = Wire.Open(options);
        _opened.Add(bus);
        return bus;
    }

    private static IReadOnlyList<CanFrame> Until(CanFrame last, Recording<CanFrame> recording)
    {
        recording.WaitFor(f => f == last);
        return [.. recording.Values.TakeWhile(f => f != last)];
    }
}
