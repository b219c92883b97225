using RxCan.Tests.Bus;

namespace RxCan.Tests;

/// <summary>Programs that get a signal in the middle of their work, all at once; they need no kernel.</summary>
[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class SignalTests : Scratch
{
    private const int Frames = 400_000;

    private static readonly string[] Commands =
    [
        "dump virtual:a", "record virtual:a -o @record.log", "send virtual:a 123#11 --every 20ms", "gen virtual:a -g 1ms", "play @long virtual:a", "top @long --for 1h",
        "isotp virtual:a --tx 7E0 --rx 7E8 recv", "isotp virtual:a --tx 7E0 --rx 7E8 dump", "uds virtual:a --tx 7E0 --rx 7E8 raw 22F190 --p2 1h",
        "uds virtual:a --tx 7E0 --rx 7E8 --simulate session extended --hold --p2 1h",
        "uds virtual:a --tx 7E0 --rx 7E8 --simulate flash @image --address 08000000 --p2 1h",
        "obd virtual:a 0C --p2 1h", "j1939 virtual:a dump", "j1939 virtual:a claim 80", "bridge @long virtual:a", "bridge virtual:a virtual:b",
        "decode @long --dbc @dbc --format csv", "decode @long --dbc @dbc --format parquet -o @signals.parquet", "convert @long @long.asc",
    ];

    private readonly List<(string Command, Running Program)> _programs = [];

    public SignalTests()
    {
        using (var log = new StreamWriter(At("long")))
        {
            for (var i = 0; i < Frames; i++)
                log.Write($"({1_700_000_000 + (i / 1000)}.{i % 1000:D3}000) can0 1A0#{i & 0xFF:X2}25000000000000\n");
        }

        File.Move(At("long"), At("long.log"));
        File.WriteAllBytes(At("image"), new byte[1 << 20]);
    }

    [Fact]
    public void SIGTERM_ends_each_in_order()
    {
        Start(Commands);
        Signal("TERM");

        foreach (var (command, program) in _programs)
        {
            var status = program.WaitForExit();
            Assert.True(status is 0 or 130, $"{command}: status {status}\n{program.Errors}");
            Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);
            Assert.True(!command.StartsWith("play", StringComparison.Ordinal) || program.Errors.EndsWith(" frames sent\n", StringComparison.Ordinal), program.Errors);
            Assert.DoesNotContain("rxcan: ", program.Errors, StringComparison.Ordinal); // that is trouble
            Assert.True(program.Output is "" or [.., '\n'], $"{command}: half a line: {program.Output[^Math.Min(100, program.Output.Length)..]}");
        }

        AssertNothingIsHalfWritten();
        Assert.Empty(Directory.GetFiles(Folder, ".*")); // of unfinished files
    }

    [Fact]
    public void SIGKILL_leaves_no_file_half_written()
    {
        Start([.. Commands.Where(c => c.Split(' ')[0] is "record" or "decode" or "convert")]);
        Signal("KILL");

        foreach (var (command, program) in _programs)
        {
            var status = program.WaitForExit();
            Assert.True(status is 0 or 128 + 9, $"{command}: status {status}");
        }

        AssertNothingIsHalfWritten();
    }

    /// <summary>A file that was to be complete is, or is not there.</summary>
    private void AssertNothingIsHalfWritten()
    {
        if (File.Exists(At("long.asc")))
            Assert.Contains($"{Frames} frames", Rx.Run($"info {At("long.asc")}"), StringComparison.Ordinal);
        if (File.Exists(At("signals.parquet")))
            Assert.Equal("PAR1"u8, File.ReadAllBytes(At("signals.parquet")).AsSpan()[^4..]);
        if (File.Exists(At("record.log")))
            Rx.Run($"info {At("record.log")} --skip-damage");
    }

    /// <summary>Starts them, and returns when each is at work: it writes, or waits for something.</summary>
    private void Start(string[] commands)
    {
        foreach (var command in commands)
        {
            _programs.Add((command, new("dotnet", $"exec {Rx.Program} " + command
                .Replace("@long.asc", At("long.asc"), StringComparison.Ordinal).Replace("@long", At("long.log"), StringComparison.Ordinal)
                .Replace("@dbc", At("vehicle.dbc"), StringComparison.Ordinal).Replace("@", $"{Folder}/", StringComparison.Ordinal))));
        }

        foreach (var (command, program) in _programs)
        {
            var restful = 0; // looks in a row
            Eventually.True(
                () =>
                {
                    var threads = Threads(program.Id);
                    restful = threads.Length > 0 && threads.All(t => t.Contains(") S ", StringComparison.Ordinal)) ? restful + 1 : 0;
                    return threads.Length == 0 || (threads.Any(t => t.Contains("(rxcan output)", StringComparison.Ordinal)) &&
                        (program.Output.Length > 0 || IsWriting(command) || restful == 20));
                },
                $"{command} is at work");
        }
    }

    private bool IsWriting(string command) =>
        (command.Contains(".parquet", StringComparison.Ordinal) && Directory.GetFiles(Folder, ".signals*").Length > 0) ||
        (command.StartsWith("convert", StringComparison.Ordinal) && Directory.GetFiles(Folder, ".long*").Length > 0);

    private void Signal(string name)
    {
        try
        {
            Kernel.Run("kill", $"-{name} {string.Join(' ', _programs.Select(p => p.Program.Id))}");
        }
        catch (InvalidOperationException)
        {
            // One has already ended; the others have the signal.
        }
    }

    /// <summary>The first fields of what the kernel says of each thread; nothing if the program has ended.</summary>
    private static string[] Threads(int process)
    {
        try
        {
            return Array.ConvertAll(Directory.GetDirectories($"/proc/{process}/task"), task => File.ReadAllText($"{task}/stat"));
        }
        catch (IOException)
        {
            return Directory.Exists($"/proc/{process}") ? ["(a thread has ended) R "] : [];
        }
    }

    public override void Dispose()
    {
        foreach (var (_, program) in _programs)
            program.Dispose();
        base.Dispose();
    }
}
