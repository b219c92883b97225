using RxCan.J1939;

namespace RxCan.Tests.J1939;

public sealed class J1939MessageTests
{
    private static readonly J1939Message Message = new() { Pgn = 0xEF00, Source = 0x80, Data = new byte[] { 1, 2, 3 } };

    [Fact]
    public void Messages_with_the_same_bytes_are_equal()
    {
        var same = new J1939Message { Pgn = 0xEF00, Source = 0x80, Data = new byte[] { 0, 1, 2, 3 }.AsMemory(1) };

        Assert.True(Message == same);
        Assert.Equal(Message.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void Messages_differ_by_every_property()
    {
        Assert.False(Message == Message with { Data = new byte[] { 1, 2, 4 } });
        Assert.False(Message == Message with { Data = default });
        Assert.False(Message == Message with { Pgn = 0xEE00 });
        Assert.False(Message == Message with { Source = 0x81 });
        Assert.False(Message == Message with { Destination = 0x90 });
        Assert.False(Message == Message with { Priority = 3 });
        Assert.False(Message == Message with { SourceName = new(1) });
        Assert.False(Message == Message with { Timestamp = DateTimeOffset.UnixEpoch });
        Assert.False(Message.Equals(null));
    }

    [Fact]
    public void Omitted_properties_have_the_same_defaults_as_for_sending() =>
        Assert.Equal((J1939Address.Global, 6, null), (Message.Destination, Message.Priority, Message.SourceName));
}
