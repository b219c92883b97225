using System.Diagnostics;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Mqtt;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>Everything together, on a real broker and in real time.</summary>
[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class MosquittoTests
{
    private const string Topic = "truck42/can0";

    private static readonly MqttBusOptions Kept = new() { SessionExpiry = TimeSpan.FromHours(1) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Many_frames_go_through_a_broker_in_order(bool isNoDelay)
    {
        const int Count = 200_000;
        using var broker = new Mosquitto(isNoDelay);
        using var end = new Ends(broker, new() { InFlight = 20, BatchTime = TimeSpan.FromMilliseconds(20) });
        var clock = Stopwatch.StartNew();
        end.Send(Count, frame => frame % 20_000 == 0); // the outbox takes what the broker cannot yet
        end.WaitForAll();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count / clock.Elapsed.TotalSeconds:N0} frames/s, no delay: {isNoDelay}");
        end.AssertNothingLost();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_broker_that_was_stopped_or_killed_costs_no_frame_that_was_not_in_it(bool kills)
    {
        using var broker = new Mosquitto();
        using var end = new Ends(broker, new() { BatchFrames = 50 });
        end.SendFor(TimeSpan.FromSeconds(0.5));
        if (!kills)
            end.WaitForAll(); // it saves its sessions every second
        broker.Stop(kills);
        end.SendFor(TimeSpan.FromSeconds(1.5));
        broker.Start();
        end.SendFor(TimeSpan.FromSeconds(0.5));
        end.WaitForAll();
        if (kills)
            end.AssertInOrderAndGapsTold();
        else
            end.AssertNothingLost();
    }

    [Fact]
    public void An_uplink_that_ended_leaves_its_frames_to_the_next_on_disk()
    {
        var folder = Directory.CreateTempSubdirectory("rxcan-outbox-");
        try
        {
            using var broker = new Mosquitto();
            broker.Stop(kills: false);
            using (var end = new Ends(broker, new() { Outbox = folder.FullName }))
            {
                end.Send(10_000, _ => false);
            }

            Eventually.True(() => !IsLocked(folder), "the outbox is closed");
            broker.Start();
            using var next = new Ends(broker, new() { Outbox = folder.FullName });
            next.Expect(10_000);
            next.WaitForAll();
            next.AssertInOrderAndGapsTold();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsLocked(DirectoryInfo folder)
    {
        try
        {
            using var file = new FileStream(Path.Combine(folder.FullName, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>An uplink, and a remote bus that counts what comes.</summary>
    private sealed class Ends : IDisposable
    {
        private readonly Subject<CanFrame> _frames = new();
        private readonly ICanBus _can;
        private readonly IDisposable _uplink;
        private readonly List<CanBusEvent> _events = [];
        private readonly byte[] _data = new byte[8];
        private int _sent;
        private long _received;
        private int _last = -1;
        private long _missing;
        private string? _disorder;

        public Ends(Mosquitto broker, MqttUplinkOptions options)
        {
            var link = new MqttLink("127.0.0.1", broker.Port) { MinPause = TimeSpan.FromMilliseconds(100), MaxPause = TimeSpan.FromMilliseconds(500) };
            _can = MqttBus.Open(link with { ClientId = $"near{Guid.NewGuid():N}" }, Topic, Kept);
            _can.Events.Subscribe(e =>
            {
                lock (_events)
                    _events.Add(e);
            });
            _can.Subscribe(Take);
            _uplink = _frames.PublishTo(link, Topic, options).Subscribe(_ => { });
            if (options.Outbox is not null)
                return;
            Eventually.True(
                () =>
                {
                    _frames.OnNext(new CanFrame(0x7FF, []));
                    return Interlocked.Read(ref _received) > 0;
                },
                "frames arrive");
        }

        public void Expect(int count) => _sent = count;

        public void Send(int count, Func<int, bool> waits)
        {
            for (; count > 0; count--)
            {
                BitConverter.TryWriteBytes(_data, _sent);
                _data[4] = (byte)(_sent >> 3);
                _frames.OnNext(new CanFrame(0x100 + (_sent % 40), _data));
                if (waits(++_sent))
                    SpinWait.SpinUntil(() => _sent - Volatile.Read(ref _last) < 40_000, TimeSpan.FromSeconds(20));
            }
        }

        /// <summary>4,000 frames/s.</summary>
        public void SendFor(TimeSpan time)
        {
            var clock = Stopwatch.StartNew();
            var first = _sent;
            while (clock.Elapsed < time)
            {
                Send((int)(clock.Elapsed.TotalSeconds * 4000) - (_sent - first), _ => false);
                Thread.Yield();
            }
        }

        public void WaitForAll() => Eventually.True(() => Volatile.Read(ref _last) == _sent - 1, $"the last of {_sent} frames arrives");

        public void AssertNothingLost()
        {
            Assert.Null(_disorder);
            Assert.Equal(0, _missing);
            lock (_events)
                Assert.DoesNotContain(_events, e => e is CanFramesDropped);
        }

        public void AssertInOrderAndGapsTold()
        {
            Assert.Null(_disorder);
            Eventually.True(
                () =>
                {
                    lock (_events)
                        return _events.OfType<CanFramesDropped>().Sum(e => e.Count) == _missing;
                },
                "what is missing is told");
        }

        public void Dispose()
        {
            _uplink.Dispose();
            _can.Dispose();
            _frames.Dispose();
        }

        private void Take(CanFrame frame)
        {
            Interlocked.Increment(ref _received);
            if (frame.Id == 0x7FF)
                return;
            var number = BitConverter.ToInt32(frame.Data);
            if (number <= _last)
                _disorder ??= $"{number} after {_last}";
            _missing += number - _last - 1;
            Volatile.Write(ref _last, number);
        }
    }
}
