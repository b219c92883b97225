using RxCan.IsoTp;

namespace RxCan.Tests.IsoTp;

public sealed class IsoTpMessageTests
{
    private static readonly IsoTpMessage Message = new(IsoTpAddress.Normal(0x7E0, 0x7E8), [1, 2, 3], DateTimeOffset.UnixEpoch);

    [Fact]
    public void Messages_with_the_same_bytes_are_equal()
    {
        var same = new IsoTpMessage(IsoTpAddress.Normal(0x7E0, 0x7E8), [1, 2, 3], DateTimeOffset.UnixEpoch);

        Assert.True(Message == same);
        Assert.Equal(Message.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void Messages_differ_by_bytes_peer_and_time()
    {
        Assert.False(Message == Message with { Data = [1, 2, 4] });
        Assert.False(Message == Message with { Data = [1, 2] });
        Assert.False(Message == Message with { Peer = IsoTpAddress.Normal(0x7E0, 0x7E9) });
        Assert.False(Message == Message with { Timestamp = DateTimeOffset.UnixEpoch.AddTicks(1) });
        Assert.False(Message.Equals(null));
    }
}
