using System.Reflection;
using RxCan.Uds;

namespace RxCan.Tests.Server;

public class ServerFuzzTests
{
    private const int MaxAllocated = 300_000; // bytes for one request: its response of 4095 bytes, and lists of codes and files

    [Fact]
    [Trait("Length", "Long")]
    public void Random_and_mutated_requests_are_always_answered_by_the_rules()
    {
        var random = new Random(14229);
        var known = typeof(ServerVectorTests).GetMethods().SelectMany(method => method.GetCustomAttributes<InlineDataAttribute>())
            .Select(data => Convert.FromHexString(((string)data.Data[0]!).Replace(" ", "", StringComparison.Ordinal))).ToArray();
        Assert.True(known.Length > 200);
        ServerBench bench = null!;
        var cases = RandomCases.Of(1_000_000);
        var answered = new HashSet<(byte, byte)>();
        for (var i = 0; i < cases; i++)
        {
            if (i % 5_000 == 0)
                bench = new(options: new() { P2 = TimeSpan.FromMilliseconds(50) }) { IsWatched = false };
            var request = NewRequest(random, known);
            var isFunctional = random.Next(4) == 0;
            var isOpen = bench.Awaiting is not null && bench.Test.Slow.HasObservers;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var response = bench.Ask(request, isFunctional);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxAllocated, $"{Convert.ToHexString(request)} took {allocated} bytes.");
            AssertByTheRules(request, response, isFunctional, isPending: bench.Test.Slow.HasObservers, isOpen);
            if (response is [0x7F, var refused, var code, ..])
                answered.Add((refused, code));
            else if (response is [var positive, ..])
                answered.Add((positive, 0));
            if (random.Next(10) == 0)
                bench.Test.Slow.OnNext(random.Next(3) == 0 ? UdsNegativeResponseCode.ConditionsNotCorrect : new byte[random.Next(8)]);
            if (random.Next(20) == 0)
                bench.Advance(random.Next(3000));
            _ = bench.Sent;
            foreach (var happened in bench.Events)
                Assert.True(happened is not UdsHandlerFailed { Error: var error } || error.Message == "broken", $"{Convert.ToHexString(request)}: {happened}");
            bench.Events.Clear();
            if (i % 1000 == 0)
            {
                bench.Test.Slow.OnNext(default);
                _ = bench.Sent;
                Assert.Equal("7E00", bench.Ask("3E00"));
            }
        }

        if (cases >= 100_000)
            Assert.True(answered.Count > 120, $"Only {answered.Count} different answers."); // the requests got somewhere
    }

    private static void AssertByTheRules(byte[] request, byte[]? response, bool isFunctional, bool isPending, bool wasOpen)
    {
        var shown = $"{Convert.ToHexString(request)} -> {(response is null ? "nothing" : Convert.ToHexString(response))}";
        if (response is null)
        {
            var mayBeSilent = isFunctional || isPending || request.Length == 0 || UdsProtocol.IsSuppressed(request) || request[0] == (byte)UdsService.SecuredDataTransmission;
            Assert.True(mayBeSilent, shown);
            return;
        }

        Assert.True(response.Length <= 4095, shown);
        if (response[0] == UdsProtocol.NegativeResponse)
        {
            Assert.True(response.Length == 3 && response[1] == request[0] && Enum.IsDefined((UdsNegativeResponseCode)response[2]), shown);
            Assert.False(isFunctional && response[2] is 0x11 or 0x12 or 0x31 or 0x7E or 0x7F, shown);
            Assert.Equal(wasOpen && request[0] != (byte)UdsService.TesterPresent, response[2] == (byte)UdsNegativeResponseCode.BusyRepeatRequest);
        }
        else
        {
            Assert.False(UdsProtocol.IsSuppressed(request), shown);
            Assert.True(request[0] == (byte)UdsService.ReadDataByIdentifier || UdsProtocol.Answers(request, response), shown);
            Assert.Equal((byte)(request[0] + UdsProtocol.PositiveOffset), response[0]);
        }
    }

    private static byte[] NewRequest(Random random, byte[][] known)
    {
        switch (random.Next(20))
        {
            case 0:
                var any = new byte[random.Next(1, 40)];
                random.NextBytes(any);
                return any;
            case 1:
                return random.Next(4) switch { 0 => [0x10, 0x02], 1 => [0x27, 0x01], 2 => [0x27, 0x02, 0xC9, 0xA8], _ => [0x10, 0x03] };
            case 2:
                return [0x36, (byte)random.Next(1, 4), .. new byte[random.Next(0, 300)]];
        }

        byte[] request = [.. known[random.Next(known.Length)]];
        if (random.Next(3) == 0)
            return request;
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            switch (random.Next(4))
            {
                case 0 when request.Length > 1:
                    request = request[..random.Next(1, request.Length)];
                    break;
                case 1:
                    request = [.. request, .. known[random.Next(known.Length)]];
                    break;
                default:
                    request[random.Next(request.Length)] = (byte)random.Next(256);
                    break;
            }
        }

        return request;
    }
}
