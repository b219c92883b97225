using RxCan.J1939;

namespace RxCan.Tests.J1939;

public sealed class J1939ClaimOptionsTests
{
    [Fact]
    public void Options_with_the_same_addresses_are_equal()
    {
        Assert.Equal(J1939ClaimOptions.Default, new());
        Assert.Equal(J1939ClaimOptions.Default.GetHashCode(), new J1939ClaimOptions().GetHashCode());
        Assert.True(new J1939ClaimOptions { Range = [1, 2] } == new J1939ClaimOptions { Range = new List<byte> { 1, 2 } });
        Assert.False(new J1939ClaimOptions { Range = [1, 2] } == new J1939ClaimOptions { Range = [2, 1] });
        Assert.False(J1939ClaimOptions.Default == new J1939ClaimOptions { ObeyCommands = false });
    }

    [Fact]
    public void The_addresses_are_copied()
    {
        List<byte> range = [1, 2];
        var options = new J1939ClaimOptions { Range = range };
        range.Add(J1939Address.Null);

        Assert.Equal([1, 2], options.Range);
    }

    [Fact]
    public void Addresses_that_no_node_can_have_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => new J1939ClaimOptions { Range = [J1939Address.Null] });
        Assert.Throws<ArgumentNullException>(() => new J1939ClaimOptions { Range = null! });
    }
}
