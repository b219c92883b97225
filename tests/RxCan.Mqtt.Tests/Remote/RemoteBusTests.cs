using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Text;
using RxCan.Mqtt;
using RxCan.Mqtt.Remote;
using RxCan.Tests.Brokers;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Remote;

/// <summary>Remote buses on virtual time, over a broker of the tests' own.</summary>
public sealed class RemoteBusTests : IDisposable
{
    private const string Topic = "truck42/can0";
    private static readonly MqttLink Link = new("broker");

    private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestBroker _broker;
    private readonly VirtualCanBus _wire;
    private readonly ICanBus _sender;
    private readonly ICanBus _gateway;
    private readonly List<IDisposable> _opened = [];

    public RemoteBusTests()
    {
        _broker = new(_time, TimeSpan.FromMilliseconds(5));
        _wire = new(_time);
        _sender = _wire.Connect();
        _gateway = _wire.Connect(new() { ErrorMask = CanErrorClass.All });
    }

    public void Dispose()
    {
        foreach (var opened in _opened)
            opened.Dispose();
        _gateway.Dispose();
        _sender.Dispose();
        Advance(1);
    }

    [Fact]
    public void Frames_and_link_changes_arrive_in_order()
    {
        Publish();
        var (frames, events) = Watch(Open());
        Advance(1);
        _sender.Send(new CanFrame(1, [1]));
        Advance(1);
        _wire.LinkDown();
        Advance(1);
        _wire.LinkUp();
        _sender.Send(new CanFrame(1, [2]));
        Advance(1);

        Assert.Equal(["001#01", "001#02"], frames.Values.Select(f => f.ToString()));
        Assert.All(frames.Values, f => Assert.Equal("mqtt://broker/truck42/can0", f.Interface));
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));
    }

    [Fact]
    public void The_far_ends_presence_is_link_down_and_link_up()
    {
        var uplink = Publish();
        var (_, events) = Watch(Open());
        Advance(1);
        Assert.Empty(events.Values);
        uplink.Dispose();
        Advance(1);
        Assert.Equal([typeof(CanLinkDown)], events.Values.Select(e => e.GetType()));
        Publish();
        Advance(1);
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));
    }

    [Fact]
    public void A_broker_that_is_not_there_is_a_link_that_is_down()
    {
        _broker.Stop();
        Publish();
        var (frames, events) = Watch(Open());
        Advance(10);
        Assert.Equal([typeof(CanLinkDown)], events.Values.Select(e => e.GetType()));
        _broker.Start();
        Advance(120);
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));
        _sender.Send(new CanFrame(1, [1]));
        Advance(1);
        Assert.Single(frames.Values);
    }

    [Fact]
    public void A_half_open_connection_is_a_link_that_is_down_until_another_one_is_made()
    {
        Publish();
        var (frames, events) = Watch(Open());
        Advance(60); // it asks for frames again and again, so it is never idle
        _broker.IsHalfOpen = true;
        Advance(31); // at most a refresh period, and patience
        Assert.Equal([typeof(CanLinkDown)], events.Values.Select(e => e.GetType()));
        _broker.IsHalfOpen = false;
        Advance(120);
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));
        Send(1);
        Assert.Single(frames.Values);
    }

    [Fact]
    public void Frames_that_are_missing_are_counted_and_duplicates_are_dropped()
    {
        Publish(new() { BatchFrames = 10 });
        var (frames, events) = Watch(Open());
        Advance(1);
        var number = 0;
        _broker.Faults = topic => topic.EndsWith("/frames", StringComparison.Ordinal) ? (number++ % 5 == 3 ? 0 : 1 + (number % 2), false) : (1, false);
        for (var i = 0; i < 1000; i++)
            _sender.Send(new CanFrame(1, BitConverter.GetBytes(i)));
        Advance(1);

        var numbers = frames.Values.Select(f => BitConverter.ToInt32(f.Data)).ToArray();
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Equal(800, numbers.Length);
        Assert.Equal(numbers[^1] + 1 - 800, events.Values.OfType<CanFramesDropped>().Sum(e => e.Count));
    }

    [Fact]
    public void A_filter_reaches_the_far_end_and_vanishes_with_a_dashboard_that_is_cut_off()
    {
        Publish(new() { OnDemand = true });
        Advance(1);
        var can = Open();
        using var frames = can.Where(CanFilter.Range(0x100, 0x10F)).Record();
        Advance(1);
        Send(0x100, 0x200);
        Assert.Equal([0x100U], frames.Values.Select(f => f.Id.Value));
        var before = FramesTopic();
        Assert.Equal(1, before);

        Advance(300); // it asks again and again
        Send(0x101, 0x200);
        Assert.Equal(2, frames.Count);

        var other = can.Where(CanFilter.Id(0x200)).Record();
        Advance(1);
        Send(0x200);
        Assert.Single(other.Values);
        other.Dispose();
        frames.Dispose();
        Advance(1);
        before = FramesTopic();
        Send(0x100, 0x200);
        Assert.Equal(before, FramesTopic());

        using var again = can.Record();
        Advance(1);
        _broker.IsHalfOpen = true; // it cannot say good-bye
        can.Dispose();
        _broker.IsHalfOpen = false;
        Send(0x100);
        Assert.Equal(before + 1, FramesTopic());
        Advance(31);
        Send(0x100);
        Assert.Equal(before + 1, FramesTopic());
    }

    [Fact]
    public void Only_what_the_far_end_allows_can_be_sent()
    {
        Publish(new() { AllowSend = CanFilter.Ids(0x700, 0x701) });
        using var sent = _sender.Record();
        var can = Open();
        Assert.Contains("far end is not there", Assert.Throws<CanInterfaceDownException>(() => can.Send(new CanFrame(0x700, [1]))).Message, StringComparison.Ordinal);
        var waiting = can.SendAsync(new CanFrame(0x701, [9]));
        Assert.False(waiting.IsCompleted);
        Advance(1);
        Assert.True(waiting.IsCompletedSuccessfully);

        can.Send(new CanFrame(0x700, [1]));
        can.Send(CanFrame.Fd(0x701, new byte[64]));
        Assert.Contains("AllowSend", Assert.Throws<CanPermissionException>(() => can.Send(new CanFrame(0x702, [1]))).Message, StringComparison.Ordinal);
        Advance(1);
        Assert.Equal(["701#09", "700#01"], sent.Values.Take(2).Select(f => f.ToString()));
        Assert.Equal(3, sent.Count);
    }

    [Fact]
    public void The_far_end_checks_what_it_is_asked_to_send_and_sends_nothing_twice()
    {
        var happened = new Recorder<MqttUplinkEvent>();
        Publish(new() { AllowSend = CanFilter.Id(0x700) }, happened);
        using var sent = _sender.Record();
        Advance(1);
        var allowed = Batches.BatchTests.Pack([new CanFrame(0x700, [1]).WithTimestamp(_time.Now)], MqttCompression.None, 7, 0);
        _broker.Publish(Topic + "/send", allowed);
        _broker.Publish(Topic + "/send", [.. allowed]);
        _broker.Publish(Topic + "/send", Batches.BatchTests.Pack([new CanFrame(0x701, [1]).WithTimestamp(_time.Now)], MqttCompression.None, 7, 1));
        _broker.Publish(Topic + "/send", [1, 2, 3]);
        Advance(1);

        Assert.Equal(["700#01"], sent.Values.Select(f => f.ToString()));
        Assert.Equal([1L, 2], happened.Values.OfType<MqttUplinkRefused>().Select(e => e.Total));
    }

    [Fact]
    public void Sending_waits_no_longer_than_it_may()
    {
        _broker.Stop();
        var can = Open();
        var timed = can.SendAsync(new CanFrame(1, []), TimeSpan.FromSeconds(5)).AsTask();
        using var cancel = new CancellationTokenSource();
        var cancelled = can.SendAsync(new CanFrame(1, []), cancellationToken: cancel.Token).AsTask();
        var closed = can.SendAsync(new CanFrame(1, [])).AsTask();
        Advance(10);
        cancel.Cancel();
        Assert.IsType<TimeoutException>(timed.Exception?.InnerException);
        Assert.True(cancelled.IsCanceled);
        can.Dispose();
        Assert.IsType<ObjectDisposedException>(closed.Exception?.InnerException);
        Assert.Throws<ObjectDisposedException>(() => can.Send(new CanFrame(1, [])));
    }

    [Fact]
    public void A_damaged_batch_is_a_gap()
    {
        Publish(new() { BatchFrames = 1 });
        var (frames, events) = Watch(Open());
        Advance(1);
        Send(1);
        var stream = MqttBatch.Decode(_broker.Published.Last(p => p.Topic.EndsWith("/frames", StringComparison.Ordinal)).Payload).Stream;
        _broker.Publish(Topic + "/frames", [82, 88, 1]);
        _broker.Publish(Topic + "/frames", Batches.BatchTests.Pack([new CanFrame(2, []).WithTimestamp(_time.Now)], MqttCompression.Deflate, stream, 3));
        Advance(1);
        Assert.Equal([1U, 2], frames.Values.Select(f => f.Id.Value));
        Assert.Equal(2, events.Values.OfType<CanFramesDropped>().Single().Count);
        Assert.DoesNotContain(events.Values, e => e is CanReceiveFailed);
        Assert.Contains("does not begin with RX", Assert.IsType<MqttBatchException>(events.Values.OfType<CanDataDiscarded>().Single().Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_comes_late_is_told_that_the_far_end_is_gone()
    {
        var uplink = Publish();
        Advance(1);
        uplink.Dispose();
        Advance(1);
        var (_, events) = Watch(Open());
        Advance(1);
        Assert.Equal([typeof(CanLinkDown)], events.Values.Select(e => e.GetType()));
    }

    [Fact]
    public void Whoever_comes_late_is_told_that_the_far_ends_interface_is_down()
    {
        _wire.LinkDown();
        Advance(1);
        var uplink = Publish();
        Advance(1);
        var can = Open();
        var (_, events) = Watch(can);
        Advance(1);
        Assert.Equal([typeof(CanLinkDown)], events.Values.Select(e => e.GetType()));
        Assert.Equal(CanLinkState.Down, can.State.Link);
        _wire.LinkUp();
        Advance(1);
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));

        _wire.LinkDown();
        Advance(1);
        using var late = Open().Events.Record();
        Advance(1);
        Assert.Equal([typeof(CanLinkDown)], late.Values.Select(e => e.GetType()));
        uplink.Dispose();
    }

    [Fact]
    public void An_uplink_that_never_was_is_a_link_that_is_down_after_a_while()
    {
        var can = Open();
        var (_, events) = Watch(can);
        var waiting = can.SendAsync(new CanFrame(1, [])).AsTask();
        Advance(10);
        Assert.Empty(events.Values);
        Advance(20);
        Assert.Equal([typeof(CanLinkDown)], events.Values.Select(e => e.GetType()));
        Publish();
        Advance(1);
        Assert.Equal([typeof(CanLinkDown), typeof(CanLinkUp)], events.Values.Select(e => e.GetType()));
        Assert.False(waiting.IsCompletedSuccessfully);
        Assert.False(waiting.IsFaulted && waiting.Exception!.InnerException is not CanBusException);
    }

    [Fact]
    public void After_a_gap_the_link_is_what_the_far_end_says_now()
    {
        Publish(new() { BatchFrames = 1 });
        var (frames, events) = Watch(Open());
        Advance(1);
        Send(1);
        _wire.LinkDown();
        Advance(1);
        _broker.Faults = topic => (topic.EndsWith("/frames", StringComparison.Ordinal) ? 0 : 1, false);
        _wire.LinkUp();
        Advance(1);
        _broker.Faults = null;
        Send(2);
        Advance(1);
        Assert.Equal([1U, 2], frames.Values.Select(f => f.Id.Value));
        Assert.IsType<CanLinkUp>(events.Values.Last(e => e is CanLinkUp or CanLinkDown));
    }

    [Theory]
    [InlineData("mqtt://broker", "a topic")]
    [InlineData("mqtt://broker/", "a topic")]
    [InlineData("mqtt://user:secret@broker/a", "must not contain a user or password")]
    [InlineData("mqtt:broker", "not a remote bus")]
    public void A_malformed_name_is_refused_without_showing_a_secret(string name, string expected)
    {
        using var scheme = MqttBus.Register();
        var error = Assert.ThrowsAny<CanBusException>(() => CanBus.Open(name));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + error.Interface, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_of_a_link_has_its_password()
    {
        var link = new MqttLink("broker") { User = "truck42", Password = "secret", Tls = new() };
        Assert.Equal("mqtts://broker:8883", link.ToString());
        Assert.Equal("mqtt://broker:1883", (link with { Tls = null }).ToString());
    }

    private IDisposable Publish(MqttUplinkOptions? options = null, IObserver<MqttUplinkEvent>? observer = null)
    {
        var uplink = MqttUplinkExtensions.Publish(_gateway, _gateway, _broker, Link, Topic, options, _time).Subscribe(observer ?? new Recorder<MqttUplinkEvent>());
        _opened.Add(uplink);
        return uplink;
    }

    private RemoteBus Open()
    {
        var can = new RemoteBus("mqtt://broker/" + Topic, _broker, Link, Topic, MqttBusOptions.Default, CanBusOptions.Default, _time);
        _opened.Add(can);
        return can;
    }

    private static (Recording<CanFrame> Frames, Recording<CanBusEvent> Events) Watch(RemoteBus can)
    {
        var events = can.Events.Record();
        return (can.Record(), events);
    }

    private void Send(params uint[] ids)
    {
        foreach (var id in ids)
            _sender.Send(new CanFrame(id, [1]));
        Advance(1);
    }

    private int FramesTopic() => _broker.Count(Topic + "/frames");

    private void Advance(double seconds) => _time.AdvanceBy(TimeSpan.FromSeconds(seconds));
}
