using System.Reactive;
using System.Runtime.InteropServices;
using System.Text;
using RxCan.Tests.Bus;

namespace RxCan.Tests.SocketCan;

/// <summary>What the kernel refuses is said, and what it would misunderstand does not reach it. Runs alone, as it takes a file of the process away.</summary>
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
        using var first = bus.Where(CanFilter.Id(1)).Record();
        using var both = bus.Where(CanFilter.Id(2)).Record();
        other.Send(new CanFrame(1, [1]));
        first.WaitForCount(1);
        using (var nothing = File.OpenHandle("/dev/null"))
            Assert.True(Dup2((int)nothing.DangerousGetHandle(), socket) >= 0); // from here on the kernel refuses

        using var refused = bus.Where(CanFilter.Id(3)).Record();

        Assert.Equal(NotificationKind.OnError, refused.End?.Kind);
        Assert.Contains("setsockopt(CAN_RAW_FILTER)", Assert.IsType<CanBusException>(refused.End!.Exception).Message, StringComparison.Ordinal);
        refused.Dispose();
        both.Dispose(); // a narrower filter is refused too, which is nobody's trouble
        Assert.Null(first.End);
        bus.Dispose();
        first.WaitForEnd();
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
}
