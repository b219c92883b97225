using System.Text.RegularExpressions;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary><c>rxcan dump</c> next to <c>candump</c> on the same interface. It runs in this process: a program takes seconds to start in the guest.</summary>
public sealed class CandumpTests : Scratch
{
    // candump's default holds about 200 frames
    private const string LargeBuffer = "-r 33554432";

    // no other test sends such identifiers
    private const string Mine = "1CADD000:DFFFF000";

    private static readonly int Frames = RandomCases.Of(10_000); // 500 in the guest

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

    [Fact]
    public void It_prints_error_frames_like_candump()
    {
        string[] frames =
        [
            "20000001#0000000000000000", "20000002#0500000000000000", "20000004#0004000000000000", "20000004#007F000000000000",
            "20000008#0000FF1900000000", "20000008#00000000", "20000010#0000000071000000", "20000020#0000000000000000",
            "20000040#0000000000000000", "200001FF#0102030405060708", "20000100#000000000000FF01", "20000040#11", "20000040#", "123#11",
        ];
        var can = NewInterface();
        var (candump, ours) = Both($"-e -n {frames.Length} {can},0:0,#FFFFFFFF", $"{can} -e -n {frames.Length}", can, "000");

        Send(can, frames);

        AssertSame(candump, ours);
    }

    /// <summary>Both senders run on one processor: two would have the kernel deliver to each receiver in an order of its own.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("-L")]
    [InlineData("-e -x -ta")]
    public void It_prints_error_frames_among_mixed_frames_like_candump(string form)
    {
        const int Rounds = 5;
        var (others, errors) = (Frames / Rounds * 4 / 5, Frames / Rounds / 5);
        var count = Rounds * (others + errors);
        var can = NewInterface();
        var (candump, ours) = Both($"{LargeBuffer} {form} -n {count} {can},0:0,#FFFFFFFF", $"{form} {can},#FFFFFFFF -n {count}", can, "000");
        string[] reports = // and each class that the oldest candump in use knows
        [
            "0000000000000000", "0500000000000000", "0004000000000000", "007F000000000000", "0000FF1900000000", "0000000071000000", "0102030405060708", "000000000000FF01",
        ];
        var log = Write("errors.log", string.Concat(Enumerable.Range(0, errors).Select(i =>
            $"(0.000000) any {0x2000_0001 + (i % 0x1FF):X8}#{reports[i % reports.Length]}\n")));

        for (var i = 0; i < Rounds; i++)
        {
            using var playing = new Running("taskset", $"-c 0 canplayer -t -I {log} {can}=any");
            Kernel.Run("taskset", $"-c 0 cangen {can} -g 0 -m -i -n {others}");
            Assert.Equal(0, playing.WaitForExit());
        }

        AssertSame(candump, ours);
        if (form.Length == 0)
            Assert.Equal((count, Rounds * errors), (ours.Lines.Length, ours.Lines.Count(line => line.EndsWith("ERRORFRAME", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-L")]
    public void It_pads_names_to_the_longest_seen_like_candump(string form)
    {
        const string longest = "rxtlongestname";
        var (can, other) = (NewInterface(), NewInterface());
        Kernel.Run("ip", $"link add dev {longest} type vcan");
        Kernel.Run("ip", $"link set {longest} up");
        try
        {
            var (candump, ours) = Both($"{form} -n 5 any,{Mine}", $"any,{Mine} {form} -n 5", "any", "9cadd000");

            foreach (var name in (string[])[can, other, longest, can, other])
                Send(name, "1CADD001#11");

            AssertSame(candump, ours);
            Assert.Contains($" {can.PadLeft(longest.Length)} ", ours.Output, StringComparison.Ordinal);
        }
        finally
        {
            Kernel.Run("ip", $"link delete {longest}");
        }
    }

    [Fact]
    public void Several_filters_pass_what_any_of_them_matches()
    {
        var can = NewInterface();
        const string Filters = "123:7FF,12345678:DFFFFFFF,7FF:C00007FF";
        var (candump, ours) = Both($"-n 5 {can},{Filters}", $"{can},{Filters} -n 5", can, "7ff");

        Send(can, "123#11", "124#22", "00000123#33", "12345678#44", "200#55", "7FF#R", "7FF#66", "123#R");

        AssertSame(candump, ours);
    }

    [Fact]
    public void A_missing_interface_is_an_error()
    {
        Kernel.Require();
        Assert.Equal("", Rx.Fails(1, "rxcan: nosuchcan: no such interface.", "dump nosuchcan"));
    }

    public override void Dispose()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            opened.Dispose();
        base.Dispose();
    }

    private static void AssertSame(Running candump, Rx ours)
    {
        Assert.Equal(0, ours.Status);
        Assert.Equal(0, candump.WaitForExit());
        Assert.Equal(candump.Output, ours.Output);
    }

    private static void Send(string can, params string[] frames)
    {
        using var bus = CanBus.Open(can);
        foreach (var frame in frames)
            bus.Send(CanFrame.Parse(frame));
    }

    private static void WaitForReceivers(string can, string id, int count) => Eventually.True(
        () => ((string[])["all", "eff", "fil", "sff"]).Sum(list => Regex.Count(File.ReadAllText($"/proc/net/can/rcvlist_{list}"), $@"(?m)^\s*{can}\s+{id}\s")) >= count,
        $"{can} has {count} receivers of {id}");

    private string NewInterface() => Opened(new VcanTestBus()).Name;

    private (Running Candump, Rx Ours) Both(string candump, string ours, string can, string id)
    {
        var started = (Opened(new Running("candump", candump)), Opened(Rx.Start($"dump {ours}")));
        WaitForReceivers(can, id, 2);
        return started;
    }

    private T Opened<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
