using RxCan.Frames;

namespace RxCan.Tests.Frames;

public class CanFilterTests
{
    private const uint Eff = 0x8000_0000, Rtr = 0x4000_0000;

    private static readonly CanFrame[] EachKindOf123 =
    [
        CanFrame.Parse("123#11"), CanFrame.Parse("123##011"), CanFrame.Parse("123#R"), CanFrame.Parse("00000123#11"),
        CanFrame.Parse("00000123##011"), CanFrame.Parse("00000123#R"), CanFrame.Parse("20000123#0000000000000000"),
    ];

    [Fact]
    public void An_exact_id_passes_only_classic_and_FD_data_frames_of_its_format()
    {
        Assert.Equal(["123#11", "123##011"], Passed(CanFilter.Id(0x123)));
        Assert.Equal(["00000123#11", "00000123##011"], Passed(CanFilter.Id(CanId.Extended(0x123))));
        Assert.Empty(Passed(CanFilter.Id(0x124)));
    }

    [Fact]
    public void Remote_passes_only_remote_frames_of_its_format()
    {
        Assert.Equal(["123#R"], Passed(CanFilter.Remote(0x123)));
        Assert.Equal(["00000123#R"], Passed(CanFilter.Remote(CanId.Extended(0x123))));
    }

    [Fact]
    public void A_mask_passes_what_it_would_in_the_kernel()
    {
        Assert.Equal(["123#11", "123##011", "123#R", "00000123#11", "00000123##011", "00000123#R"], Passed(CanFilter.Mask(0x123, 0x7FF)));
        Assert.Equal(["123#11", "123##011", "123#R"], Passed(CanFilter.Mask(0x123, 0x7FF | Eff)));
        Assert.Equal(["123#R", "00000123#R"], Passed(CanFilter.Mask(Rtr, Rtr)));
        Assert.Equal(["00000123#11", "00000123##011"], Passed(CanFilter.Mask(Eff, Eff | Rtr)));
        Assert.Equal(6, Passed(CanFilter.Mask(0, 0)).Length);
        Assert.Equal(["123#11", "123##011", "123#R"], Passed(CanFilter.Mask(0x10123, 0x107FF | Eff))); // of a standard mask the kernel takes 11 bits
    }

    [Fact]
    public void A_range_passes_the_data_frames_from_its_first_to_its_last_id()
    {
        var standard = CanFilter.Range(0x100, 0x1FF);
        var extended = CanFilter.Range(CanId.Extended(0), CanId.MaxExtended);

        Assert.Equal(["123#11", "123##011"], Passed(standard));
        Assert.Equal([0x100u, 0x101u, 0x1FFu], Ids(0x0FF, 0x100, 0x101, 0x1FF, 0x200).Where(f => standard.Matches(f)).Select(f => f.Id.Value));
        Assert.Equal(["00000123#11", "00000123##011"], Passed(extended));
        Assert.Equal([0u, CanId.MaxExtended], Ids(CanId.Extended(0), CanId.MaxExtended, 0, 0x7FF).Where(f => extended.Matches(f)).Select(f => f.Id.Value));
        Assert.Equal(CanFilter.Id(0x123), CanFilter.Range(0x123, 0x123));
    }

    [Fact]
    public void A_range_must_ascend_within_one_format()
    {
        Assert.Contains("100 is below 101", Assert.Throws<ArgumentException>("last", () => CanFilter.Range(0x101, 0x100)).Message);
        Assert.Contains("two ranges", Assert.Throws<ArgumentException>("last", () => CanFilter.Range(0x7FF, 0x800)).Message);
    }

    [Fact]
    public void Several_ids_form_a_union()
    {
        var filter = CanFilter.Ids(0x123, CanId.Extended(0x123), 0x7FF);

        Assert.Equal(["123#11", "123##011", "00000123#11", "00000123##011"], Passed(filter));
        Assert.True(filter.Matches(new CanFrame(0x7FF, [])));
        Assert.Equal(CanFilter.Id(0x123), CanFilter.Ids(0x123));
        Assert.Equal(CanFilter.None, CanFilter.Ids());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(300)]
    [InlineData(2000)]
    public void Any_number_of_ids_match_themselves_and_nothing_else(int count)
    {
        var filter = CanFilter.Ids([.. Enumerable.Range(0, count).Select(i => (CanId)(7 * i))]) | CanFilter.Remote(1) | CanFilter.Range(0x12345678, 0x12345680);

        for (var id = 0; id <= 7 * count; id++)
        {
            Assert.Equal(id % 7 == 0 && id < 7 * count, filter.Matches(new CanFrame(id, [])));
            Assert.Equal(id == 1, filter.Matches(CanFrame.Remote(id)));
        }

        Assert.True(filter.Matches(new CanFrame(0x12345680, [])));
        Assert.False(filter.Matches(CanFrame.Error(default)));
    }

