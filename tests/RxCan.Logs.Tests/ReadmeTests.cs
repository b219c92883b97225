using System.Reactive.Linq;
using RxCan;
using RxCan.Logs;

namespace RxCan.Tests;

/// <summary>The code in the README, word for word. It has relative paths.</summary>
[Collection(nameof(Bus.Alone))]
public sealed class ReadmeTests : IDisposable
{
    private readonly ConsoleRecorder Console = new();
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly string _folder = Directory.CreateTempSubdirectory("rxcan-readme-").FullName;

    public ReadmeTests() => Directory.SetCurrentDirectory(_folder);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_line_of_README_code_is_compiled_here() => ReadmeCode.AssertCompiled("src/RxCan.Logs/README.md", "ReadmeTests.cs", "LiveReadmeTests.cs");

    [Fact]
    public async Task The_README_works_as_written()
    {
        File.WriteAllText("drive.log", "(1700000000.000000) can0 123#1122 R\n(1700000001.500000) can1 1A0#33 T\n");

        // A log is a cold stream of frames. Each has the log's time, interface or channel, and direction.
        CanLog.Read("drive.log").Where(f => f.Id == 0x123).Subscribe(f => Console.WriteLine($"{f.Timestamp:HH:mm:ss.fff} {f.Interface} {f}"));

        // ... or an enumeration, synchronous or not.
        var brakes = CanLog.Enumerate("drive.log").Count(f => f.Id == 0x1A0);
        await foreach (var frame in CanLog.ReadAsync("drive.log"))
            Console.WriteLine(frame);

        // Written by extension; .gz after it compresses.
        using (var log = CanLog.Create("copy.asc.gz"))
            log.Write(new CanFrame(0x123, [0xDE, 0xAD]).WithInterface("can0").WithTimestamp(DateTimeOffset.UnixEpoch));

        // Converted, frame by frame: all of it, or a part.
        CanLog.Convert("drive.log", "drive.blf");
        CanLog.Convert("drive.blf", "part.log", new()
        {
            Filter = CanFilter.Range(0x100, 0x1FF),
            Interfaces = new Dictionary<string, string> { ["1"] = "can0" },
        });

        Assert.Equal(1, brakes);
        Assert.Equal(["22:13:20.000 can0 123#1122", "123#1122", "1A0#33"], Console.Lines);
        Assert.Equal(["123#DEAD"], CanLog.Enumerate("copy.asc.gz").Select(f => $"{f}"));
        Assert.Equal(["(1700000000.000000) can0 123#1122 R", "(1700000001.500000) 2 1A0#33 T"], File.ReadAllLines("part.log"));
    }

    [Fact]
    public void Damage_is_skipped_as_written()
    {
        File.WriteAllText("damaged.log", "(1.000000) can0 123#11\n(2.000000) c\u0001n0 123#22\n(3.000000) can0 123#33\n");

        var options = new CanLogReadOptions { SkipDamage = true, Damaged = e => Console.WriteLine(e.Message) };
        CanLog.Read("damaged.log", options).Subscribe(f => Console.WriteLine(f));   // Candump, line 2: the interface is no word of up to 64 characters

        Assert.Equal(["123#11", "Candump, line 2: the interface is no word of up to 64 characters", "123#33"], Console.Lines);
    }
}
