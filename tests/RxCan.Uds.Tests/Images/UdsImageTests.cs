using System.Text;
using RxCan.Uds;

namespace RxCan.Tests.Images;

public class UdsImageTests
{
    [Fact]
    public void Intel_hex_is_read_with_its_extended_addresses()
    {
        var image = Read(
            ":10010000214601360121470136007EFE09D2190140", // example of the specification
            ":100110002146017E17C20001FF5F16002148011928",
            ":020000021000EC",
            ":02FFFF00AABB9B", // wraps within its segment
            ":020000040800F2",
            ":04000000DEADBEEFC4",
            ":0400000508000131BD",
            ":00000001FF");
        Assert.Equal([(0x100u, 32), (0x1_0000u, 1), (0x1_FFFFu, 1), (0x0800_0000u, 4)], image.Segments.Select(s => ((uint)s.Address, s.Data.Length)));
        Assert.Equal([0xDE, 0xAD, 0xBE, 0xEF], image.Segments[3].Data.ToArray());
        Assert.Equal(0x0800_0131UL, image.StartAddress);
        Assert.Equal(38, image.Length);
    }

    [Fact]
    public void S_records_are_read_with_addresses_of_every_length()
    {
        var image = Read(
            "S00F000068656C6C6F202020202000003C",
            "S11F00007C0802A6900100049421FFF07C6C1B787C8C23783C6000003863000026",
            "S11F001C4BFFFFE5398000007D83637880010014382100107C0803A64E800020E9",
            "S111003848656C6C6F20776F726C642E0A0042",
            "S5030003F9",
            "S205123456015D",
            "S30612345678E401",
            "S9030000FC");
        Assert.Equal([(0UL, 70), (0x123456UL, 1), (0x12345678UL, 1)], image.Segments.Select(s => (s.Address, s.Data.Length)));
        Assert.StartsWith("hello", Encoding.ASCII.GetString(image.Header.Span));
        Assert.Equal(0UL, image.StartAddress);
    }

    [Theory]
    [InlineData(":00000001FE", "checksum")]
    [InlineData(":0100000001", "length")]
    [InlineData(":00000001F", "middle of a byte")]
    [InlineData(":00000001FG", "not a hexadecimal digit")]
    [InlineData(":0100000001FE\n", "missing")]
    [InlineData(":00000006FA", "unknown type")]
    [InlineData(":0100000001FE\n:0100000001FE\n:00000001FF", "twice")]
    [InlineData(":02000004FFFFFC\n:02FFFF000102FD\n:00000001FF", "beyond")]
    [InlineData(":0100000001FE\nS9030000FC", "does not begin with ':'")]
    [InlineData("S9030000FD", "checksum")]
    [InlineData("S40300FFFD", "unknown type")]
    [InlineData("S5030002FA\nS9030000FC", "counts 2")]
    [InlineData("S10400000AF1", "missing")]
    [InlineData("S", "middle of a byte")]
    [InlineData("ELF", "neither")]
    [InlineData("", "neither")]
    public void A_damaged_file_is_refused_with_its_line(string text, string reason)
    {
        var error = Assert.Throws<FormatException>(() => UdsImage.Read(new StringReader(text)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Line ", error.Message);
    }

    [Fact]
    public void An_endless_line_is_refused_before_it_is_read()
    {
        var endless = new EndlessText();
        Assert.Throws<FormatException>(() => UdsImage.Read(endless));
        Assert.True(endless.Count < 1000);
    }

    [Fact]
    public void Random_images_survive_both_formats_and_records_may_come_in_any_order()
    {
        var random = new Random(14);
        for (var i = 0; i < RandomCases.Of(300); i++)
        {
            var segments = new List<UdsSegment>();
            var address = random.NextInt64(1L << random.Next(8, 32));
            for (var n = random.Next(1, 5); n > 0 && address < 0xF000_0000; n--)
            {
                var data = new byte[random.Next(1, 300)];
                random.NextBytes(data);
                segments.Add(new((ulong)address, data));
                address += data.Length + 1 + random.Next(0x2_0000);
            }

            if (segments.Count == 0)
                continue;
            var image = new UdsImage(segments) { StartAddress = segments[0].Address, Header = "rx"u8.ToArray() };
            var (hex, srec) = (new StringWriter(), new StringWriter());
            image.WriteIntelHex(hex);
            image.WriteSRecords(srec);
            AssertSame(image, UdsImage.Read(new StringReader(hex.ToString())));
            AssertSame(image, UdsImage.Read(new StringReader(srec.ToString().ToLowerInvariant().Replace('s', 'S'))));
            var lines = srec.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            random.Shuffle(lines.AsSpan(1, lines.Length - 2));
            AssertSame(image, UdsImage.Read(new StringReader(string.Join("\r\n", lines))));
        }
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(15);
        var (hex, srec) = (new StringWriter(), new StringWriter());
        var image = new UdsImage([new(0xFFF0, new byte[64]), new(0x12_3456, new byte[5])]);
        image.WriteIntelHex(hex);
        image.WriteSRecords(srec);
        for (var i = 0; i < RandomCases.Of(20_000); i++)
        {
            var text = (i % 2 == 0 ? hex : srec).ToString().ToCharArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                text[random.Next(text.Length)] = "0123456789ABCDEFS:\n \0é"[random.Next(22)];
            var cut = new string(text, 0, random.Next(4) == 0 ? random.Next(text.Length) : text.Length);
            try
            {
                Assert.True(UdsImage.Read(new StringReader(cut)).Length <= cut.Length);
            }
            catch (FormatException)
            {
            }
        }
    }

    private static UdsImage Read(params string[] lines) => UdsImage.Read(new StringReader(string.Join('\n', lines)));

    private static void AssertSame(UdsImage expected, UdsImage actual)
    {
        Assert.Equal(expected.Segments.Select(s => (s.Address, Convert.ToHexString(s.Data.Span))), actual.Segments.Select(s => (s.Address, Convert.ToHexString(s.Data.Span))));
        Assert.Equal(expected.StartAddress, actual.StartAddress);
    }

    private sealed class EndlessText : TextReader
    {
        public int Count { get; private set; }

        public override int Peek() => Count == 0 ? ':' : '0';

        public override int Read() => Count++ == 0 ? ':' : '0';
    }
}
