using System.Reactive.Linq;
using RxCan.Dbc;
using RxCan.Tests.Bus;
using RxCan.Tests.Codec;

namespace RxCan.Tests.Operators;

/// <summary>On a kernel's interface, with <c>candump</c> and the kernel's own lists as witnesses.</summary>
public sealed class DbcKernelTests : IDisposable
{
    private static readonly CanDatabase Database = Car.Database;

    private readonly VcanTestBus _interface = new();

    [Fact]
    public void Candump_sees_the_bytes_that_are_encoded_and_another_bus_decodes_them()
    {
        using ICanBus can = _interface.Open(), other = _interface.Open();
        using var candump = new Running("candump", $"-L -n 4 {_interface.Name}");
        Eventually.True(() => Kernel.Receivers(_interface.Name, "raw") > 0, "candump listens");
        using var messages = other.Decode(Database).Record();

        can.Send(Database["EngineData"], ("EngineSpeed", 2400), ("Temperature", 20), ("Gear", "Third"), ("Torque", -1), ("Counter", 7));
        can.Send(Database["Mixed"], ("Deep", 5));
        can.Send(Database["Large"], ("First", 1), ("Ratio", 1.0));
        can.Send(Database["EEC1"].Encode(("Rpm", 1200)).WithId(Database["EEC1"].IdFrom(0x17, priority: 6)));
        candump.WaitForExit();
        messages.WaitForCount(4);

        Assert.Equal(
            ["100#80253C03F67F0000", "101#0203050000000000", "102##5010000000000000000000000000000000000803F00000000", "18F00417#FFFFFF8025FFFFFF"],
            candump.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2]));
        Assert.Equal(
            ["EngineData { EngineSpeed = 2400 rpm, Temperature = 20 degC, Gear = Third, Torque = -1 Nm, Counter = 7 }",
             "Mixed { Mode = 2, Sub = 3, Deep = 5, Status = 0 }",
             "Large { First = 1, Energy = 0 J, Ratio = 1 }",
             "EEC1 { Rpm = 1200 rpm }"],
            messages.Values.Select(message => message.ToString()));
    }

    [Fact]
    public void The_kernel_passes_the_identifiers_that_are_asked_for_only()
    {
        using var can = _interface.Open();
        using (can.Signal(Database["EngineData"]["EngineSpeed"]).Subscribe(_ => { }))
        using (can.Decode(Database["Mixed"]).Subscribe(_ => { }))
            Assert.Equal(["100 C00007FF", "101 C00007FF"], Received());

        using (can.Decode(Database).Subscribe(_ => { }))
        {
            Assert.Equal(
                ["100 C00007FF", "101 C00007FF", "102 C00007FF", "80EF0000 C3FF0000", "80F00400 C3FFFF00", "80FEEC00 C3FFFF00"],
                Received());
        }

        Assert.Empty(Received());
    }

    public void Dispose() => _interface.Dispose();

    /// <summary>The identifiers and masks in the kernel's lists of receivers, which the raw sockets on the interface have asked for.</summary>
    private string[] Received() =>
    [
        .. from list in Directory.GetFiles("/proc/net/can", "rcvlist_*")
           from line in File.ReadLines(list)
           let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where fields.Length == 7 && fields[0] == _interface.Name && fields[6] == "raw"
           let entry = $"{fields[1].TrimStart('0').ToUpperInvariant()} {fields[2].ToUpperInvariant()}"
           where !entry.StartsWith("20000000", StringComparison.Ordinal) && !entry.EndsWith("1FFFFFFF", StringComparison.Ordinal)
           orderby entry
           select entry,
    ];
}
