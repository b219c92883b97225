using System.Diagnostics;
using System.Reactive.Linq;
using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

[Collection(nameof(Alone))]
public sealed class ReaderTests : IDisposable
{
    private readonly VcanTestBus _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void A_million_frames_at_full_speed_arrive_in_order_or_are_counted_as_lost()
    {
        const int Sent = 1_000_000;
        using var bus = _wire.Open();
        using var sender = _wire.Open();
        long received = 0, lost = 0, gaps = 0;
        var next = 0;
        using var events = bus.Events.OfType<CanFramesDropped>().Subscribe(e => Interlocked.Add(ref lost, e.Count));
        using var frames = bus.Subscribe(f =>
        {
            var i = BitConverter.ToInt32(f.Data);
            gaps += i < next ? long.MaxValue / 2 : i - next; // broken order cannot be compensated for
            next = i + 1;
            Interlocked.Increment(ref received);
        });

        for (var i = 0; i < Sent; i++)
            sender.Send(new CanFrame(0x123, BitConverter.GetBytes(i)));

        Eventually.True(() => Interlocked.Read(ref received) + Interlocked.Read(ref lost) == Sent, "every frame has arrived or is counted as lost");
        Assert.Equal(lost, gaps + (Sent - next));
        TestContext.Current.SendDiagnosticMessage($"{received} received, {lost} lost");
    }

    [Fact]
    public void Losses_are_never_counted_backwards()
    {
        const int Bursts = 2_000, Sent = 40;
        using var bus = _wire.Open(new() { ReceiveBufferSize = 8_000 });
        using var sender = _wire.Open();
        using var losses = bus.Events.OfType<CanFramesDropped>().Record();
        long received = 0;
        using var frames = bus.Subscribe(_ =>
        {
            Thread.SpinWait(100);
            Interlocked.Increment(ref received);
        });

        for (var i = 0; i < Bursts * Sent; i++)
        {
            sender.Send(new CanFrame(0x123, []));
            if (i % Sent == 0)
                Thread.Yield();
        }

        Eventually.True(
            () => Interlocked.Read(ref received) + losses.Values.Sum(e => e.Count) == Bursts * Sent, "every frame has arrived or is counted as lost");
        Assert.All(losses.Values, e => Assert.InRange(e.Count, 1, Bursts * Sent));
        Assert.Equal(losses.Values.Select(e => e.Total).Order(), losses.Values.Select(e => e.Total));
    }

    [Fact]
    public void A_bus_on_all_interfaces_knows_the_state_of_each_controller()
    {
        using var other = new VcanTestBus();
        using var any = CanBus.Open("any");
        var events = any.Events.Where(e => e.Interface == _wire.Name || e.Interface == other.Name); // not those of tests beside this one
        using var states = events.OfType<CanStateChanged>().Select(e => (e.Interface, e.State)).Record();
        using var a = _wire.Open();
        using var b = other.Open();
        var passive = CanFrame.Error(new() { Class = CanErrorClass.Controller, Controller = CanControllerStatus.TransmitPassive, TransmitErrors = 130 });

        a.Send(passive);
        b.Send(passive);
        states.WaitForCount(2);
        using var down = events.Where(e => e is CanLinkDown).Record();
        _wire.LinkDown();
        down.WaitForCount(1);
        b.Send(passive); // is no news
        _wire.LinkUp();
        a.Send(passive);

        Assert.Equal(
            [(_wire.Name, CanState.ErrorPassive), (other.Name, CanState.ErrorPassive), (_wire.Name, CanState.ErrorPassive)],
            states.WaitForCount(3).Values);
    }

    [Fact]
    public void Link_news_does_not_wait_until_all_frames_are_read()
    {
        const int Sent = 12_000;
        var frame = new CanFrame(CanId.Extended(0x1ABCDEF1), []); // a bus on all interfaces sees what other tests send, and their links
        using var other = new VcanTestBus();
        using var any = CanBus.Open("any", new() { ReceiveBufferSize = 16 << 20 });
        using var sender = _wire.Open();
        using var all = new ManualResetEventSlim();
        int received = 0, atNews = -1;
        using var frames = any.Where(CanFilter.Id(frame.Id)).Subscribe(_ =>
        {
            if (Interlocked.Increment(ref received) == 1)
                all.Wait();
        });
        using var news = any.Events.Where(e => e is CanLinkDown { Interface: var link } && link == other.Name).Subscribe(_ => atNews = Volatile.Read(ref received));

        sender.Send(frame);
        Eventually.True(() => Volatile.Read(ref received) == 1, "the reader is at the first frame");
        for (var i = 1; i < Sent; i++)
            sender.Send(frame);
        other.LinkDown();
        all.Set();

        Eventually.True(() => Volatile.Read(ref received) == Sent && Volatile.Read(ref atNews) >= 0, "every frame and the news have arrived");
        Assert.InRange(atNews, 1, Sent / 2); // after 16 batches of 64, the reader looks at what else there is; three such turns may pass
    }

