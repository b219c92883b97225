using RxCan.Tests.Bus;

namespace RxCan.Tests.Samples;

[Trait("Length", "Long")]
public sealed class ReplaySampleTests
{
    private static readonly string Program = BuiltSample.Path("Replay");

    [Fact]
    public void The_detector_finds_what_the_simulation_put_into_the_log()
    {
        using var sample = new Running("dotnet", $"exec {Program}");

        Assert.Equal(0, sample.WaitForExit());
        Assert.Equal(
            "07:31:13.200 the gateway is silent\n" +
            "07:31:16.000 the gateway is back\n" +
            "07:32:24.000 the coolant has been hotter than 110 degrees for 3 s\n" +
            "179.5 s of driving\n",
            sample.Output);
    }

    [Fact]
    public void The_log_in_the_repository_is_the_one_that_it_records()
    {
        using var folder = new TemporaryFolder();
        using var sample = new Running("dotnet", $"exec {Program} --record {folder["again.log"]}");

        Assert.True(sample.WaitForExit() == 0, sample.Errors);
        Assert.Equal(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Program)!, "drive.log")), File.ReadAllText(folder["again.log"]));
    }
}
