using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Text;
using RxCan.Mqtt;
using RxCan.Mqtt.Transport;
using RxCan.Tests.Brokers;
using RxCan.Tests.Bus;
using RxCan.Tests.Outbox;

namespace RxCan.Tests.Uplink;

/// <summary>Uplinks on virtual time, to a broker of the tests' own.</summary>
public sealed class UplinkTests : IDisposable
{
    private const string Topic = "truck42/can0";
    private static readonly MqttLink Link = new("broker");

    private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestBroker _broker;
    private readonly Subject<CanFrame> _frames = new();
    private readonly Recorder<MqttUplinkEvent> _events = new();
    private IDisposable? _uplink;

    public UplinkTests() => _broker = new(_time, TimeSpan.FromMilliseconds(5));

    public void Dispose()
    {
        _uplink?.Dispose();
        _time.AdvanceBy(TimeSpan.FromSeconds(1));
        _frames.Dispose();
    }

    [Fact]
    public void Frames_are_packed_by_time_and_by_count()
    {
        Start(new() { BatchFrames = 10, BatchTime = TimeSpan.FromMilliseconds(50) });
        Send(0, 3);
        Assert.Empty(Batches());
        Advance(0.1);
        Assert.Equal([3], Batches().Select(b => b.Frames.Count));
        Send(3, 25);
        Advance(0.02);
        Assert.Equal([3, 10, 10], Batches().Select(b => b.Frames.Count));
        Advance(0.1);
        Assert.Equal([3, 10, 10, 5], Batches().Select(b => b.Frames.Count));
        Assert.Equal([0UL, 3, 13, 23], Batches().Select(b => b.Sequence));
        Assert.Equal(Enumerable.Range(0, 28), Numbers());
    }

    [Fact]
    public void Ten_minutes_without_the_broker_cost_no_frame_and_none_comes_twice()
    {
        Start(new());
        Advance(1);
        for (var second = 0; second < 900; second++)
        {
            if (second == 100)
                _broker.Stop();
            if (second == 700)
                _broker.Start();
            Send(second * 40, 40);
            Advance(1);
        }

        Advance(120);
        Assert.Equal(Enumerable.Range(0, 900 * 40), Numbers().Distinct());
        Assert.Equal(Numbers().Order(), Numbers());
        Assert.DoesNotContain(_events.Values, e => e is MqttUplinkLost);
        Assert.Equal(2, _events.Values.Count(e => e is MqttUplinkConnected));
        Assert.InRange(_broker.Connects, 2, 2);
    }

    [Fact]
    public void Pauses_between_attempts_double_up_to_a_minute()
    {
        _broker.Stop();
        Start(new());
        Advance(3600);
        Assert.InRange(_events.Values.Count(e => e is MqttUplinkDisconnected), 60, 140);
        Assert.All(_events.Values, e => Assert.IsType<MqttUplinkDisconnected>(e));
    }

    [Fact]
    public void No_more_messages_are_under_way_than_allowed()
    {
        Start(new() { BatchFrames = 1, InFlight = 4 });
        Advance(1);
        Send(0, 100);
        _time.AdvanceBy(TimeSpan.FromMilliseconds(6)); // they have arrived, their acknowledgements have not
        Assert.Equal(4, Batches().Count);
        Advance(1);
        Assert.Equal(Enumerable.Range(0, 100), Numbers());
    }

    [Fact]
    public void A_half_open_connection_is_given_up_and_nothing_is_lost()
    {
        Start(new());
        Advance(1);
        Send(0, 10);
        Advance(1);
        _broker.IsHalfOpen = true;
        Send(10, 10);
        Advance(30);
        Assert.Contains(_events.Values, e => e is MqttUplinkDisconnected { Reason: TimeoutException });
        _broker.IsHalfOpen = false;
        Advance(120);
        Assert.Equal(Enumerable.Range(0, 20), Numbers());
    }

    [Fact]
    public void What_does_not_fit_the_outbox_is_counted_and_told_and_the_numbers_show_the_gap()
    {
        _broker.Stop();
        Start(new() { OutboxSize = 256 * 1024 });
        for (var i = 0; i < 200; i++)
        {
            Send(i * 256, 256);
            Advance(0.2);
        }

        var lost = _events.Values.OfType<MqttUplinkLost>().ToArray();
        Assert.NotEmpty(lost);
        Assert.Equal(lost.Sum(l => l.Count), lost[^1].Total);
        _broker.Start();
        Advance(120);
        var batches = Batches();
        Assert.Equal(200 * 256, lost[^1].Total + batches.Sum(b => b.Frames.Count));
        Assert.Equal((ulong)lost[^1].Total, batches[0].Sequence);
        Assert.Equal(batches.Skip(1).Select(b => b.Sequence), batches.SkipLast(1).Select(b => b.Next));
    }

    [Fact]
    public void A_killed_uplink_leaves_its_frames_to_the_next()
    {
        _broker.Stop();
        var files = new FaultyFiles();
        var first = MqttUplinkExtensions.Publish(_frames, null, _broker, Link, Topic, null, _time, files).Subscribe(_ => { });
        Send(0, 600);
        Advance(1);
        var found = files.After(null);
        first.Dispose();
        Advance(1);

        _broker.Start();
        _uplink = MqttUplinkExtensions.Publish(_frames, null, _broker, Link, Topic, null, _time, found).Subscribe(_events);
        Send(600, 10);
        Advance(120);
        Assert.Equal(Enumerable.Range(0, 610), Numbers());
        Assert.Equal(2, Batches().Select(b => b.Stream).Distinct().Count());
    }