    [Fact]
    public void Sets_combine_by_union_intersection_and_complement()
    {
        var data = CanFilter.Id(0x123);
        var standard = CanFilter.Mask(0, Eff) & CanFilter.Mask(0x120, 0x7F0);

        Assert.Equal(["123#11", "123##011", "123#R"], Passed(data | CanFilter.Remote(0x123)));
        Assert.Equal(["123#11", "123##011"], Passed(standard & data));
        Assert.Equal(["123#R"], Passed(standard & ~data));
        Assert.Equal(["123#R", "00000123#11", "00000123##011", "00000123#R", "20000123#0000000000000000"], Passed(~data));
        Assert.Equal(7, Passed(data | ~data).Length);
        Assert.Empty(Passed(data & ~data));
    }

    [Fact]
    public void Error_frames_are_in_All_in_ErrorFrames_and_in_the_complement_of_every_other_set()
    {
        Assert.Equal(["20000123#0000000000000000"], Passed(CanFilter.ErrorFrames));
        Assert.Equal(6, Passed(~CanFilter.ErrorFrames).Length);
        Assert.Equal(7, Passed(CanFilter.All).Length);
        Assert.Empty(Passed(CanFilter.None));
        Assert.Equal(["20000123#0000000000000000"], Passed(~CanFilter.Mask(0, 0)));
    }

    [Fact]
    public void Invalid_sets_are_rejected()
    {
        var error = CanFrame.Error(new() { Class = CanErrorClass.BusOff }).Id;

        Assert.Contains("use ~ for the inverse", Assert.Throws<ArgumentException>(() => CanFilter.Mask(0x2000_0000, 0x7FF)).Message);
        Assert.Contains("CanFilter.ErrorFrames", Assert.Throws<ArgumentException>(() => CanFilter.Mask(0, 0x2000_0000)).Message);
        Assert.Contains("CanFilter.ErrorFrames", Assert.Throws<ArgumentException>("id", () => CanFilter.Id(error)).Message);
        Assert.Throws<ArgumentException>("id", () => CanFilter.Remote(error));
        Assert.Throws<ArgumentException>("ids", () => CanFilter.Ids(1, error));
        Assert.Throws<ArgumentException>("first", () => CanFilter.Range(error, 1));
        Assert.Throws<ArgumentNullException>(() => CanFilter.All | null!);
        Assert.Throws<ArgumentNullException>(() => null! & CanFilter.All);
        Assert.Throws<ArgumentNullException>(() => ~(CanFilter)null!);
    }

    [Fact]
    public void Filters_are_equal_if_they_are_written_the_same_way()
    {
        var one = CanFilter.Id(0x7E8) | CanFilter.Range(0x700, 0x70F);
        var other = CanFilter.Parse("7E8,700-70F");

        Assert.True(one == other && one.Equals((object)other) && !(one != other));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.True(one != CanFilter.Parse("700-70F,7E8") && one != null! && null! != one && (CanFilter)null! == null!);
        Assert.False(one.Equals((object?)"7E8,700-70F"));
    }

