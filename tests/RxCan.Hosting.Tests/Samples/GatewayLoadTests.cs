using System.Buffers.Binary;
using System.Reactive.Concurrency;
using Gateway;
using Microsoft.Extensions.Logging.Abstractions;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

/// <summary>
/// The sample's gateway between two buses of 500 kbit/s, on virtual time. All frames have 125 bits, so that everything is a multiple of 250 us:
/// the powertrain bus is saturated, and a node of higher priority takes each second frame of the body bus.
/// </summary>
[Collection(nameof(Alone))]
public sealed class GatewayLoadTests
{
    private const int Bitrate = 500_000, Bits = 125, QueueLength = 10;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMicroseconds(250);

    private readonly HistoricalScheduler _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_minute_of_overload_fills_the_body_bus_with_fresh_speeds_and_no_memory()
    {
        var payloads = Payloads(200);
        VirtualCanBus powertrain = new(Bitrate, scheduler: _time) { Name = "powertrain" };
        VirtualCanBus body = new(Bitrate, transmitQueueLength: QueueLength, scheduler: _time) { Name = "body" };
        using ICanBus brakes = powertrain.Connect(), input = powertrain.Connect(), output = body.Connect(), doors = body.Connect(), cluster = body.Connect();
        using var sourceLoad = input.BusLoad(Bitrate, TimeSpan.FromSeconds(1)).Record();
        using var bodyLoad = cluster.BusLoad(Bitrate, TimeSpan.FromSeconds(1)).Record();
        var heard = new Dictionary<ulong, DateTimeOffset>();
        var (forwarded, longest) = (0, TimeSpan.Zero);
        using var hears = input.Subscribe(frame => heard[Number(frame)] = frame.Timestamp);
        using var shows = cluster.Where(CanFilter.Id(SpeedGateway.BodySpeed)).Subscribe(frame =>
        {
            forwarded++;
            var latency = frame.Timestamp - heard[Number(frame)];
            longest = latency > longest ? latency : longest;
        });
        var gateway = new SpeedGateway(input, output, NullLogger<SpeedGateway>.Instance);
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        var door = WithBits(0x100);
        using var half = DueEvery(2 * FrameTime, () => doors.Send(door));
        _ = Saturate();

        _time.AdvanceBy(TimeSpan.FromSeconds(10));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        _time.AdvanceBy(TimeSpan.FromSeconds(50));
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        await gateway.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(1.0, 60), sourceLoad.Values.Select(load => load.Load));
        Assert.Equal(Enumerable.Repeat(1.0, 60), bodyLoad.Values.Select(load => load.Load));
        Assert.InRange(forwarded, 119_990, 120_000); // one in two frame times

        // A frame waits until it is the first of those that wait: each newer one drops one before it. Then it waits in SendAsync while a frame of the
        // controller's queue is sent, then behind the rest of that queue. On this bus, sending a frame takes two frame times.
        var longestByArithmetic = FrameTime * (SpeedGateway.Limits.Capacity + (2 * (1 + QueueLength + 1)));
        Assert.InRange(longest, longestByArithmetic - FrameTime, longestByArithmetic);
        Assert.InRange(grown, long.MinValue, 100_000);

        async Task Saturate()
        {
            for (var i = 0; ; i = (i + 1) % payloads.Length)
                await brakes.SendAsync(payloads[i]).ConfigureAwait(false);
        }
    }

    private IDisposable DueEvery(TimeSpan period, Action action) => System.Reactive.Linq.Observable.Timer(TimeSpan.Zero, period, _time).Subscribe(_ => action());

    /// <summary>What the gateway leaves as it is: the third and the fourth wheel.</summary>
    private static ulong Number(in CanFrame frame) => BinaryPrimitives.ReadUInt32LittleEndian(frame.Data[4..]);

    private static CanFrame WithBits(CanId id)
    {
        for (var i = 0L; ; i++)
        {
            var frame = new CanFrame(id, BitConverter.GetBytes(i * 0x0123_4567_89AB_CDEF));
            if (CanFrameBits.Of(frame).Total == Bits)
                return frame;
        }
    }

    /// <summary>Frames that have as many bits on both buses.</summary>
    private static CanFrame[] Payloads(int count)
    {
        byte[] bytes = [0x00, 0xFF, 0x01, 0xFE, 0x07, 0xF8, 0x0F, 0xF0, 0x1F, 0xE0, 0x7F, 0x80]; // for many stuff bits
        var random = new Random(1);
        var found = new Dictionary<ulong, CanFrame>();
        Span<byte> data = stackalloc byte[8];
        while (found.Count < count)
        {
            random.GetItems(bytes, data);
            var frame = new CanFrame(SpeedGateway.WheelSpeeds, data);
            if (CanFrameBits.Of(frame).Total == Bits && CanFrameBits.Of(SpeedGateway.Convert(frame)).Total == Bits)
                found[Number(frame)] = frame;
        }

        return [.. found.Values];
    }
}
