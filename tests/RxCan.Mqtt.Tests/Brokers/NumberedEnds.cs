using System.Diagnostics;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Mqtt;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>An uplink of numbered frames, and a remote bus, with a session that the broker keeps, that checks what comes.</summary>
internal sealed class NumberedEnds : IDisposable
{
    public const string Topic = "truck42/can0";
    public const int Probe = 0x7FF;

    private static readonly ManualResetEventSlim Never = new();
    private static readonly MqttBusOptions Kept = new() { SessionExpiry = TimeSpan.FromHours(1), RefreshPeriod = TimeSpan.FromSeconds(1) };

    private readonly Subject<CanFrame> _frames = new();
    private readonly ICanBus _can;
    private readonly IDisposable? _uplink;
    private readonly MqttLink _link;
    private readonly List<CanBusEvent> _events = [];
    private readonly List<MqttUplinkEvent> _happened = [];
    private readonly byte[] _data = new byte[8];
    private int _sent;
    private long _received;
    private int _last = -1;
    private long _missing;
    private string? _disorder;

    /// <summary>Starts both.</summary>
    /// <param name="broker">Where they meet.</param>
    /// <param name="options">Of the uplink; no uplink if null.</param>
    /// <param name="patience">Their link's, or its default.</param>
    public NumberedEnds(Mosquitto broker, MqttUplinkOptions? options, TimeSpan? patience = null)
    {
        _link = new MqttLink(broker.Address, broker.Port)
        {
            MinPause = TimeSpan.FromMilliseconds(100),
            MaxPause = TimeSpan.FromMilliseconds(500),
            Patience = patience ?? new MqttLink("localhost").Patience,
        };
        _can = MqttBus.Open(_link with { ClientId = $"near{Guid.NewGuid():N}" }, Topic, Kept);
        _can.Events.Subscribe(e =>
        {
            lock (_events)
                _events.Add(e);
        });
        _can.Subscribe(Take);
        if (options is not null)
        {
            _uplink = _frames.PublishTo(_link, Topic, options).Subscribe(e =>
            {
                lock (_happened)
                    _happened.Add(e);
            });
        }
    }

    public CanBusEvent[] Events
    {
        get
        {
            lock (_events)
                return [.. _events];
        }
    }

    public MqttUplinkEvent[] Happened
    {
        get
        {
            lock (_happened)
                return [.. _happened];
        }
    }

    public int Sent => _sent;

    /// <summary>The latest number that came.</summary>
    public int Last => Volatile.Read(ref _last);

    /// <summary>The numbers that were passed over.</summary>
    public long Missing => Interlocked.Read(ref _missing);

    /// <summary>Waits until the broker knows the remote bus, and passes frames to it; from this uplink, or from one for the purpose.</summary>
    public void WaitForConnection()
    {
        using var uplink = _uplink is null ? _frames.PublishTo(_link, Topic).Subscribe(_ => { }) : null;
        var probes = 0;
        Eventually.True(
            () =>
            {
                _frames.OnNext(new CanFrame(Probe, []));
                probes++;
                Pause();
                return Interlocked.Read(ref _received) > 0;
            },
            "frames arrive");
        Eventually.True(() => _received == probes, "all of them arrive");
    }

    public void Expect(int count) => _sent = count;

    public void Send(int count, Func<int, bool> waits)
    {
        for (; count > 0; count--)
        {
            _frames.OnNext(Frame(_sent, _data));
            if (waits(++_sent))
                SpinWait.SpinUntil(() => _sent - Last < 40_000, TimeSpan.FromSeconds(20));
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
            Pause();
        }
    }

    /// <summary>A millisecond without load for the others.</summary>
    public static void Pause() => Never.Wait(1);

    public static CanFrame Frame(int number, byte[] data)
    {
        BitConverter.TryWriteBytes(data, number);
        data[4] = (byte)(number >> 3);
        return new CanFrame(0x100 + (number % 40), data);
    }

    public void WaitForAll() => Eventually.True(() => Last == _sent - 1, $"the last of {_sent} frames arrives");

    public void AssertNothingLost()
    {
        AssertInOrder();
        Assert.Equal(0, Missing);
        Assert.DoesNotContain(Events, e => e is CanFramesDropped);
        Assert.DoesNotContain(Happened, e => e is MqttUplinkLost);
    }

    public void AssertInOrder() => Assert.Null(_disorder);

    public void AssertInOrderAndGapsTold()
    {
        AssertInOrder();
        Eventually.True(() => Events.OfType<CanFramesDropped>().Sum(e => e.Count) == Missing, "what is missing is told");
    }

    public void Dispose()
    {
        _uplink?.Dispose();
        _can.Dispose();
        _frames.Dispose();
    }

    private void Take(CanFrame frame)
    {
        Interlocked.Increment(ref _received);
        if (frame.Id == Probe)
            return;
        var number = BitConverter.ToInt32(frame.Data);
        if (number <= _last)
            _disorder ??= $"{number} after {_last}";
        Interlocked.Add(ref _missing, number - _last - 1);
        Volatile.Write(ref _last, number);
    }
}