    [Fact]
    public void Receiving_allocates_nothing_per_frame()
    {
        const int Sent = 2_000;
        using var bus = _wire.Open();
        using var sender = _wire.Open();
        long allocated = 0, received = 0, sum = 0;
        using var frames = bus.Where(f => f.Id == 0x123).Select(f => f.Data[0]).Subscribe(b =>
        {
            sum += b;
            allocated = GC.GetAllocatedBytesForCurrentThread();
            Interlocked.Increment(ref received);
        });
        long Send(CanFrame frame)
        {
            var before = Interlocked.Read(ref received);
            for (var i = 0; i < Sent; i++)
                sender.Send(frame);
            Eventually.True(() => Interlocked.Read(ref received) == before + Sent, "all have arrived");
            return allocated;
        }

        var fd = CanFrame.Fd(0x123, new byte[64]);
        var classic = new CanFrame(0x123, [1, 2, 3, 4, 5, 6, 7, 8]);
        foreach (var frame in (CanFrame[])[classic, fd])
        {
            // One-time allocations by the runtime, such as a stub, do not count.
            var marks = Enumerable.Range(0, 6).Select(_ => Send(frame)).ToArray();
            Assert.Contains(0, marks.Zip(marks.Skip(1), (before, after) => after - before));
        }
    }

    [Fact]
    public void A_bus_on_all_interfaces_reports_where_each_frame_came_from()
    {
        using var other = new VcanTestBus();
        using var any = CanBus.Open("any");
        using var frames = any.Where(f => f.Id == 0x123 && (f.Interface == _wire.Name || f.Interface == other.Name)).Record();
        using var a = _wire.Open();
        using var b = other.Open();

        a.Send(new CanFrame(0x123, [1]));
        b.Send(new CanFrame(0x123, [2]));
        a.Send(new CanFrame(0x123, [3]));

        Assert.Equal([_wire.Name, other.Name, _wire.Name], frames.WaitForCount(3).Values.Select(f => f.Interface));
        Assert.Contains("by its name", Assert.Throws<CanBusException>(() => any.Send(new CanFrame(1, []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bus_on_all_interfaces_reports_every_link_and_outlives_the_interfaces()
    {
        using var other = new VcanTestBus();
        using var any = CanBus.Open("any");
        using var events = any.Events.Where(e => e.Interface == other.Name).Record();
        using var frames = any.Where(f => f.Interface == _wire.Name).Record();

        other.LinkDown();
        Assert.Equal(other.Name, events.WaitFor(e => e is CanLinkDown).Interface);
        other.LinkUp();
        Assert.Equal(other.Name, events.WaitFor(e => e is CanLinkUp).Interface);
        other.Remove();
        events.WaitFor(e => e is CanLinkRemoved);

        using var sender = _wire.Open();
        sender.Send(new CanFrame(1, [1]));
        frames.WaitForCount(1);
        Assert.Null(frames.End);
    }

    [Fact]
    public void Hardware_timestamps_fall_back_to_kernel_timestamps_without_hardware_support()
    {
        using var bus = _wire.Open(new() { HardwareTimestamps = true });
        using var frames = bus.Record();
        using var sender = _wire.Open();

        sender.Send(new CanFrame(1, [1]));

        Assert.InRange(frames.WaitForCount(1).Values[0].Timestamp, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    [Fact]
    public void The_error_for_a_CAN_FD_frame_on_a_classic_interface_gives_the_command_to_fix_it()
    {
        VcanTestBus.Ip($"link set {_wire.Name} down");
        VcanTestBus.Ip($"link set {_wire.Name} mtu 16 up");
        using var bus = _wire.Open();

        var error = Assert.Throws<CanNotSupportedException>(() => bus.Send(CanFrame.Fd(1, [1])));

        Assert.Contains("mtu 72", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_are_exchanged_with_another_program()
    {
        using var bus = _wire.Open();
        using var frames = bus.Record();
        using var candump = Process.Start(new ProcessStartInfo("candump", $"-L -n 2 {_wire.Name}") { RedirectStandardOutput = true })!;
        // candump has its socket once the kernel lists one more receiver of all frames on this interface.
        Eventually.True(
            () => File.ReadLines("/proc/net/can/rcvlist_all").Count(l => l.Contains(_wire.Name, StringComparison.Ordinal)) == 2, "candump listens");

        Kernel.Run("cansend", $"{_wire.Name} 1F334455##311223344");
        frames.WaitForCount(1);
        bus.Send(CanFrame.Parse("123#DEADBEEF", null));

        var lines = candump.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(frames.Values[0].ToString("L"), lines[0]);
        Assert.EndsWith($"{_wire.Name} 123#DEADBEEF", lines[1], StringComparison.Ordinal);
    }
}
