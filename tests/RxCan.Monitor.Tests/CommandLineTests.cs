using System.Globalization;
using System.Net;

namespace RxCan.Monitor.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--bogus")]
    [InlineData("--readonly can0")]
    [InlineData("can0 --bogus")]
    [InlineData("can0 --bogus=1")]
    [InlineData("-x can0")]
    [InlineData("can0 can0")]
    [InlineData("can0 drive.log can0")]
    [InlineData("drive.log drive.log")]
    [InlineData("--urls http://*")]
    [InlineData("--Logging:LogLevel:Default Trace")]
    public void What_it_does_not_know_is_refused(string arguments) => Assert.Throws<FormatException>(() => Read(arguments));

    [Theory]
    [InlineData("--stale-after 0,5", "decimal point")]
    [InlineData("--gone-after 1,000", "decimal point")]
    [InlineData("--stale-after 0", "above zero")]
    [InlineData("--bitrate 500,000", "whole number")]
    [InlineData("can0 --rate 100", "simulated vehicle")]
    [InlineData("--token short", "at least 8 characters")]
    [InlineData("--listen nowhere", "is not an address")]
    [InlineData("--listen localhost:70000", "from 0 to 65535")]
    [InlineData("--trace 1", "from 1000")]
    public void A_wrong_value_is_refused_with_what_to_write(string arguments, string why)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Contains(why, Assert.Throws<FormatException>(() => Read(arguments)).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Options_are_read()
    {
        var options = Read("can0 --bitrate 250000 --stale-after 0.5 --gone-after 60 --read-only --trace 5000 --allow-host bench --allow-host lab.example")!;
        Assert.Equal(("can0", 250_000, 0.5, 60.0, true, 5000), (options.Buses.Single().Name, options.Bitrate, options.StaleAfter.TotalSeconds,
            options.GoneAfter!.Value.TotalSeconds, options.IsReadOnly, options.TraceCapacity));
        Assert.Equal(["bench", "lab.example"], options.Hosts);
        var usual = Read("")!;
        Assert.Equal((true, null, 5000, null, null, false), (usual.IsSimulated, usual.GoneAfter, usual.Port, usual.Address, usual.Token, usual.IsReadOnly));
    }

    [Fact]
    public void Databases_are_for_all_buses_or_for_one()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "BO_ 1 Any: 1 N\n");
        var options = Read($"--dbc {file} can0 --dbc can1={file} can1")!;
        File.Delete(file);
        Assert.Equal(["can0", "can1"], options.Buses.Select(bus => bus.Name));
        Assert.Equal([(file, "can1"), (file, "")], options.Database!.Files.Select(database => (database.File, database.Bus)));
    }

    [Theory]
    [InlineData("localhost:0", null, 0)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080)]
    [InlineData("[::1]:81", "::1", 81)]
    [InlineData("::1", "::1", 5000)]
    [InlineData("192.168.1.5", "192.168.1.5", 5000)]
    [InlineData("any:6000", "::", 6000)]
    [InlineData("0.0.0.0", "::", 5000)]
    public void Beyond_this_machine_there_is_always_a_token(string listen, string? address, int port)
    {
        var options = Read($"--listen {listen}")!;
        Assert.Equal((address is null ? null : IPAddress.Parse(address), port), (options.Address, options.Port));
        Assert.Equal(options.IsOpenToNetwork, options.Token is { Length: >= 20 });
        Assert.Equal(address is "::" or "192.168.1.5", options.IsOpenToNetwork);
        Assert.Equal("s3cret-token", Read($"--listen {listen} --token s3cret-token")!.Token);
    }

    [Fact]
    public void Help_is_written_and_nothing_starts()
    {
        var output = new StringWriter();
        Assert.Null(MonitorCommand.Read(["--help"], output));
        Assert.Contains("--read-only", output.ToString());
    }

    [Theory]
    [InlineData("0.25", 0.25)]
    [InlineData(" -1e3 ", -1000.0)]
    [InlineData("0,25", null)]
    [InlineData("1,000", null)]
    [InlineData("NaN", null)]
    [InlineData("1e999", null)]
    [InlineData("", null)]
    public void A_decimal_comma_is_never_a_thousands_separator(string text, double? expected)
    {
        if (expected is { } number)
            Assert.Equal(number, Numbers.Real(text, "factor"));
        else
            Assert.Throws<FormatException>(() => Numbers.Real(text, "factor"));
    }

    private static MonitorOptions? Read(string arguments) => MonitorCommand.Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), TextWriter.Null);
}
