using RxCan.Uds;

namespace RxCan.Tests.Server;

public class ServerAllocationTests
{
    [Fact]
    public void A_request_allocates_its_response_and_a_constant()
    {
        const int constant = 400;
        var bench = new ServerBench { IsWatched = false }.Unlocked(UdsSession.Programming);
        Assert.True(Of([0x3E, 0x00]) < constant);
        Assert.True(Of([0x22, 0xF2, 0x00]) < constant);
        Assert.True(Of([0x23, 0x14, 0x20, 0x48, 0x13, 0x00, 0xF0]) < constant + (2 * 0xF0)); // the handler's array and the response

        // A block of a download costs the same however long it is.
        Assert.StartsWith("74", bench.Ask("34 00 44 08000000 00100000"));
        byte counter = 1;
        Assert.Equal(Block(10), Block(4000));

        long Of(byte[] request) => Allocation.Of(() => bench.Ask(request));

        long Block(int length)
        {
            var blocks = Enumerable.Range(0, 6).Select(_ => (byte[])[0x36, counter++, .. new byte[length]]).ToArray();
            var next = 0;
            return Allocation.Of(() => bench.Ask(blocks[next++]));
        }
    }
}
