namespace RxCan.Monitor.Tests;

public sealed class TraceTests
{
    [Fact]
    public void A_ring_keeps_the_last_frames_and_their_numbers()
    {
        var ring = new TraceRing(5000); // more than one chunk, and not a multiple of it
        for (var i = 0; i < 12_345; i++)
            ring.Add(Numbered(i));
        Assert.Equal((12_345, 7345), (ring.Count, ring.First));

        var frames = new CanFrame[6000];
        Assert.Equal(7345, ring.Read(0, frames, out var count));
        Assert.Equal(5000, count);
        Assert.Equal(Enumerable.Range(7345, 5000), frames.Take(count).Select(Number));
        Assert.Equal(12_300, ring.Read(12_300, frames.AsSpan(0, 10), out count));
        Assert.Equal((10, 12_300), (count, Number(frames[0])));

        Assert.False(ring.TryGet(7344, out _));
        Assert.False(ring.TryGet(12_345, out _));
        Assert.False(ring.TryGet(-1, out _));
        Assert.True(ring.TryGet(7345, out var first));
        Assert.Equal(7345, Number(first));
    }

    [Fact]
    public void An_index_is_what_a_search_through_the_ring_would_find()
    {
        var random = new Random();
        for (var n = 0; n < 50; n++)
        {
            var (ring, from) = (new TraceRing(random.Next(1, 3000)), (long)random.Next(100));
            FrameTest? test = random.Next(2) == 0 ? null : static (in frame) => frame.Data[0] % 3 == 0;
            var index = new TraceIndex(ring, test, from);
            for (var added = 0; added < 10_000;)
            {
                for (var more = random.Next(2000); more > 0; more--)
                    ring.Add(Numbered(added++));
                index.Update();
                long[] expected = [.. Enumerable.Range(0, (int)ring.Count).Select(i => (long)i)
                    .Where(i => i >= from && i >= ring.First && (test is null || (i & 0xFF) % 3 == 0))];
                Assert.Equal(expected, Enumerable.Range(0, index.Count).Select(i => index[i]));
                var number = random.NextInt64(ring.Count + 10);
                Assert.Equal(expected.Count(i => i < number), index.IndexOf(number));
            }
        }
    }

    [Theory]
    [InlineData("1A0", true)]
    [InlineData("0x1A0", true)]
    [InlineData("1A1", false)]
    [InlineData("BE EF", true)]
    [InlineData("beef", true)]
    [InlineData("ADBE", true)]
    [InlineData("DBEE", false)] // not on a byte
    [InlineData("Hi", true)]
    [InlineData("Ho", false)]
    public void A_search_finds_identifiers_bytes_and_text(string text, bool isFound)
    {
        var frame = new CanFrame(0x1A0, [0xDE, 0xAD, 0xBE, 0xEF, (byte)'H', (byte)'i']);
        Assert.Equal(isFound, TraceSearch.Parse(text, null)!(frame));
        Assert.Null(TraceSearch.Parse("  ", null));
    }

    [Fact]
    public void A_plot_gets_every_sample_and_those_from_before_it()
    {
        var now = DateTimeOffset.UnixEpoch.AddHours(1);
        var ring = new TraceRing(10_000);
        var plot = PlottedSignal.Of(0x100, new CanSignal(0, 8));
        for (var i = 0; i < 30; i++)
            ring.Add(new CanFrame(0x100, [(byte)i]).WithTimestamp(now.AddSeconds(i - 400)));
        for (var i = 100; i < 130; i++)
            ring.Add(new CanFrame(0x100, [(byte)i]).WithTimestamp(now.AddMilliseconds(i - 200)));
        var feed = new PlotFeed(ring);
        Assert.Equal(Enumerable.Range(100, 30).Select(i => (i - 200.0, (double)i)), Samples(feed.Take([plot], 60, new(now), ring.Count))); // older ones are not shown
        Assert.Empty(Samples(feed.Take([plot], 60, new(now), ring.Count)));
        ring.Add(new CanFrame(0x101, [1]).WithTimestamp(now));
        ring.Add(new CanFrame(0x100, [7]).WithTimestamp(now));
        Assert.Equal([(0.0, 7.0)], Samples(feed.Take([plot], 60, new(now), ring.Count)));

        for (var i = 0; i < 5000; i++)
            ring.Add(new CanFrame(0x100, [i == 2500 ? (byte)200 : (byte)(50 + (i % 2))]).WithTimestamp(now.AddMilliseconds(i)));
        var thinned = Samples(feed.Take([plot], 60, new(now), ring.Count)).ToArray();
        Assert.InRange(thinned.Length, 10, 100);
        Assert.Contains((2500.0, 200.0), thinned); // the peak is not lost
        Assert.Equal(thinned.Select(s => s.Item1).Order(), thinned.Select(s => s.Item1));

        static IEnumerable<(double, double)> Samples(string json) =>
            System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("lanes")[0].GetProperty("samples").EnumerateArray().Select(e => e.GetDouble()).Chunk(2)
                .Select(pair => (pair[0], pair[1]));
    }

    private static CanFrame Numbered(int number) => new(0x100, [(byte)number, (byte)(number >> 8), (byte)(number >> 16)]);

    private static int Number(CanFrame frame) => frame.Data[0] | (frame.Data[1] << 8) | (frame.Data[2] << 16);
}
