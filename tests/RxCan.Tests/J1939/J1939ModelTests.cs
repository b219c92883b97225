using CsCheck;
using RxCan.J1939;

namespace RxCan.Tests.J1939;

/// <summary>Parameter group numbers, identifiers, NAMEs and filters.</summary>
[Trait("Length", "Long")]
public class J1939ModelTests
{
    [Theory]
    [InlineData(0xF004, false, 0xF0, 0x04, false, false, "0F004")]
    [InlineData(0xEA00, true, 0xEA, 0, false, false, "0EA00")]
    [InlineData(0x1EF00, true, 0xEF, 0, true, false, "1EF00")]
    [InlineData(0x3FFFF, false, 0xFF, 0xFF, true, true, "3FFFF")]
    [InlineData(0, true, 0, 0, false, false, "00000")]
    public void A_PGN_exposes_its_parts(int value, bool isPdu1, int format, int extension, bool page, bool extendedPage, string text)
    {
        J1939Pgn pgn = value;
        Assert.Equal((isPdu1, !isPdu1, format, extension), (pgn.IsPdu1, pgn.IsPdu2, pgn.PduFormat, pgn.GroupExtension));
        Assert.Equal((page, extendedPage, text), (pgn.DataPage, pgn.ExtendedDataPage, pgn.ToString()));
    }

