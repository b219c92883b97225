using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Mqtt;
using RxCan.Mqtt.Remote;
using RxCan.Mqtt.Transport;
using RxCan.Tests.Brokers;
using RxCan.Tests.Outbox;

namespace RxCan.Tests.Remote;

/// <summary>
/// Both ends and everything between them at random: connections break, deliveries are lost, repeated and swapped, the broker crashes with or
/// without its sessions, both ends are disposed, killed and begin again. The subscriber sees what was sent, in order, or is told the gap.
/// </summary>
public sealed class RandomFleetTests
{
    private const string Topic = "truck42/can0";

    [Fact]
    [Trait("Length", "Long")]
    public void The_subscriber_sees_a_prefix_exact_sequence_or_a_told_gap()
    {
        var seed = Random.Shared.Next(1 << 30);
        for (var n = 0; n < RandomCases.Of(300); n++)
            new Run(new Random(seed + n), $"Seed {seed + n}").Play();
    }

    private sealed class Run(Random random, string which)
    {
        private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        private TestBroker _broker = null!;
        private FaultyFiles _files = new();
        private Subject<CanFrame> _frames = new();
        private Killable _far = null!;
        private IDisposable _uplink = null!;
        private RemoteBus _can = null!;
        private List<object> _seen = []; // (run, number), and events
        private readonly MqttUplinkOptions _options = new()
        {
            BatchFrames = random.Next(1, 20),
            InFlight = random.Next(1, 8),
            Compression = random.Next(2) == 0 ? MqttCompression.None : MqttCompression.Deflate,
        };

        private readonly bool _hasSession = random.Next(2) == 0;
        private int _run;
        private int _number;

        public void Play()
        {
            _broker = new(_time, TimeSpan.FromMilliseconds(random.Next(1, 50)));
            StartFar();
            StartNear();
            for (var steps = random.Next(5, 60); steps > 0; steps--)
                Step();
            Recover();
        }

        private void Step()
        {
            switch (random.Next(16))
            {
                case 0:
                    _broker.Break(_ => random.Next(2) == 0);
                    break;
                case 1:
                    _broker.Stop(random.Next(3) == 0);
                    break;
                case 2 or 3:
                    _broker.Start();
                    break;
                case 4:
                    _uplink.Dispose();
                    do
                        Advance(random.Next(3));
                    while (!_files.IsDisposed); // the lock file
                    _files = _files.After(null);
                    StartFar();
                    break;
                case 5:
                    _far.IsKilled = true;
                    _files = _files.After(random.Next(2) == 0 ? random : null);
                    _broker.Break();
                    StartFar();
                    break;
                case 6 when random.Next(3) == 0:
                    Check();
                    _can.Dispose();
                    StartNear();
                    break;
                case 7:
                    var (loss, twice, late) = (random.Next(20), random.Next(20), random.Next(10));
                    _broker.Faults = topic => topic.EndsWith("/frames", StringComparison.Ordinal)
                        ? (random.Next(100) < loss ? 0 : random.Next(100) < twice ? 2 : 1, random.Next(100) < late)
                        : (1, false);
                    break;
                case 8:
                    _broker.IsHalfOpen = !_broker.IsHalfOpen;
                    break;
                default:
                    for (var count = random.Next(60); count > 0; count--)
                        _frames.OnNext(new CanFrame(0x123, [.. BitConverter.GetBytes(_run), .. BitConverter.GetBytes(_number++)]));
                    break;
            }

            Advance(random.Next(4) == 0 ? random.Next(40) : random.NextDouble());
        }

        /// <summary>Everything works again: what is sent now arrives.</summary>
        private void Recover()
        {
            _broker.Faults = null;
            _broker.IsHalfOpen = false;
            _broker.Start();
            Advance(300);
            _frames.OnNext(new CanFrame(0x123, [.. BitConverter.GetBytes(_run), .. BitConverter.GetBytes(_number)]));
            Advance(10);
            Check();
            Assert.True(_seen.Contains((_run, _number)), $"{which}: the last frame did not arrive"); // one of an older run may follow, late
            _uplink.Dispose();
            _can.Dispose();
            Advance(10);
        }

        private void Check()
        {
            var (missing, told) = Count();
            for (var patience = 100; missing != told && patience > 0; patience--)
            {
                Advance(0.05); // losses are told within 100 ms, but others may follow
                (missing, told) = Count();
            }

            Assert.True(missing == told, $"{which}: {missing} are missing, {told} were told");
        }

        private (long Missing, long Told) Count()
        {
            var (latest, isDownTold) = ((int?)null, false);
            var next = new Dictionary<int, int>(); // by run
            var (missing, told) = (0L, 0L);
            foreach (var seen in _seen)
            {
                if (seen is not (int, int))
                {
                    told += seen is CanFramesDropped dropped ? dropped.Count : 0;
                    isDownTold |= seen is CanLinkDown;
                    continue;
                }

                var (run, number) = ((int, int))seen;
                var expected = next.TryGetValue(run, out var known) ? known : latest is null ? number : 0;
                Assert.True(number >= expected, $"{which}: {run}/{number}, expected {expected}");
                Assert.True(latest is null || run == latest || isDownTold, $"{which}: {run}/{number} after {latest}, and nothing was told");
                missing += number - expected;
                next[run] = number + 1;
                (latest, isDownTold) = (run, false);
            }

            return (missing, told);
        }

        private void StartFar()
        {
            _run++;
            _number = 0;
            _frames = new();
            _far = new(_broker);
            _uplink = MqttUplinkExtensions.Publish(_frames, null, _far, new MqttLink("broker"), Topic, _options, _time, _files).Subscribe(_ => { });
        }

        private void StartNear()
        {
            _seen = [];
            var seen = _seen;
            var link = new MqttLink("broker") { ClientId = $"near{random.Next()}" };
            var options = new MqttBusOptions { SessionExpiry = _hasSession ? TimeSpan.FromDays(1) : TimeSpan.Zero };
            _can = new RemoteBus("mqtt://broker/" + Topic, _broker, link, Topic, options, CanBusOptions.Default, _time);
            _can.Events.Subscribe(e => seen.Add(e));
            _can.Subscribe(f => seen.Add((BitConverter.ToInt32(f.Data), BitConverter.ToInt32(f.Data[4..]))));
        }

        private void Advance(double seconds) => _time.AdvanceBy(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>The transport of a process that can be killed: nothing of it reaches anybody any more.</summary>
    private sealed class Killable(IMqttTransport transport) : IMqttTransport
    {
        public bool IsKilled { get; set; }

        public IMqttConnection Connect(MqttHello hello, IMqttSink sink) =>
            IsKilled ? new Dead() : new Alive(this, transport.Connect(hello, sink));

        private sealed class Dead : IMqttConnection
        {
            public void Publish(in MqttPublication publication)
            {
            }

            public void Subscribe(string topic)
            {
            }

            public void Unsubscribe(string topic)
            {
            }

            public void Acknowledge(in MqttDelivery delivery)
            {
            }

            public void Close()
            {
            }

            public void Dispose()
            {
            }
        }

        private sealed class Alive(Killable process, IMqttConnection connection) : IMqttConnection
        {
            public void Publish(in MqttPublication publication)
            {
                if (!process.IsKilled)
                    connection.Publish(publication);
            }

            public void Subscribe(string topic) => connection.Subscribe(topic);

            public void Unsubscribe(string topic) => connection.Unsubscribe(topic);

            public void Acknowledge(in MqttDelivery delivery) => connection.Acknowledge(delivery);

            public void Close() => connection.Close();

            public void Dispose() => connection.Dispose();
        }
    }
}
