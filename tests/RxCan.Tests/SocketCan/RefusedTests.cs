using System.Reactive;
using System.Reactive.Linq;
using System.Runtime.InteropServices;
using System.Text;
using RxCan.Frames;
using RxCan.SocketCan;
using RxCan.SocketCan.Sockets;
using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

/// <summary>What the kernel refuses is reported, and what it would misunderstand does not reach it. No other tests run beside these, because they take a file of the process away.</summary>
[Collection(nameof(Alone))]
public sealed partial class RefusedTests : IDisposable
{
    private readonly VcanTestBus _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void A_filter_that_the_kernel_refuses_is_an_error_of_the_subscription_and_no_trouble_of_the_others()
    {
        using var other = _wire.Open();
        var before = Sockets();
        using var bus = _wire.Open();
        var socket = Assert.Single(Sockets().Except(before));
        using var tested = new ManualResetEventSlim();
        using var isReading = new ManualResetEventSlim();
        using var first = bus.Where(CanFilter.Id(1)).Do(_ =>
        {
            isReading.Set();
            tested.Wait(); // the reader does not touch its socket until the test has put another file in its place and back
        }).Record();
        using var both = bus.Where(CanFilter.Id(2)).Record();
        other.Send(new CanFrame(1, [1]));
        isReading.Wait();
        var kept = Dup(socket);
        try
        {
            using (var nothing = File.OpenHandle("/dev/null"))
                Assert.True(Dup2((int)nothing.DangerousGetHandle(), socket) >= 0); // from here on the kernel refuses

            using var refused = bus.Where(CanFilter.Id(3)).Record();

            Assert.Equal(NotificationKind.OnError, refused.End?.Kind);
            Assert.Contains("setsockopt(CAN_RAW_FILTER)", Assert.IsType<CanBusException>(refused.End!.Exception).Message, StringComparison.Ordinal);
            refused.Dispose();
            both.Dispose(); // a narrower filter is refused too, which is nobody's trouble
        }
        finally
        {
            var isBack = Dup2(kept, socket) >= 0 && Close(kept) == 0;
            tested.Set();
            Assert.True(isBack);
        }

        other.Send(new CanFrame(1, [2]));
        first.WaitForCount(2);
        Assert.Null(first.End);
        bus.Dispose();
        first.WaitForEnd();
    }

    [Fact]
    public void When_the_system_refuses_to_wait_events_say_so_and_work_later()
    {
        const string Watches = "/proc/sys/fs/epoll/max_user_watches";
        Assert.SkipUnless(Kernel.IsGuest, "Needs a kernel of its own, because it changes a limit of all programs.");
        using var bus = _wire.Open();
        Recording<CanBusEvent> events;

        // Not by taking the process's file descriptors: the runtime opens each assembly that it loads, and never tries again what it could not open.
        var limit = File.ReadAllText(Watches);
        File.WriteAllText(Watches, "0");
        try
        {
            events = bus.Events.Record();
            events.WaitForCount(1);
        }
        finally
        {
            File.WriteAllText(Watches, limit);
        }

        Assert.Contains("cannot receive: epoll_ctl", Assert.IsType<CanReceiveFailed>(events.Values[0]).Exception.Message, StringComparison.Ordinal);
        events.WaitFor(e => e is CanLinkUp);
        using var sender = _wire.Open();
        sender.Send(CanFrame.Error(new() { Class = CanErrorClass.Protocol }));
        events.WaitFor(e => e is CanErrorReported);
        Assert.DoesNotContain(events.Values, e => e is CanLinkDown or CanLinkRemoved);
        events.Dispose();
    }

    [Fact]
    public void An_error_of_the_socket_is_not_taken_for_the_removal_of_the_interface()
    {
        using var bus = (SocketCanBus)_wire.Open();
        using var events = bus.Events.Record();
        var before = Sockets();
        using var socket = RawSocket.Open(_wire.Name, CanBusOptions.Default);
        using (var unconnected = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp))
            Assert.True(Dup2((int)unconnected.Handle, Sockets().Except(before).Min()) >= 0); // to receive from it is ENOTCONN
        var reader = new FrameReader(bus, new("RxCan test"), socket, new(bus), links: null, mayWait: false, isBack: false);

        var failed = (CanReceiveFailed)events.WaitForCount(1).Values[0];

        Assert.Contains("recvmmsg", Assert.IsType<CanBusException>(failed.Exception).Message, StringComparison.Ordinal);
        reader.Leave();
    }

    [Fact]
    public void A_frame_says_that_the_link_is_up_where_netlink_is_not_allowed()
    {
        using var bus = (SocketCanBus)_wire.Open();
        using var sender = _wire.Open();
        using var events = bus.Events.Record(); // from its own reader and the one below
        using var socket = RawSocket.Open(_wire.Name, CanBusOptions.Default);
        socket.SetFilter([CanFilterEntry.All]);
        var reader = new FrameReader(bus, new("RxCan test"), socket, new(bus), links: null, mayWait: false, isBack: false);

        _wire.LinkDown();
        Eventually.True(() => events.Values.Count(e => e is CanLinkDown) == 2, "both have seen it");
        _wire.LinkUp();
        events.WaitFor(e => e is CanLinkUp);
        sender.Send(new CanFrame(1, []));

        Eventually.True(() => events.Values.Count(e => e is CanLinkUp) == 2, "the frame has come");
        reader.Leave();
    }

    [Fact]
    public void A_name_that_no_interface_can_have_opens_none()
    {
        var longest = $"rxlong{Random.Shared.Next(100_000_000, 1_000_000_000)}";
        const string Umlauts = "üüüüüüüü";
        foreach (var (name, wrong) in ((string, string)[])
            [
                (_wire.Name, $"{_wire.Name}\0"), (_wire.Name, $"{_wire.Name}\0x"), (longest, $"{longest}x"), (longest, $"{longest}-and-more"),
                ("rxüüüüüü", "rxüüüüüüü"),
            ])
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 15);
            if (name != _wire.Name)
                CanLinks.CreateVcan(name, new() { IsUp = true });
            try
            {
                CanBus.Open(name).Dispose();
                Assert.Equal(wrong, Assert.Throws<CanInterfaceNotFoundException>(() => CanBus.Open(wrong)).Interface);
                Assert.Throws<CanInterfaceNotFoundException>(() => CanLinks.Get(wrong));
                Assert.Throws<CanInterfaceNotFoundException>(() => CanLinks.Down(wrong));
                Assert.Throws<CanInterfaceNotFoundException>(() => CanLinks.Delete(wrong));
                Assert.Throws<ArgumentException>(() => CanLinks.CreateVcan(wrong));
                Assert.True(CanLinks.Get(name).IsUp);
            }
            finally
            {
                if (name != _wire.Name)
                    CanLinks.Delete(name);
            }
        }

        Assert.Throws<CanInterfaceNotFoundException>(() => CanBus.Open(Umlauts)); // 16 bytes
    }

    private static int[] Sockets() =>
    [
        .. from file in Directory.GetFiles("/proc/self/fd")
           where new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true
           select int.Parse(Path.GetFileName(file), System.Globalization.CultureInfo.InvariantCulture),
    ];

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Dup2(int file, int into);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Dup(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