    [Fact]
    public void Invalid_PGNs_are_rejected()
    {
        Assert.Contains("0x0EA00", Assert.Throws<ArgumentException>(() => new J1939Pgn(0xEAFF)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new J1939Pgn(0x40000));
        Assert.Throws<ArgumentOutOfRangeException>(() => { J1939Pgn _ = -1; });
    }

    [Theory]
    [InlineData("18FEF100", 6, 0xFEF1, 0x00, 0xFF)]
    [InlineData("0CF00400", 3, 0xF004, 0x00, 0xFF)]
    [InlineData("18EA00F9", 6, 0xEA00, 0xF9, 0x00)]
    [InlineData("1DEFFE80", 7, 0x1EF00, 0x80, 0xFE)]
    public void An_identifier_is_taken_apart_and_put_back_together(string text, int priority, int pgn, int source, int destination)
    {
        var id = J1939Id.From(CanId.Parse(text));
        Assert.Equal(new(priority, pgn, (byte)source, (byte)destination), id);
        Assert.Equal(CanId.Parse(text), id.ToCanId());
    }

    [Fact]
    public void Every_identifier_survives_a_round_trip() => Gen.UInt[0, CanId.MaxExtended].Sample(
        value => J1939Id.From(CanId.Extended(value)).ToCanId() == CanId.Extended(value), iter: RandomCases.Of(10_000));

    [Fact]
    public void Invalid_identifiers_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => J1939Id.From(0x123));
        Assert.Throws<InvalidOperationException>(() => new J1939Id(8, 0xEF00, 0).ToCanId());
        Assert.Throws<InvalidOperationException>(() => new J1939Id(6, 0xF004, 0, 0x80).ToCanId());
    }

    [Fact]
    public void A_NAME_exposes_its_fields()
    {
        var name = new J1939Name
        {
            IsArbitraryAddressCapable = true,
            IndustryGroup = 2,
            VehicleSystemInstance = 3,
            VehicleSystem = 4,
            Function = 0x85,
            FunctionInstance = 6,
            EcuInstance = 7,
            ManufacturerCode = 0x123,
            IdentityNumber = 0x1F_0001,
        };
        Assert.Equal("A3088537247F0001", name.ToString());
        var read = J1939Name.Read(name.ToBytes());
        Assert.Equal(name, read);
        Assert.Equal(
            (true, 2, 3, 4, 0x85, 6, 7, 0x123, 0x1F_0001),
            (read.IsArbitraryAddressCapable, read.IndustryGroup, read.VehicleSystemInstance, read.VehicleSystem, read.Function, read.FunctionInstance,
             read.EcuInstance, read.ManufacturerCode, read.IdentityNumber));
        Assert.Throws<ArgumentOutOfRangeException>(() => new J1939Name { EcuInstance = 8 });
        Assert.True(new J1939Name(1) < new J1939Name(2) && name > new J1939Name(2));
    }

    [Fact]
    public void A_frame_filter_for_a_group_passes_only_that_group() => Gen.Select(Gen.UInt[0, CanId.MaxExtended], Gen.UInt[0, CanId.MaxExtended]).Sample(
        (a, b) =>
        {
            var (of, other) = (J1939Id.From(CanId.Extended(a)), J1939Id.From(CanId.Extended(b)));
            foreach (var id in (J1939Id[])[other, other with { Pgn = of.Pgn, Destination = of.Destination }, other with { Pgn = of.Pgn, Source = of.Source, Destination = of.Destination }, of])
            {
                if (id.Pgn.IsPdu2 && id.Destination != J1939Address.Global)
                    continue;
                var frame = new CanFrame(id.ToCanId(), []);
                Assert.Equal(id.Pgn == of.Pgn, CanFilter.Pgn(of.Pgn).Matches(frame));
                Assert.Equal(id.Pgn == of.Pgn && id.Source == of.Source, CanFilter.Pgn(of.Pgn, of.Source).Matches(frame));
                Assert.Equal(
                    id.Pgn == of.Pgn && id.Source == of.Source && id.Destination == of.Destination,
                    CanFilter.Pgn(of.Pgn, of.Source, of.Destination).Matches(frame));
            }
        },
        iter: RandomCases.Of(5000));

    [Fact]
    public void Filters_combine_as_sets()
    {
        J1939Filter[] some =
        [
            J1939Filter.All, J1939Filter.None, J1939Filter.Pgn(0xF004), J1939Filter.Pgn(0xEF00, 0xF004), J1939Filter.Source(1), J1939Filter.Source(2),
            J1939Filter.Destination(3), J1939Filter.Destination(0xFF), J1939Filter.Name(new(0x11)), J1939Filter.Name(new(0x10), new(0xF0)),
        ];
        J1939Message[] messages =
        [
            .. from pgn in (J1939Pgn[])[0xF004, 0xEF00, 0xEE00]
               from source in (byte[])[1, 2]
               from destination in (byte[])[3, 0xFF]
               from name in (J1939Name?[])[null, new(0x11), new(0x12), new(0x21)]
               select new J1939Message { Pgn = pgn, Source = source, Destination = destination, SourceName = name },
        ];
        foreach (var (a, b) in from a in some from b in some select (a, b))
        {
            Assert.All(messages, m => Assert.Equal(a.Matches(m) || b.Matches(m), (a | b).Matches(m)));
            Assert.All(messages, m => Assert.Equal(a.Matches(m) && b.Matches(m), (a & b).Matches(m)));
        }
    }

    [Theory]
    [InlineData("18F00401", true)]
    [InlineData("18F00402", false)] // another source
    [InlineData("18F00501", false)] // another group
    [InlineData("1CECFF01", true)] // it may be a long message
    [InlineData("1CEC8001", true)]
    [InlineData("1CEC8101", false)] // for another node
    [InlineData("18C88001", true)]
    public void A_filter_requests_the_frames_that_carry_its_messages(string id, bool isAskedFor) => Assert.Equal(
        isAskedFor, (J1939Filter.Pgn(0xF004) & J1939Filter.Source(1)).ToCanFilter(0x80).Matches(new CanFrame(CanId.Parse(id), [])));

    [Theory]
    [InlineData("18EF8001", false, true)]
    [InlineData("18EFFF01", false, true)]
    [InlineData("18EF8101", false, false)]
    [InlineData("18EF8101", true, true)]
    public void Only_a_promiscuous_node_requests_messages_to_other_nodes(string id, bool promiscuous, bool isAskedFor) => Assert.Equal(
        isAskedFor, J1939Filter.Pgn(0xEF00).ToCanFilter(0x80, promiscuous).Matches(new CanFrame(CanId.Parse(id), [])));

    [Fact]
    public void The_lower_NAME_has_the_address_and_a_NAME_has_only_one()
    {
        var table = new NameTable();
        table.OnClaim(1, new(20));
        table.OnClaim(1, new(30));
        Assert.Equal(new J1939Name(20), table[1]);
        table.OnClaim(1, new(10));
        Assert.Equal(new J1939Name(10), table[1]);
        table.OnClaim(2, new(10));
        Assert.Equal((null, new J1939Name(10)), (table[1], table[2]));
        table.OnClaim(J1939Address.Null, new(10));
        Assert.Null(table[2]);
    }
}
