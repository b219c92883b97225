using System.Buffers.Binary;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Formats;

/// <summary>Blocks of pcapng that other programs write and RxCan's writer does not. Vectors from draft-ietf-opsawg-pcapng.</summary>
public class PcapngReaderTests
{
    private const ushort Can = 227;
    private const ushort Ethernet = 1;

    /// <summary>The frame 123#01020304 as a packet.</summary>
    private static readonly byte[] Packet = [0, 0, 0x01, 0x23, 4, 0, 0, 0, 1, 2, 3, 4];

    private static byte[] U16(int value, bool big) => Order(BitConverter.GetBytes((ushort)value), big);

    private static byte[] U32(uint value, bool big) => Order(BitConverter.GetBytes(value), big);

    private static byte[] Order(byte[] bytes, bool big)
    {
        if (big)
            Array.Reverse(bytes);
        return bytes;
    }

    private static byte[] Block(uint type, bool big, params byte[][] body)
    {
        byte[] content = [.. body.SelectMany(part => part)];
        content = [.. content, .. new byte[-content.Length & 3]];
        return [.. U32(type, big), .. U32((uint)content.Length + 12, big), .. content, .. U32((uint)content.Length + 12, big)];
    }

    private static byte[] Section(bool big) => Block(0x0A0D0D0A, big, U32(0x1A2B3C4D, big), U16(1, big), U16(0, big), [.. Enumerable.Repeat<byte>(0xFF, 8)]);

    private static byte[] Interface(ushort linkType, bool big, params byte[][] options) => Block(1, big, [U16(linkType, big), U16(0, big), U32(0, big), .. options]);

    private static byte[] Option(int code, byte[] value, bool big) => [.. U16(code, big), .. U16(value.Length, big), .. value, .. new byte[-value.Length & 3]];

    private static byte[] Enhanced(uint number, ulong time, byte[] packet, bool big) => Block(
        6, big, U32(number, big), U32((uint)(time >> 32), big), U32((uint)time, big), U32((uint)packet.Length, big), U32((uint)packet.Length, big), packet);

    private static (List<CanFrame> Frames, CanLogException? Damage) Read(params byte[][] blocks) =>
        BinaryCorpus.Read(new PcapngReader(new MemoryStream([.. blocks.SelectMany(block => block)])));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_simple_packet_block_is_of_the_first_interface_and_has_no_time(bool big)
    {
        var (frames, damage) = Read(
            Section(big), Interface(Can, big, Option(2, "can7"u8.ToArray(), big)), Interface(Can, big), Block(3, big, U32((uint)Packet.Length, big), Packet));

        Assert.Null(damage);
        var frame = Assert.Single(frames);
        Assert.Equal(("123#01020304", "can7", default), (frame.ToString(), frame.Interface, frame.Timestamp));
    }

    [Fact]
    public void An_obsolete_packet_block_is_read_as_an_enhanced_one()
    {
        var (frames, damage) = Read(
            Section(false), Interface(Can, false),
            Block(2, false, U16(0, false), U16(0, false), U32(1, false), U32(2, false), U32(12, false), U32(12, false), Packet));

        Assert.Null(damage);
        Assert.Equal(((1L << 32) + 2) * 1_000, Assert.Single(frames).UnixTimeNanoseconds);
    }

    [Fact]
    public void A_section_has_its_own_byte_order_and_interfaces()
    {
        var (frames, damage) = Read(
            Section(false), Interface(Can, false, Option(2, "can0"u8.ToArray(), false)), Enhanced(0, 1, Packet, false),
            Section(true), Interface(Ethernet, true), Interface(Can, true, Option(2, "can1"u8.ToArray(), true), Option(9, [9], true)), Enhanced(1, 7, Packet, true));

        Assert.Null(damage);
        Assert.Equal([("can0", 1_000L), ("can1", 7L)], frames.Select(frame => (frame.Interface, frame.UnixTimeNanoseconds)));
    }

    [Fact]
    public void A_resolution_may_be_a_power_of_two_and_times_may_have_an_offset()
    {
        var offset = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(offset, 1_700_000_000);
        var (frames, damage) = Read(
            Section(false), Interface(Can, false, Option(9, [0x80 | 10], false), Option(14, offset, false)), Enhanced(0, 1536, Packet, false));

        Assert.Null(damage);
        Assert.Equal(1_700_000_001_500_000_000, Assert.Single(frames).UnixTimeNanoseconds);
    }

    [Fact]
    public void Packets_of_other_interfaces_and_unknown_blocks_are_skipped()
    {
        var (frames, damage) = Read(
            Section(false), Interface(Ethernet, false), Interface(Can, false), Block(0x0BAD, false, new byte[40_000]), Block(5, false, new byte[20]),
            Enhanced(0, 1, new byte[1500], false), Enhanced(1, 2, Packet, false));

        Assert.Null(damage);
        Assert.Equal("123#01020304", Assert.Single(frames).ToString());
    }

    [Fact]
    public void A_packet_of_an_interface_that_is_not_described_is_damage()
    {
        var (frames, damage) = Read(Section(false), Interface(Can, false), Enhanced(0, 1, Packet, false), Section(false), Enhanced(0, 2, Packet, false));

        Assert.Single(frames);
        Assert.Contains("only 0 are described", damage!.Message, StringComparison.Ordinal);
    }
}