    [Theory]
    [InlineData("*", "*")]
    [InlineData("#", "#")]
    [InlineData("~*", "~*")]
    [InlineData("123", "123")]
    [InlineData("1", "001")]
    [InlineData("123r", "123R")]
    [InlineData("00000123R", "00000123R")]
    [InlineData("100-1ff", "100-1FF")]
    [InlineData("100-100", "100")]
    [InlineData("7E8:7FF,100-1FF,~123", "7E8:7FF,100-1FF,~123")]
    [InlineData(" 7E8 : 7FF , ~ 123 R ", "7E8:7FF,~123R")]
    [InlineData("~123,100-1FF", "100-1FF,~123")]
    [InlineData("~1,~2", "~001,~002")]
    [InlineData("1,~2&~3,4&5,~6", "001,004&005,~002,~003,~006")]
    [InlineData("1&4&~2", "001&004,~002")]
    [InlineData("100-1FF,~180&~181", "100-1FF,~180,~181")]
    [InlineData("3,1&~2", "003,001&~002")]
    [InlineData("3,(~1)", "003,(~001)")]
    [InlineData("3,(~1&~2)", "003,(~001&~002)")]
    [InlineData("3,~~1", "003,001")]
    [InlineData("3,~(1,~2)", "003,~(001&~002)")]
    [InlineData("3,12000:8001F000", "003,(~*)")]
    [InlineData("0x123,0X100-0x1ff,0x7E8:0x7FF,0x00000123", "123,100-1FF,7E8:7FF,00000123")]
    [InlineData("(1,2),3", "001,002,003")]
    [InlineData("(1,2)&3", "(001,002)&003")]
    [InlineData("1,2&3", "001,002&003")]
    [InlineData("~(1&2)", "~(001&002)")]
    [InlineData("~(1,2)", "~(001,002)")]
    [InlineData("~~1", "001")]
    [InlineData("((1))", "001")]
    [InlineData("123:C00007FF", "123")]
    [InlineData("12345678:DFFFFFFF", "12345678")]
    [InlineData("00000123:80000000", "80000000:80000000")]
    [InlineData("FFF:7F0", "7F0:7F0")]
    [InlineData("120R:C00007F0", "120R:C00007F0")]
    [InlineData("0:0", "000:000")]
    [InlineData("12000:8001F000", "~*")]
    public void Text_is_parsed_and_written(string text, string written)
    {
        var filter = CanFilter.Parse(text);

        Assert.Equal(written, filter.ToString());
        Assert.Equal(filter, CanFilter.Parse(written));
        Assert.True(CanFilter.TryParse(text, null, out var tried));
        Assert.Equal(filter, tried);
    }

    [Theory]
    [InlineData("00000123:800007FF", "00000123#11", "00000123##011", "00000123#R")] // eight digits: extended
    [InlineData("123:800007FF", "123#11", "123##011", "123#R")]
    [InlineData("123R:C00007FF", "123#R")]
    [InlineData("00000123R:C00007FF", "00000123#R")]
    [InlineData("#,123R", "123#R", "20000123#0000000000000000")]
    [InlineData("123:7FF&~00000000:80000000", "123#11", "123##011", "123#R")]
    [InlineData("123,123R,~123R", "123#11", "123##011")]
    [InlineData("~123,~123R,~#,~00000123", "00000123#R")]
    [InlineData("123,(~123R)", "123#11", "123##011", "00000123#11", "00000123##011", "00000123#R", "20000123#0000000000000000")]
    public void Parsed_text_passes_the_frames_it_describes(string text, params string[] passed) =>
        Assert.Equal(passed, Passed(CanFilter.Parse(text)));

    [Theory]
    [InlineData("", "an identifier is missing")]
    [InlineData("123,", "an identifier is missing")]
    [InlineData(",123", "an identifier is missing before ',123'")]
    [InlineData("123 456", "'456' is unexpected")]
    [InlineData("400~7F0", "'~7F0' is unexpected")]
    [InlineData("800", "'800' is not an identifier")]
    [InlineData("1234", "'1234' is not an identifier")]
    [InlineData("xyz", "an identifier is missing before 'xyz'")]
    [InlineData("123:", "'123:' must be two hexadecimal numbers")]
    [InlineData("123:123456789", "up to 8 digits")]
    [InlineData("20000000:7FF", "bit 29")]
    [InlineData("0:20000000", "bit 29")]
    [InlineData("100-", "an identifier is missing")]
    [InlineData("100R-1FF", "'-1FF' is unexpected")]
    [InlineData("1FF-100", "range 1FF-100 must be ascending and within one format")]
    [InlineData("100-00000200", "must be ascending and within one format")]
    [InlineData("(123", "a closing parenthesis is missing")]
    [InlineData("123)", "')' is unexpected")]
    [InlineData("~", "an identifier is missing")]
    [InlineData("0x", "'x' is unexpected")]
    public void Invalid_text_is_rejected_with_the_reason_and_the_valid_forms(string text, string why)
    {
        Assert.False(CanFilter.TryParse(text, null, out var filter));
        Assert.Null(filter);
        var refusal = Assert.Throws<FormatException>(() => CanFilter.Parse(text));
        Assert.StartsWith($"'{text}' is not a CAN filter: ", refusal.Message);
        Assert.Contains(why, refusal.Message);
        Assert.Contains("join them with a comma", refusal.Message);
    }

