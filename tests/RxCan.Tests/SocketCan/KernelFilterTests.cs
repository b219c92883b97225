using System.Globalization;
using System.Reactive.Linq;
using CsCheck;
using RxCan.SocketCan.Sockets;
using RxCan.Tests.Bus;
using RxCan.Tests.Frames;

namespace RxCan.Tests.SocketCan;

/// <summary>The filters that the kernel has registered for an interface, as /proc/net/can shows them.</summary>
public sealed class KernelFilterTests : IDisposable
{
    private readonly VcanTestBus _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void Exact_ids_take_one_indexed_entry_each_and_match_no_other_frames()
    {
        using var bus = _wire.Open();
        using var sender = _wire.Open();
        var a = bus.Where(CanFilter.Id(0x123)).Record();
        var b = bus.Where(CanFilter.Id(0x456)).Record();
        var c = bus.Where(CanFilter.Id(CanId.Extended(0x123))).Record();

        Assert.Equal(2, Entries("rcvlist_sff").Count);
        Assert.Single(Entries("rcvlist_eff"));
        Assert.Empty(Entries("rcvlist_fil"));
        Assert.Empty(Entries("rcvlist_all"));

        for (var i = 0; i < 100; i++)
            sender.Send(new CanFrame(0x200 + i, [1]));
        sender.Send(CanFrame.Remote(0x123));
        sender.Send(new CanFrame(0x123, [1]));
        a.WaitForCount(1);
        Eventually.True(() => Entries("rcvlist_sff").Sum(e => e.Matches) >= 1, "the kernel has counted what it has handed up");
        Assert.Equal([1, 0], Entries("rcvlist_sff").OrderBy(e => e.Id).Select(e => e.Matches));
        Assert.Equal([0], Entries("rcvlist_eff").Select(e => e.Matches));

        a.Dispose();
        Assert.Single(Entries("rcvlist_sff"));
        b.Dispose();
        c.Dispose();
        Assert.All(Lists, list => Assert.Empty(Entries(list)));
    }

    [Fact]
    public void A_plain_subscriber_makes_the_kernel_pass_everything_and_no_subscriber_nothing()
    {
        using var bus = _wire.Open();
        Assert.All(Lists, list => Assert.Empty(Entries(list)));

        var exact = bus.Where(CanFilter.Id(0x123)).Record();
        using (bus.Record())
        {
            Assert.Single(Entries("rcvlist_all"));
            Assert.Empty(Entries("rcvlist_sff"));
        }

        Assert.Empty(Entries("rcvlist_all"));
        Assert.Single(Entries("rcvlist_sff"));
        exact.Dispose();
        Assert.All(Lists, list => Assert.Empty(Entries(list)));
    }

    [Fact]
    public void Error_frames_are_requested_while_events_are_watched_or_an_error_mask_is_set()
    {
        using var bus = _wire.Open();
        using (bus.Record())
            Assert.Empty(Entries("rcvlist_err"));
        using (bus.Events.Record())
        {
            Assert.Single(Entries("rcvlist_err"));
            Assert.Empty(Entries("rcvlist_all"));
        }

        Assert.Empty(Entries("rcvlist_err"));
        using var asking = _wire.Open(new() { ErrorMask = CanErrorClass.BusOff });
        using (asking.Record())
            Assert.Equal(0x40u, Assert.Single(Entries("rcvlist_err")).Mask & 0x1FFF_FFFF);
    }

    [Fact]
    public void Too_many_ids_for_a_socket_widen_the_filter_but_dispatch_stays_exact()
    {
        using var bus = _wire.Open();
        using var sender = _wire.Open();
        var odd = Enumerable.Range(0, 1024).Select(i => bus.Where(CanFilter.Id(2 * i)).Record()).ToArray();

        sender.Send(new CanFrame(0x555, [1]));
        sender.Send(new CanFrame(0x554, [2]));

        Assert.Equal("554#02", odd[0x554 / 2].WaitForCount(1).Values[0].ToString());
        Assert.Equal(1, odd.Sum(r => r.Count));
        foreach (var recording in odd)
            recording.Dispose();
        Assert.All(Lists, list => Assert.Empty(Entries(list)));
    }

    [Fact]
    public void The_kernel_passes_what_random_filters_match()
    {
        var last = new CanFrame(0x7FE, [0xEE]); // once another bus has it, all earlier frames are here, however busy the processor is
        using var sender = _wire.Open();
        using var other = _wire.Open();
        using var seen = other.Record();
        using var socket = RawSocket.Open(_wire.Name, CanBusOptions.Default);
        using var batch = new FrameBatch(wantsAddress: false);

        Gen.Select(CanFilterPropertyTests.GenFilter, CanFilterPropertyTests.GenFrame.Where(f => !f.IsError).Array[1, 20]).Sample(
            (filter, frames) =>
            {
                using var file = socket.File.Use();
                var before = seen.Count;
                socket.SetFilter(filter.Filter.ToKernelFilter(out var isExact));
                while (batch.Receive(file) > 0)
                {
                    // the last one of the previous round
                }

                foreach (var frame in (CanFrame[])[.. frames, last])
                    sender.Send(frame);
                seen.WaitForCount(before + frames.Length + 1);

                var received = new List<CanFrame>();
                uint dropped = 0;
                var count = batch.Receive(file);
                for (var i = 0; i < count; i++)
                    received.Add(batch.Read(i, 0, ref dropped));
                received.RemoveAll(f => f == last);
                var wanted = frames.Where(filter.Says).ToList();
                Assert.Equal(wanted, isExact ? received : received.Where(filter.Says));
            },
            iter: 2_000,
            threads: 1);
    }

    [Fact]
    public void What_observers_dispose_within_OnNext_leaves_the_kernel_filter_too()
    {
        using var bus = _wire.Open();
        using var sender = _wire.Open();
        using var stays = bus.Where(CanFilter.Id(0x123)).Record();
        using var once = bus.Where(CanFilter.Id(0x124)).Take(1).Record();
        sender.Send(new CanFrame(0x124, []));
        once.WaitForEnd();
        Eventually.True(() => Entries("rcvlist_sff").Select(e => e.Id).SequenceEqual([0x123u]), "only one id is left");

        stays.Dispose();
        using var last = bus.Where(CanFilter.Id(0x123)).Take(1).Record();
        sender.Send(new CanFrame(0x123, []));
        last.WaitForEnd();
        Eventually.True(() => Lists.All(list => Entries(list).Count == 0), "none is left");
    }

    [Fact]
    public void Disposing_the_bus_clears_its_filters_immediately()
    {
        var bus = _wire.Open();
        using var all = bus.Record();
        using var events = bus.Events.Record();

        bus.Dispose();

        Eventually.True(() => Lists.All(list => Entries(list).Count == 0), "the kernel's filters are gone");
    }

    private static string[] Lists => ["rcvlist_all", "rcvlist_eff", "rcvlist_err", "rcvlist_fil", "rcvlist_inv", "rcvlist_sff"];

    /// <summary>The lines of a list for this interface's raw sockets: device, can_id, can_mask, function, userdata, matches, ident.</summary>
    private List<(uint Id, uint Mask, long Matches)> Entries(string list) =>
    [
        .. from line in File.ReadLines($"/proc/net/can/{list}")
           let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where fields.Length == 7 && fields[0] == _wire.Name && fields[6] == "raw"
           select (Hex(fields[1]), Hex(fields[2]), long.Parse(fields[5], CultureInfo.InvariantCulture)),
    ];

    private static uint Hex(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