    [Fact]
    public void A_source_that_ends_ends_the_uplink_when_everything_has_arrived()
    {
        _broker.Stop();
        Start(new());
        Send(0, 10);
        _frames.OnCompleted();
        Advance(10);
        Assert.False(_events.HasEnded);
        _broker.Start();
        Advance(120);
        Assert.True(_events.IsCompleted);
        Assert.Equal(Enumerable.Range(0, 10), Numbers());
        Assert.Contains("\"online\":false", State(), StringComparison.Ordinal);
    }

    [Fact]
    public void Presence_is_retained_and_the_broker_says_when_the_uplink_is_gone()
    {
        Start(new());
        Advance(1);
        Assert.Contains("\"online\":true", State(), StringComparison.Ordinal);
        _broker.Break();
        Assert.Contains("\"online\":false", State(), StringComparison.Ordinal);
        Advance(10);
        Assert.Contains("\"online\":true", State(), StringComparison.Ordinal);
        _uplink!.Dispose();
        Advance(1);
        Assert.Contains("\"online\":false", State(), StringComparison.Ordinal);
    }

    [Fact]
    public void On_demand_only_what_is_wanted_is_sent_until_nobody_asks_again()
    {
        Start(new() { OnDemand = true });
        Advance(1);
        Send(0, 10);
        Advance(1);
        Assert.Empty(Batches());

        Ask("""{"client":"a","filter":"100-104","seconds":30}""");
        Ask("""{"client":"b","filter":"104-106","seconds":10}""");
        Advance(1);
        Send(0, 10); // 0x100 to 0x109
        Advance(1);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Numbers());
        Advance(10);
        Send(0, 10);
        Advance(1);
        Assert.Equal([0, 1, 2, 3, 4], Numbers().Skip(7));
        Advance(20);
        Send(0, 10);
        Advance(1);
        Assert.Equal(12, Numbers().Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"client\":\"a\"}")]
    [InlineData("{\"client\":\"a\",\"filter\":\"xyz\",\"seconds\":10}")]
    [InlineData("{\"client\":\"a\",\"filter\":\"*\",\"seconds\":1e9}")]
    [InlineData("{\"client\":\"a\",\"filter\":\"*\",\"seconds\":\"1\"}")]
    [InlineData("{\"client\":\"\\ud800\",\"filter\":\"*\",\"seconds\":1}")]
    [InlineData("{\"client\":5,\"filter\":\"*\",\"seconds\":1}")]
    [InlineData("[[[[[[[[[[[[[[[[")]
    public void A_malformed_wish_is_refused_and_counted(string json)
    {
        Start(new() { OnDemand = true });
        Advance(1);
        Ask(json);
        Advance(1);
        Assert.Equal(1, Assert.Single(_events.Values.OfType<MqttUplinkRefused>()).Total);
        Assert.Equal(1, _broker.Connects);
    }

    [Fact]
    public void A_refused_publication_is_tried_again_after_a_pause()
    {
        var isRefused = true;
        _broker.Refuses = topic => isRefused && topic == Topic + "/frames";
        Start(new());
        Send(0, 5);
        Advance(600);
        Assert.InRange(_events.Values.Count(e => e is MqttUplinkDisconnected { Reason: MqttRefusedException }), 10, 40); // after pauses that grow
        isRefused = false;
        Advance(120);
        Assert.Equal(Enumerable.Range(0, 5), Numbers());
    }

    [Fact]
    public void Signals_are_published_as_JSON()
    {
        using var comma = new Comma();
        var values = new Subject<double>();
        using var uplink = MqttUplinkExtensions.Publish(
            values, _broker, Link, "truck42/speed", static (writer, value) => writer.WriteNumber("value", value), null, _time).Subscribe(_events);
        Advance(1);
        values.OnNext(42.5);
        Advance(1);
        Assert.Equal("""{"time":"2026-01-01T00:00:01+00:00","value":42.5}""", Encoding.UTF8.GetString(_broker.Published.Single(p => p.Topic == "truck42/speed").Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a/#")]
    [InlineData("a/+/b")]
    [InlineData("$SYS/a")]
    public void A_topic_that_cannot_be_published_to_is_refused_at_once(string topic) =>
        Assert.Throws<ArgumentException>(() => _frames.PublishTo(Link, topic));

    private void Start(MqttUplinkOptions options) =>
        _uplink = MqttUplinkExtensions.Publish(_frames, null, _broker, Link, Topic, options, _time).Subscribe(_events);

    private void Send(int first, int count)
    {
        for (var i = first; i < first + count; i++)
            _frames.OnNext(new CanFrame(0x100 + (i % 0x100), BitConverter.GetBytes(i)));
    }

    private void Advance(double seconds) => _time.AdvanceBy(TimeSpan.FromSeconds(seconds));

    private void Ask(string json) => _broker.Publish(Topic + "/want", Encoding.UTF8.GetBytes(json));

    private string State() => Encoding.UTF8.GetString(_broker.Retained(Topic + "/state")!);

    private List<MqttBatch> Batches() => [.. _broker.Published.Where(p => p.Topic == Topic + "/frames").Select(p => MqttBatch.Decode(p.Payload))];

    private List<int> Numbers() => [.. Batches().SelectMany(b => b.Frames).Select(f => BitConverter.ToInt32(f.Data))];
}
