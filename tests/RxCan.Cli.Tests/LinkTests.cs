namespace RxCan.Tests;

/// <summary><c>rxcan link</c>: what is checked before anything changes.</summary>
public sealed class LinkTests
{
    [Theory]
    [InlineData("link up can0 abc", "'abc' is not a bit rate: write 500k")]
    [InlineData("link up can0 500k 2X", "'2X' is not a bit rate")]
    [InlineData("link up can0 0", "is not a bit rate")]
    [InlineData("link up can0 500k 2M 3M", "3M")]
    [InlineData("link set can0 --restart soon", "is not a time: write 10ms")]
    [InlineData("link set can0 --listen-only maybe", "--listen-only does not take 'maybe': write on or off.")]
    [InlineData("link set can0 --sample-point 0,875", "is not a number: write 1.5, with a point")]
    [InlineData("link set can0 --sample-point 87.5", "must be between 0 and 1, such as 0.875")]
    [InlineData("link set can0 --txqueuelen 0", "is not a number: write 1 or more")]
    [InlineData("link set can0 --txqueuelen", "--txqueuelen")]
    [InlineData("link up", "Required argument")]
    [InlineData("link create", "Required argument")]
    [InlineData("link create a-name-that-is-too-long", "cannot be an interface name")]
    [InlineData("link create \"\"", "The name of the interface is empty")]
    [InlineData("link create vxcan0 --peer \"\"", "The name of the interface is empty")]
    [InlineData("link create vcan/0", "cannot be an interface name")]
    [InlineData("link create vxcan0 --peer vxcan0", "different names")]
    [InlineData("link bogus", "bogus")]
    public void A_wrong_command_line_changes_nothing_and_gets_a_sentence(string line, string sentence) => Rx.Fails(2, sentence, line);

    [Theory]
    [InlineData("link up nosuchcan")]
    [InlineData("link up nosuchcan 500k")]
    [InlineData("link set nosuchcan 500k")]
    [InlineData("link down nosuchcan")]
    [InlineData("link restart nosuchcan")]
    [InlineData("link delete nosuchcan")]
    public void An_interface_that_is_not_there_is_trouble(string line) =>
        Rx.Fails(1, OperatingSystem.IsLinux() ? "nosuchcan: no such interface." : "SocketCAN needs Linux", line);

    [Fact]
    public void Listing_says_what_to_do_where_there_is_no_interface()
    {
        using var rx = Rx.Start("link");
        if (rx.Output.Length > 0 || !OperatingSystem.IsLinux())
            Assert.Skip("needs a machine without CAN");

        Assert.Equal(0, rx.Status);
        Assert.Contains("rxcan link create vcan0", rx.Talk, StringComparison.Ordinal);
        Assert.Equal("", Rx.Run("link list --json"));
    }
}
