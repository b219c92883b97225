namespace RxCan.Tests.Frames;

public class CanIdTests
{
    [Theory]
    [InlineData(0u, false, "000")]
    [InlineData(0x123u, false, "123")]
    [InlineData(0x7FFu, false, "7FF")]
    [InlineData(0x800u, true, "00000800")]
    [InlineData(0x1FFF_FFFFu, true, "1FFFFFFF")]
    public void A_number_above_7FF_is_extended(uint value, bool isExtended, string text)
    {
        CanId id = value;

        Assert.Equal((value, isExtended, text), (id.Value, id.IsExtended, id.ToString()));
        Assert.Equal(id, new CanId(value));
        Assert.Equal(id, (CanId)(int)value);
        Assert.Equal(id, CanId.Parse(text));
    }

    [Fact]
    public void A_small_number_can_be_made_extended_and_is_then_a_different_identifier()
    {
        var small = CanId.Extended(0x123);

        Assert.Equal((0x123u, true, "00000123"), (small.Value, small.IsExtended, small.ToString()));
        Assert.NotEqual(CanId.Standard(0x123), small);
        Assert.True(small != 0x123);
        Assert.False(small == 0x123);
        Assert.False(small.Equals((object)CanId.Standard(0x123)));
        Assert.NotEqual(small.GetHashCode(), CanId.Standard(0x123).GetHashCode());
        Assert.Equal(small, CanId.Parse("00000123"));
    }

    [Fact]
    public void The_error_for_an_identifier_with_too_many_bits_gives_the_largest_allowed()
    {
        Assert.Contains("0x1FFFFFFF", Assert.Throws<ArgumentOutOfRangeException>(() => new CanId(0x2000_0000)).Message);
        Assert.Contains("0x1FFFFFFF", Assert.Throws<ArgumentOutOfRangeException>(() => CanId.Extended(0x2000_0000)).Message);
        Assert.Contains("0x7FF", Assert.Throws<ArgumentOutOfRangeException>(() => CanId.Standard(0x800)).Message);
        Assert.Contains("0x1FFFFFFF", Assert.Throws<ArgumentOutOfRangeException>(() => (CanId)(-1)).Message);
    }

    [Fact]
    public void Standard_identifiers_sort_before_extended_ones_and_by_number()
    {
        CanId[] sorted = [0x000, 0x123, 0x7FF, CanId.Extended(0), CanId.Extended(0x123), 0x800, 0x1FFF_FFFF];

        Assert.Equal(sorted, sorted.Reverse().Order());
        Assert.True(sorted[2] < sorted[3] && sorted[3] > sorted[2]);
        Assert.True(sorted[2] <= sorted[3] && sorted[3] >= sorted[2] && sorted[2] <= sorted[2] && sorted[2] >= sorted[2]);
        Assert.False(sorted[2] < sorted[2] || sorted[2] > sorted[2]);
    }

    [Theory]
    [InlineData("1", 0x1u, false)]
    [InlineData("7ff", 0x7FFu, false)]
    [InlineData("012", 0x12u, false)]
    [InlineData("0000007f", 0x7Fu, true)]
    public void One_to_three_digits_are_read_as_standard_and_eight_as_extended(string text, uint value, bool isExtended)
    {
        Assert.True(CanId.TryParse(text, null, out var id));
        Assert.Equal((value, isExtended), (id.Value, id.IsExtended));
        Assert.Equal(id, CanId.Parse(text.AsSpan()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("800")]
    [InlineData("1234")]
    [InlineData("1234567")]
    [InlineData("123456789")]
    [InlineData("20000000")]
    [InlineData("12G")]
    [InlineData(" 12")]
    [InlineData("-12")]
    [InlineData("0x1")]
    public void Invalid_text_is_rejected_with_the_valid_forms(string text)
    {
        Assert.False(CanId.TryParse(text, null, out _));
        var refusal = Assert.Throws<FormatException>(() => CanId.Parse(text));
        Assert.StartsWith($"'{text}' is not a CAN identifier", refusal.Message);
        Assert.Contains("1 to 3 hexadecimal digits up to 7FF", refusal.Message);
        Assert.Contains("8 up to 1FFFFFFF", refusal.Message);
    }

    [Fact]
    public void Null_text_is_rejected()
    {
        Assert.Throws<ArgumentNullException>(() => CanId.Parse((string)null!));
        Assert.False(CanId.TryParse((string?)null, null, out _));
    }

    [Theory]
    [InlineData(0x12u, 3)]
    [InlineData(0x12345u, 8)]
    public void It_formats_into_a_span_that_is_long_enough(uint value, int length)
    {
        CanId id = value;
        var text = new char[length];

        Assert.False(id.TryFormat(text.AsSpan(0, length - 1), out var written));
        Assert.Equal(0, written);
        Assert.True(id.TryFormat(text, out written));
        Assert.Equal((length, id.ToString()), (written, new string(text)));
        Assert.Equal($"<{id}>", $"<{new string(text)}>");
    }

    [Fact]
    public void It_converts_from_bytes_and_words_and_to_numbers()
    {
        byte small = 0x12;
        ushort large = 0x7E8, extended = 0x800;

        Assert.Equal<CanId>(0x12, small);
        Assert.Equal<CanId>(0x7E8, large);
        Assert.Equal(CanId.Extended(0x800), extended);
        Assert.Equal(0x7E8u, (uint)new CanId(0x7E8));
        Assert.Equal(0x1FFFFFFF, (int)new CanId(0x1FFFFFFF));
    }

    [Fact]
    public void It_matches_patterns() => Assert.Equal(
        ["UDS", "UDS", "other", "other"],
        new CanId[] { 0x7E0, 0x7EF, CanId.Extended(0x7E0), 0x100 }.Select(id => id is ( >= 0x7E0 and <= 0x7EF, false) ? "UDS" : "other"));

    [Theory]
    [InlineData(0x12u, "X", "12")]
    [InlineData(0x12u, "x8", "00000012")]
    [InlineData(0x12u, "D", "18")]
    [InlineData(0x12u, "G", "012")]
    [InlineData(0x12u, "", "012")]
    [InlineData(0x18DAF110u, "X", "18DAF110")]
    public void It_has_the_formats_of_a_number(uint id, string format, string text)
    {
        Assert.Equal(text, new CanId(id).ToString(format));
        Assert.Equal(text, string.Format(System.Globalization.CultureInfo.InvariantCulture, $"{{0:{format}}}", new CanId(id)));
        Assert.Throws<FormatException>(() => new CanId(id).ToString("N"));
    }
}
