using RxCan.Dbc;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Simulation;

/// <summary>On a kernel's interface: the kernel sends, and <c>candump</c> is the witness.</summary>
public sealed class RestBusKernelTests : IDisposable
{
    private readonly VcanTestBus _interface = new();

    [Fact]
    public void The_kernels_jobs_send_the_periodic_messages_and_are_gone_after_it()
    {
        using var can = _interface.Open();
        using var candump = new Running("candump", $"-L {_interface.Name}");
        Eventually.True(() => Kernel.Receivers(_interface.Name, "raw") > 0, "candump listens");
        var options = new RestBusOptions { Protection = message => message.TryGet("Counter", out var counter) ? MessageProtection.Counter(counter) : null };
        using (var rest = can.RestBus(Network.Database, ["Gateway", "ABS"], options))
        {
            Assert.Equal(["100 [16] 20000", "101 [1] 50000", "200 [1] 100000"], Jobs());
            rest.Signal("WheelSpeeds.FrontRight").OnNext(2);
            rest.Update("Clock", ("Hour", 12));
            candump.WaitForOutput(text => text.Contains("201#0C", StringComparison.Ordinal) && text.Split("100#6400C800").Length > 10 && text.Contains("200#", StringComparison.Ordinal));
            Assert.Equal(3, Jobs().Length);
        }

        Assert.Empty(Jobs());
        var frames = candump.Output.Split('\n')[..^1].Select(line => line.Split(' ')[2]).ToArray();
        Assert.Contains("201#0C00000000000000", frames);
        Assert.Contains("200#0100000000000000", frames);
        var counts = frames.Where(frame => frame.StartsWith("100#", StringComparison.Ordinal)).Select(frame => Convert.ToInt32(frame[16..17], 16)).ToArray();
        Assert.True(counts.Length > 8);
        Assert.Equal(Enumerable.Range(0, counts.Length).Select(i => i % 16), counts);
        var updated = frames.Where(frame => frame.StartsWith("100#", StringComparison.Ordinal)).SkipWhile(frame => frame.StartsWith("100#64000000", StringComparison.Ordinal));
        Assert.All(updated, frame => Assert.StartsWith("100#6400C800", frame));
    }

    public void Dispose() => _interface.Dispose();

    /// <summary>The kernel's jobs on the interface: identifier, number of frames, period in microseconds.</summary>
    private string[] Jobs() =>
    [
        .. from socket in Directory.GetFiles("/proc/net/can-bcm")
           from line in File.ReadLines(socket)
           let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where fields.Length > 4 && fields[0] == "tx_op:" && fields[2] == _interface.Name
           let job = $"{fields[1]} {fields[3]} {fields[4].Split('=')[1]}"
           orderby job
           select job,
    ];
}
