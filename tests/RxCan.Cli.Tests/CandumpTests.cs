using System.Text.RegularExpressions;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary><c>rxcan dump</c> next to <c>candump</c> on the same interface.</summary>
public sealed class CandumpTests : IDisposable
{
    // candump's default holds about 200 frames
    private const string LargeBuffer = "-r 33554432";

    // no other test sends such identifiers
    private const string Mine = "1CADD000:DFFFF000";

    private static readonly int Frames = 500 * int.Parse(Environment.GetEnvironmentVariable("RXCAN_CASES") ?? "1");

    private readonly List<IDisposable> _opened = [];

    [Theory]
    [InlineData("-L")]
    [InlineData("-x -ta")]
    public void It_prints_mixed_frames_like_candump_at_full_speed(string form)
    {
        var can = NewInterface();
        var (candump, ours) = Both($"{LargeBuffer} {form} -n {Frames} {can}", $"{can} {form} -n {Frames}", can, "000");

        Kernel.Run("cangen", $"{can} -g 0 -m -i -n {Frames}");

        AssertSame(candump, ours);
        Assert.Equal(Frames, ours.Output.Split('\n').Length - 1);
    }

    [Fact]
    public void It_prints_every_kind_of_frame_like_candump_on_the_console()
    {
        string[] kinds = ["", "-R", "-f -L i", "-L i"];
        var count = (10 * kinds.Length * 2) + 10;
        var can = NewInterface();
        var (candump, ours) = Both($"-n {count} {can}", $"{can} -n {count}", can, "000");

        foreach (var kind in kinds)
            Kernel.Run("cangen", $"{can} -g 0 {kind} -n 10");
        Kernel.Run("cangen", $"{can} -g 0 -e -R -n 10"); // from here on, standard identifiers are indented
        foreach (var kind in kinds)
            Kernel.Run("cangen", $"{can} -g 0 {kind} -n 10");

        AssertSame(candump, ours);
    }

    [Theory]
    [InlineData("-e", "-e")]
    public void It_prints_error_frames_like_candump(string candumps, string form)
    {
        string[] frames =
        [
            "20000001#0000000000000000", "20000002#0500000000000000", "20000004#0004000000000000", "20000004#007F000000000000",
            "20000008#0000FF1900000000", "20000008#00000000", "20000010#0000000071000000", "20000020#0000000000000000",
            "20000040#0000000000000000", "200001FF#0102030405060708", "20000100#000000000000FF01", "20000040#11", "20000040#", "123#11",
        ];
        var can = NewInterface();
        var (candump, ours) = Both($"{candumps} -n {frames.Length} {can},0:0,#FFFFFFFF", $"{can} {form} -n {frames.Length}", can, "000");

        Send(can, frames);

        AssertSame(candump, ours);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-L")]
    [Trait("Length", "Long")] // each start of a program takes seconds in the guest
    public void It_pads_names_to_the_longest_seen_like_candump(string form)
    {
        var (can, other) = (NewInterface(), NewInterface());
        Kernel.Require();
        Kernel.Run("ip", "link add dev rxtsample type vcan");
        Kernel.Run("ip", "link set rxtsample up");
        try
        {
            var (candump, ours) = Both($"{form} -n 5 any,{Mine}", $"any,{Mine} {form} -n 5", "any", "9cadd000");

            foreach (var name in (string[])[can, other, "rxtsample", can, other])
                Send(name, "1CADD001#11");

            AssertSame(candump, ours);
            Assert.Contains($"     {can} ", ours.Output, StringComparison.Ordinal);
        }
        finally
        {
            Kernel.Run("ip", "link delete rxtsample");
        }
    }

    [Fact]
    [Trait("Length", "Long")] // each start of a program takes seconds in the guest
    public void Several_filters_pass_what_any_of_them_matches()
    {
        var can = NewInterface();
        var (candump, ours) = Both($"-n 5 {can},123:7FF,12345678:DFFFFFFF,7FF:C00007FF", $"{can},123:7FF,12345678:DFFFFFFF,7FF:C00007FF -n 5", can, "7ff");

        Send(can, "123#11", "124#22", "00000123#33", "12345678#44", "200#55", "7FF#R", "7FF#66", "123#R");

        AssertSame(candump, ours);
    }

    [Fact]
    [Trait("Length", "Long")] // each start of a program takes seconds in the guest
    public void Each_frame_is_written_before_the_next_and_an_interrupt_ends_it_cleanly()
    {
        var can = NewInterface();
        var ours = Start("dotnet", $"exec {Program} dump {can}");
        WaitForReceivers(can, "000", 1);

        Send(can, "123#11");
        ours.WaitForOutput($"  {can}  123   [1]  11\n");
        Send(can, "124#22");
        ours.WaitForOutput($"  {can}  123   [1]  11\n  {can}  124   [1]  22\n");
        Kernel.Run("kill", $"-INT {ours.Id}");

        Assert.Equal(0, ours.WaitForExit());
        Assert.Equal("", ours.Errors);
    }

    [Fact]
    public void Removing_the_interface_ends_it_with_an_error()
    {
        var wire = new VcanTestBus();
        _opened.Add(wire);
        var ours = Start("dotnet", $"exec {Program} dump {wire.Name}");
        WaitForReceivers(wire.Name, "000", 1);

        wire.Remove();

        Assert.Equal(1, ours.WaitForExit());
        Assert.EndsWith($"rxcan: {wire.Name}: the interface was removed.\n", ours.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Length", "Long")] // each start of a program takes seconds in the guest
    public void A_missing_interface_is_an_error()
    {
        Kernel.Require();
        var ours = Start("dotnet", $"exec {Program} dump nosuchcan");

        Assert.Equal(1, ours.WaitForExit());
        Assert.StartsWith("rxcan: nosuchcan: no such interface.", ours.Errors, StringComparison.Ordinal);
        Assert.Equal("", ours.Output);
    }

    public void Dispose()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            opened.Dispose();
    }

    private static string Program => typeof(RxCan.Cli.Rxcan).Assembly.Location;

    private static void AssertSame(Running candump, Running ours)
    {
        Assert.Equal(0, ours.WaitForExit());
        Assert.Equal(0, candump.WaitForExit());
        Assert.Equal(candump.Output, ours.Output);
    }

    private static void Send(string can, params string[] frames)
    {
        foreach (var frame in frames)
            Kernel.Run("cansend", $"{can} {frame}");
    }

    private static void WaitForReceivers(string can, string id, int count) => Assert.True(
        SpinWait.SpinUntil(
            () => ((string[])["all", "eff", "fil", "sff"]).Sum(list => Regex.Count(File.ReadAllText($"/proc/net/can/rcvlist_{list}"), $@"(?m)^\s*{can}\s+{id}\s")) >= count,
            TimeSpan.FromSeconds(60)),
        $"{can} has not {count} receivers of {id}.");

    private string NewInterface()
    {
        var wire = new VcanTestBus();
        _opened.Add(wire);
        return wire.Name;
    }

    private (Running Candump, Running Ours) Both(string candump, string ours, string can, string id)
    {
        var started = (Start("candump", candump), Start("dotnet", $"exec {Program} dump {ours}"));
        WaitForReceivers(can, id, 2);
        return started;
    }

    private Running Start(string program, string arguments)
    {
        var running = new Running(program, arguments);
        _opened.Add(running);
        return running;
    }
}
