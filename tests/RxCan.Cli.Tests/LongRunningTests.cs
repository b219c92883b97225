using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>Commands that run until something ends them, on the kernel's interfaces.</summary>
[Collection(nameof(Alone))] // a program takes seconds to start in the guest, and much longer beside other tests
public sealed class LongRunningTests : Scratch
{
    private readonly VcanTestBus _wire = new();
    private readonly VcanTestBus _other = new();

    private static readonly string[] Commands =
    [
        "dump @can", "record @can -o @file", "decode @can --dbc @dbc", "top @can --for 1h", "isotp @can --tx 7E0 --rx 7E8 recv", "isotp @can --tx 7E0 --rx 7E8 dump",
        "j1939 @can dump", "j1939 @can claim 80", "bridge @can @other", "bridge virtual:long-running @can", "send @can 123#11 --every 20ms", "gen @can -g 20ms -I 124",
        "play @log @can --loop 1000000 --speed 10", "uds @can --tx 7E0 --rx 7E8 --simulate session extended --hold --p2 1h",
        "uds @can --tx 7E2 --rx 7EA raw 22F190 --p2 1h",
        "obd @can 0C --p2 1h",
    ];

    [Fact]
    public void The_removal_of_the_interface_ends_each_with_a_sentence()
    {
        var running = Array.ConvertAll(Commands, Start);

        _wire.Remove();

        for (var i = 0; i < Commands.Length; i++)
        {
            using var rx = running[i];
            Assert.Equal((Commands[i], 1), (Commands[i], rx.Status));
            Assert.Matches($"rxcan: {_wire.Name}: .*(the interface was removed|no such interface)", rx.Talk);
            Assert.DoesNotContain("   at ", rx.Talk, StringComparison.Ordinal);
            Assert.DoesNotContain("Subscribe", rx.Talk, StringComparison.Ordinal);
        }

        AssertNothingIsLeft();
    }

    [Fact]
    public void An_interrupt_ends_each_and_leaves_nothing_in_the_kernel()
    {
        var running = Array.ConvertAll(Commands, Start);

        foreach (var rx in running)
            rx.Interrupt();

        for (var i = 0; i < Commands.Length; i++)
        {
            using var rx = running[i];
            Assert.Contains(rx.Status, (int[])[0, 130]);
        }

        AssertNothingIsLeft();
    }

    [Fact]
    public void Programs_end_on_SIGTERM_with_what_was_buffered_written_and_on_a_closed_pipe()
    {
        using var sending = Program($"send {_wire.Name} 1A0#8025000000000000 --every 20ms");
        using var dumping = Program($"dump {_wire.Name}");
        dumping.WaitForOutput(text => text.Contains("1A0", StringComparison.Ordinal));
        using var first = new Running("bash", $"-c \"set -o pipefail; dotnet exec {Rx.Program} dump {_wire.Name} | head -n 1\"");
        Assert.Equal((0, ""), (first.WaitForExit(), first.Errors));
        Assert.Equal(1, first.Output.Count(c => c == '\n'));

        Kernel.Run("kill", $"-TERM {sending.Id} {dumping.Id}");

        Assert.Equal((0, 0, "", ""), (sending.WaitForExit(), dumping.WaitForExit(), sending.Errors, dumping.Errors));
        Assert.EndsWith("\n", dumping.Output, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Programs_that_are_killed_leave_nothing_in_the_kernel_and_a_readable_log()
    {
        using var sending = Program($"send {_wire.Name} 1A0#8025000000000000 --every 20ms");
        using var recording = Program($"record {_wire.Name} -o {At("made.log")}");
        Eventually.True(() => HasJobs(_wire.Name), "send runs");
        Eventually.True(() => File.Exists(At("made.log")) && new FileInfo(At("made.log")).Length > 0, "record has written something");

        Kernel.Run("kill", $"-KILL {sending.Id} {recording.Id}");

        Assert.Equal((128 + 9, 128 + 9), (sending.WaitForExit(), recording.WaitForExit()));
        AssertNothingIsLeft();
        Assert.Contains($"{_wire.Name}: ", Rx.Run($"info {At("made.log")} --skip-damage"), StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        _wire.Dispose();
        _other.Dispose();
        base.Dispose();
    }

    private static Running Program(string line) => new("dotnet", $"exec {Rx.Program} {line}");

    private static bool HasJobs(string name) =>
        Directory.GetFiles("/proc/net/can-bcm").Any(socket => Lines(socket).Any(line => line.Contains($" {name} ", StringComparison.Ordinal)));

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // closed in the meantime
        }
    }

    private void AssertNothingIsLeft() => Eventually.True(
        () => Kernel.Receivers(_wire.Name, "") == 0 && Kernel.Receivers(_other.Name, "") == 0 && !HasJobs(_wire.Name), "nothing is left in the kernel");

    /// <summary>Starts a command in this process, and returns when it runs.</summary>
    private Rx Start(string command)
    {
        using var can = _wire.Open();
        using var heard = new Recording<CanFrame>(can.Where(CanFilter.Id(0x123) | CanFilter.Id(0x124) | CanFilter.Id(0x1A0)));
        var receivers = Kernel.Receivers(_wire.Name, "");
        var rx = Rx.Start(command
            .Replace("@can", _wire.Name, StringComparison.Ordinal).Replace("@other", _other.Name, StringComparison.Ordinal)
            .Replace("@file", At("made.log"), StringComparison.Ordinal).Replace("@dbc", At("vehicle.dbc"), StringComparison.Ordinal)
            .Replace("@log", At("drive.log"), StringComparison.Ordinal));
        uint? sent = command.Split(' ')[0] switch { "send" => 0x123, "gen" => 0x124, "play" => 0x1A0, _ => null };
        Eventually.True(
            () => !rx.IsRunning || (sent is { } id ? heard.Values.Any(f => f.Id == id) : Kernel.Receivers(_wire.Name, "") > receivers), $"{command} runs");
        if (!rx.IsRunning)
            Assert.Fail($"{command}: status {rx.Status}\n{rx.Talk}");
        return rx;
    }
}
