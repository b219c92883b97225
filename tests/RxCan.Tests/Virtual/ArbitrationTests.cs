using CsCheck;
using RxCan.Tests.Frames;
using RxCan.Virtual;

namespace RxCan.Tests.Virtual;

public sealed class ArbitrationTests
{
    [Fact]
    public void Frames_win_arbitration_in_the_order_of_their_bits()
    {
        CanFrame[] inOrder =
        [
            CanFrame.Error(new() { Class = CanErrorClass.BusError }),
            new(0x000, []), new(0x122, []),
            new(0x123, []), CanFrame.Fd(0x123, []), CanFrame.Remote(0x123), // same 11 bits: RTR decides, then FDF
            new(CanId.Extended(0x123 << 18), []), CanFrame.Fd(CanId.Extended(0x123 << 18), []), CanFrame.Remote(CanId.Extended(0x123 << 18)), // then SRR, IDE
            new(CanId.Extended((0x123 << 18) | 1), []), CanFrame.Remote(CanId.Extended((0x123 << 18) | 0x3FFFF)),
            new(0x124, []), CanFrame.Remote(0x7FF), CanFrame.Remote(0x1FFF_FFFF),
        ];

        Assert.Equal(inOrder, inOrder.Reverse().OrderBy(f => Arbitration.Key(f)));
        Assert.Equal(inOrder.Length, inOrder.Select(f => Arbitration.Key(f)).Distinct().Count());
    }

    [Fact]
    public void The_first_differing_bit_on_the_wire_decides()
    {
        // Few base identifiers, so that the later bits matter.
        var id = Gen.OneOf(
            Gen.UInt[0x100, 0x103].Select(CanId.Standard),
            Gen.Select(Gen.UInt[0x100, 0x103], Gen.OneOf(Gen.UInt[0, 3], Gen.UInt[0x3FFFC, 0x3FFFF]), (high, low) => CanId.Extended((high << 18) | low)));
        var frame = Gen.OneOf(
            id.Select(i => new CanFrame(i, [])), id.Select(i => CanFrame.Remote(i)), id.Select(i => CanFrame.Fd(i, [])), Cases.Classic, Cases.Fd);
        Gen.Select(frame, frame).Where(pair => Kind(pair.Item1) != Kind(pair.Item2)).Sample(
            (a, b) => Math.Sign(Arbitration.Key(a).CompareTo(Arbitration.Key(b))) == Math.Sign(string.CompareOrdinal(Wire(a), Wire(b))),
            iter: Cases.Count);
    }

    private static (CanId Id, bool IsRemote, bool IsFd) Kind(CanFrame frame) => (frame.Id, frame.IsRemote, frame.IsFd);

    private static string Wire(CanFrame frame)
    {
        var (nominal, data) = BitSequence.Of(frame);
        return nominal + data;
    }
}