    [Fact]
    public void Text_that_is_nested_too_deeply_is_rejected_without_overflowing_the_stack()
    {
        Assert.Contains("nested too deeply", Assert.Throws<FormatException>(() => CanFilter.Parse(new string('(', 100_000))).Message);
        Assert.Contains("nested too deeply", Assert.Throws<FormatException>(() => CanFilter.Parse(new string('~', 100_000) + "1")).Message);
        Assert.Contains("nested too deeply", Assert.Throws<FormatException>(() => CanFilter.Parse(new string('(', 70) + "1" + new string(')', 70))).Message);
        Assert.Equal(CanFilter.Id(1), CanFilter.Parse(new string('(', 60) + "1" + new string(')', 60)));
    }

    [Fact]
    public void Null_text_is_rejected()
    {
        Assert.Throws<ArgumentNullException>(() => CanFilter.Parse(null!));
        Assert.False(CanFilter.TryParse(null, null, out _));
    }

    // tools/testing/selftests/net/can/test_raw_filter.c of the kernel: 18 filters, and how many of four frames each passes.
    [Fact]
    public void The_filter_test_of_the_kernel_passes()
    {
        CanFrame[] sent = [CanFrame.Parse("123#"), CanFrame.Parse("00000123#"), CanFrame.Parse("123#R"), CanFrame.Parse("00000123#R")];
        for (uint n = 0; n < 18; n++)
        {
            var id = n < 16 ? 0x123 | (n & 1) * Eff | ((n & 2) >> 1) * Rtr : 0x123 | (n - 16) * Eff;
            var mask = n < 16 ? 0x7FF | ((n & 4) >> 2) * Eff | ((n & 8) >> 3) * Rtr : CanId.MaxExtended | Eff | Rtr;
            var filter = CanFilter.Mask(id, mask);
            var lowered = filter.ToKernelFilter(out var isExact);
            var direct = new CanFilterEntry(id, mask);
            string[] expected = [.. sent.Where(f => ((f.RawId ^ id) & mask) == 0).Select(f => f.ToString())];

            Assert.Equal(n < 4 ? 4 : n < 12 ? 2 : 1, expected.Length);
            Assert.Equal(expected, sent.Where(f => filter.Matches(f)).Select(f => f.ToString()));
            Assert.Equal(expected, sent.Where(f => lowered.Any(e => e.Matches(f))).Select(f => f.ToString()));
            Assert.Equal(expected, sent.Where(f => direct.Matches(f)).Select(f => f.ToString()));
            Assert.Equal(CanFilter.Parse(filter.ToString()), filter);
            Assert.True(isExact);
        }
    }

    private static string[] Passed(CanFilter filter) => [.. EachKindOf123.Where(f => filter.Matches(f)).Select(f => f.ToString())];

    private static IEnumerable<CanFrame> Ids(params CanId[] ids) => ids.Select(id => new CanFrame(id, []));

    [Theory]
    [InlineData(10, true)]
    [InlineData(500, false)]
    [InlineData(20_000, false)]
    public void The_complement_of_many_ids_is_lowered_without_trying_what_cannot_fit(int count, bool isExpectedExact)
    {
        var random = new Random(1);
        CanId[] ids = [.. Enumerable.Range(0, count).Select(_ => CanId.Extended((uint)random.Next(0x2000_0000)))];
        var filter = ~CanFilter.Ids(ids);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var entries = filter.ToKernelFilter(out var isExact);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
        Assert.Equal(isExpectedExact, isExact);
        Assert.Equal(isExpectedExact, entries.Count > 1);
        Assert.Equal(!isExact, entries.Any(entry => entry.Matches(ids[0].Raw)));
        Assert.Contains(entries, entry => entry.Matches(0x123));
        Assert.Contains(entries, entry => entry.Matches(ids[0].Raw | CanId.RtrFlag));
    }

    [Fact]
    public void It_takes_identifiers_from_any_sequence()
    {
        var ids = new HashSet<CanId> { 1, 2, CanId.Extended(3) };

        Assert.Equal("001,002,00000003", CanFilter.Ids(ids).ToString());
        Assert.Equal("005", CanFilter.Ids(from i in Enumerable.Range(5, 1) select (CanId)i).ToString());
        Assert.Equal(CanFilter.None, CanFilter.Ids(Enumerable.Empty<CanId>()));
        Assert.Equal("001,002", CanFilter.Ids(new CanId[] { 1, 2 }).ToString());
    }
}
