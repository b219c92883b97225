using RxCan.IsoTp;

namespace RxCan.Tests.IsoTp;

public class IsoTpAddressTests
{
    [Fact]
    public void Fixed_identifiers_hold_target_and_source()
    {
        var physical = IsoTpAddress.NormalFixed(0x55, 0xAA);
        Assert.Equal((0x18DA55AAu, 0x18DAAA55u), (physical.TxId.Value, physical.RxId.Value));
        Assert.Equal(0x18DB55AAu, IsoTpAddress.NormalFixedFunctional(0x55, 0xAA).TxId.Value);
        Assert.Equal(0x18CE55AAu, IsoTpAddress.MixedFixed(0x55, 0xAA, 1).TxId.Value);
        Assert.Equal(0x18CD55AAu, IsoTpAddress.MixedFixedFunctional(0x55, 0xAA, 1).TxId.Value);
        Assert.Equal(0x0CDA55AAu, IsoTpAddress.NormalFixed(0x55, 0xAA, priority: 3).TxId.Value);
    }

    [Fact]
    public void Any_other_address_may_answer_a_fixed_functional_address()
    {
        var functional = IsoTpAddress.NormalFixedFunctional(0x33, 0xF1);
        Assert.Equal(255, functional.Responders.Count);
        Assert.Contains(IsoTpAddress.NormalFixed(0x10, 0xF1), functional.Responders);
        Assert.True(functional.IsFunctional);
    }

    [Fact]
    public void The_peer_address_is_the_reverse()
    {
        Assert.Equal(IsoTpAddress.Normal(0x7E8, 0x7E0), IsoTpAddress.Normal(0x7E0, 0x7E8).Peer);
        Assert.Equal(IsoTpAddress.Extended(0x612, 0x6F1, 0xF1, 0x12), IsoTpAddress.Extended(0x6F1, 0x612, 0x12, 0xF1).Peer);
        Assert.Equal(IsoTpAddress.NormalFixed(0xAA, 0x55), IsoTpAddress.NormalFixed(0x55, 0xAA).Peer);
        Assert.Throws<InvalidOperationException>(() => IsoTpAddress.FunctionalObd.Peer);
    }

    [Fact]
    public void A_control_unit_of_a_group_receives_on_a_functional_identifier()
    {
        var physical = IsoTpAddress.Extended(0x7E8, 0x7DF, 1, 2);
        var group = physical.WithFunctionalRx();
        Assert.True(group.IsRxFunctional && !group.IsFunctional && !physical.IsRxFunctional);
        Assert.Equal((physical.TxId, physical.RxId, physical.TxExtension, physical.RxExtension), (group.TxId, group.RxId, group.TxExtension, group.RxExtension));
        Assert.NotEqual(physical, group);
        Assert.Equal(physical.WithFunctionalRx(), group);
        Assert.Throws<InvalidOperationException>(() => group.Peer);
        Assert.Throws<InvalidOperationException>(() => IsoTpAddress.FunctionalObd.WithFunctionalRx());
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Functional(0x7DF, [group]));
    }

    [Fact]
    public void Legislated_diagnostics_have_eight_responders()
    {
        var obd = IsoTpAddress.FunctionalObd;
        Assert.Equal(0x7DFu, obd.TxId.Value);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => ((CanId)(0x7E0 + i), (CanId)(0x7E8 + i))), obd.Responders.Select(r => (r.TxId, r.RxId)));
        Assert.Equal("7DF -> 7E8 and 7 others", obd.ToString());
    }

    [Fact]
    public void Invalid_addresses_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Normal(0x7E0, 0x7E0));
        Assert.Throws<ArgumentException>(() => IsoTpAddress.NormalFixed(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => IsoTpAddress.NormalFixed(1, 2, priority: 8));
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Functional(0x7DF, []));
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Functional(0x7DF, [IsoTpAddress.FunctionalObd]));
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Functional(0x7DF, [IsoTpAddress.Normal(1, 3), IsoTpAddress.Normal(2, 3)]));
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Functional(0x7DF, [IsoTpAddress.Normal(1, 3), IsoTpAddress.Mixed(2, 4, 1)]));
        Assert.Throws<ArgumentException>(() => IsoTpAddress.Functional(0x7DF, [IsoTpAddress.Extended(1, 3, 1, 2)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    [InlineData(1_270_000)]
    [InlineData(1_000)]
    [InlineData(9_000)]
    public void STmin_accepts_the_values_flow_control_can_express(long ticks) => Assert.Equal(ticks, new IsoTpOptions { STmin = new(ticks) }.STmin.Ticks);

    [Theory]
    [InlineData(-10_000)]
    [InlineData(500)]
    [InlineData(9_500)]
    [InlineData(15_000)]
    [InlineData(1_280_000)]
    public void STmin_rejects_all_other_values(long ticks) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IsoTpOptions { STmin = new(ticks) });
}
