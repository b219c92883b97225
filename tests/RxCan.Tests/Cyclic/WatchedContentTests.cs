using CsCheck;
using RxCan.Cyclic;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

public class WatchedContentTests
{
    [Fact]
    public void Reports_match_a_bit_by_bit_comparison()
    {
        var data = Gen.Byte[0, 3].Array[0, 8];
        Gen.Select(Gen.Byte.Array[1, 8], data.Array[1, 40], Gen.Bool).Sample((mask, contents, checkLength) =>
        {
            var watched = new WatchedContent(new(CanFilter.All, mask, new() { CheckLength = checkLength }));
            byte[]? last = null;
            foreach (var content in contents)
            {
                var differs = last is null || (checkLength && content.Length != last.Length) ||
                    (content.Length > 0 && Enumerable.Range(0, 8).Any(i => ((At(content, i) ^ At(last, i)) & At(mask, i)) != 0));
                Assert.Equal(differs, watched.OnFrame(new CanFrame(0x10, content), default));
                if (differs)
                    last = content;
            }
        });

        static int At(byte[] bytes, int i) => i < bytes.Length ? bytes[i] : 0;
    }

    [Fact]
    public void A_deferred_change_waits_for_an_interval_after_the_last_report()
    {
        var reported = new Recorder<CanFrame>();
        var watched = Throttled();

        Assert.True(watched.OnFrame(Frame(1), Ms(5)));
        Assert.Null(watched.Due);
        Assert.False(watched.OnFrame(Frame(2), Ms(50)));
        Assert.Equal(Ms(105), watched.Due);
        Assert.False(watched.OnFrame(Frame(3), Ms(60)));
        watched.Flush(Ms(105), reported);

        Assert.Equal([Frame(3)], reported.Values);
        Assert.Equal(Ms(205), watched.Due);
        watched.Flush(Ms(205), reported);
        Assert.Null(watched.Due);
        Assert.True(watched.OnFrame(Frame(4), Ms(206)));
        Assert.Equal(1, reported.Count);
    }

    [Fact]
    public void A_late_timer_stays_on_its_grid()
    {
        var reported = new Recorder<CanFrame>();
        var watched = Throttled();
        watched.OnFrame(Frame(1), Ms(0));
        watched.OnFrame(Frame(2), Ms(1));

        watched.Flush(Ms(342), reported);

        Assert.Equal(Ms(400), watched.Due);
    }

    [Fact]
    public void A_deferred_change_is_reported_even_if_the_content_reverts()
    {
        var reported = new Recorder<CanFrame>();
        var watched = Throttled();
        watched.OnFrame(Frame(1), Ms(0));
        watched.OnFrame(Frame(2), Ms(10));
        watched.OnFrame(Frame(1), Ms(20));

        watched.Flush(Ms(100), reported);

        Assert.Equal([Frame(1)], reported.Values);
    }

    [Fact]
    public void The_pages_of_an_identifier_share_one_throttle()
    {
        var reported = new Recorder<CanFrame>();
        var watched = new WatchedContent(new(CanFilter.All, [0xFF], [[1, 0xFF], [2, 0xFF]], new() { Throttle = Ms(100) }));

        Assert.True(watched.OnFrame(new CanFrame(0x10, [2, 0]), Ms(0)));
        Assert.False(watched.OnFrame(new CanFrame(0x10, [2, 1]), Ms(10)));
        Assert.False(watched.OnFrame(new CanFrame(0x10, [1, 1]), Ms(20)));
        watched.Flush(Ms(100), reported);

        Assert.Equal([new(0x10, [1, 1]), new(0x10, [2, 1])], reported.Values);
    }

    private static WatchedContent Throttled() =>
        new(new(CanFilter.All, [0xFF], new() { Throttle = Ms(100) }));

    private static CanFrame Frame(byte data) => new(0x10, [data]);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
