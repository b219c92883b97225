namespace RxCan.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void A_wrong_command_line_gets_a_sentence_and_says_where_help_is()
    {
        Rx.Fails(2, "rxcan needs a command: ", "");
        Rx.Fails(2, "'bogus'", "bogus");
        Rx.Fails(2, "Try: rxcan dbc --help", "dbc --bogus");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("convert --help")]
    [InlineData("decode --help")]
    [InlineData("dbc --help")]
    [InlineData("uds --help")]
    [InlineData("uds raw --help")]
    [InlineData("dump --help")]
    [InlineData("send --help")]
    [InlineData("gen --help")]
    [InlineData("record --help")]
    [InlineData("play --help")]
    [InlineData("info --help")]
    [InlineData("isotp recv --help")]
    [InlineData("obd --help")]
    [InlineData("j1939 claim --help")]
    [InlineData("link up --help")]
    [InlineData("bridge --help")]
    [InlineData("top --help")]
    [InlineData("monitor --help")]
    [InlineData("doctor --help")]
    [InlineData("completion --help")]
    public void Every_command_has_help_with_examples(string line)
    {
        var help = Rx.Run(line);

        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        if (line != "--help")
            Assert.Contains("Examples:\n  rxcan ", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Monitor_starts_the_monitor_with_its_arguments_or_says_how_to_install_it()
    {
        if (OperatingSystem.IsWindows())
            return; // the monitor of this test is a shell script
        var path = Environment.GetEnvironmentVariable("PATH");
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Environment.SetEnvironmentVariable("PATH", folder.FullName);
            Rx.Fails(1, "dotnet tool install --global RxCan.Monitor", "monitor can0");

            Environment.SetEnvironmentVariable("PATH", $"{folder.FullName}:{path}");
            var program = Path.Combine(folder.FullName, "rxcan-monitor");
            File.WriteAllText(program, "#!/bin/sh\necho \"$@\" > \"$(dirname \"$0\")/arguments\"\nexit 7\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            using var monitor = Rx.Start("monitor can0 --dbc car.dbc --read-only");
            Assert.Equal(7, monitor.Status);
            Assert.Equal("can0 --dbc car.dbc --read-only\n", File.ReadAllText(Path.Combine(folder.FullName, "arguments")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
            folder.Delete(recursive: true);
        }
    }
}
