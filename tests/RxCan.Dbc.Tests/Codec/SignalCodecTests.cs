using CsCheck;
using RxCan.Dbc;

namespace RxCan.Tests.Codec;

/// <summary>Random layouts against <see cref="Layout"/>'s bit-by-bit reference.</summary>
public sealed class SignalCodecTests
{
    private static readonly Gen<byte[]> AnyData = Gen.OneOf(Gen.Byte.Array[64], Gen.Bool.Select(isSet => isSet ? (byte)0xFF : (byte)0).Array[64]);

    [Fact]
    public void Any_layout_decodes_as_the_reference_does() => Gen.Select(Layout.Any, AnyData).Sample(
        (layout, data) =>
        {
            var signal = layout.ToSignal();
            Assert.Equal(layout.Raw(data), signal.DecodeRaw(data));
            Assert.Equal(layout.Bytes, signal.RequiredLength);
        },
        iter: RandomCases.Of(20_000));

    [Fact]
    public void It_is_absent_from_data_that_is_too_short_and_there_in_all_other() => Gen.Select(Layout.Any, AnyData, Gen.Int[0, 64]).Sample(
        (layout, data, length) =>
        {
            var signal = layout.ToSignal();
            long? expected = length >= layout.Bytes ? layout.Raw(data) : null;
            Assert.Equal(expected, signal.DecodeRaw(data.AsSpan(0, length)));
            Assert.Equal(expected is null, signal.Decode(data.AsSpan(0, length)) is null);
        },
        iter: RandomCases.Of(20_000));

    [Fact]
    public void Encoding_changes_no_other_bit_and_decoding_gives_the_number_back() => Gen.Select(Layout.Any, AnyData, AnyData).Sample(
        (layout, before, other) =>
        {
            var raw = layout.Raw(other);
            var after = (byte[])before.Clone();

            layout.ToSignal().Encode(SignalValue.Raw(raw), after);

            var own = layout.Positions.ToHashSet();
            for (var i = 0; i < 8 * 64; i++)
            {
                var source = own.Contains((i / 8, i % 8)) ? other : before;
                Assert.Equal(source[i / 8] >> i % 8 & 1, after[i / 8] >> i % 8 & 1);
            }

            Assert.Equal(raw, layout.ToSignal().DecodeRaw(after));
        },
        iter: RandomCases.Of(5_000));

    [Fact]
    public void A_value_in_its_unit_is_encoded_as_the_number_that_it_came_from() => Gen.Select(
        Layout.Any.Where(layout => !layout.IsFloat && layout.Length <= 48), AnyData, Gen.Double[-1000, 1000].Where(factor => Math.Abs(factor) > 1e-3), Gen.Double[-1000, 1000]).Sample(
        (layout, data, factor, offset) =>
        {
            var signal = layout.ToSignal(factor, offset);
            var value = signal.Decode(data)!.Value;
            Assert.Equal((layout.Raw(data) * signal.Factor) + signal.Offset, value);

            var again = new byte[64];
            signal.Encode(value, again);

            Assert.Equal(layout.Raw(data), layout.Raw(again));
        },
        iter: RandomCases.Of(10_000));

    [Fact]
    public void Integers_of_64_bits_are_exact() => Gen.Select(Layout.Any.Where(layout => !layout.IsFloat), AnyData).Sample(
        (layout, data) =>
        {
            var raw = layout.Raw(data);
            if (raw < 0 && layout.Kind == DbcSignalKind.Unsigned)
                return; // has no long of the same value
            var again = new byte[64];
            layout.ToSignal().Encode(raw, again);
            Assert.Equal(raw, layout.Raw(again));
        },
        iter: RandomCases.Of(10_000));

    [Fact]
    public void Floating_point_values_keep_their_bits() => Gen.Select(Layout.Any.Where(layout => layout.IsFloat), Gen.Float, Gen.Double).Sample(
        (layout, single, number) =>
        {
            var data = new byte[64];
            var expected = layout.Kind == DbcSignalKind.Float ? single : number;

            layout.ToSignal().Encode(expected, data);

            Assert.Equal(expected, layout.ToSignal().Decode(data));
            Assert.Equal(
                layout.Kind == DbcSignalKind.Float ? BitConverter.SingleToUInt32Bits(single) : BitConverter.DoubleToInt64Bits(number), layout.Raw(data));
        },
        iter: RandomCases.Of(5_000));

    [Fact]
    public void Signals_side_by_side_do_not_disturb_each_other() => Gen.Select(Layout.Any.Array[1, 20], AnyData, AnyData).Sample(
        (candidates, before, other) =>
        {
            var taken = new HashSet<(int, int)>();
            Layout[] layouts = [.. candidates.Where(layout => !taken.Overlaps(layout.Positions)).Where(layout => layout.Positions.All(taken.Add))];
            var message = Layout.Message(layouts);
            (string, SignalValue)[] values = [.. layouts.Select((layout, i) => ($"S{i}", SignalValue.Raw(layout.Raw(other))))];

            var updated = message.Update(CanFrame.Fd(1, before), values);
            var created = message.Encode(values);

            Assert.Equal(layouts.Select(layout => layout.Raw(other)), message.Decode(updated).Select(signal => signal.Raw));
            Assert.Equal(layouts.Select(layout => layout.Raw(other)), message.Decode(created).Select(signal => signal.Raw));
            for (var i = 0; i < 8 * 64; i++)
            {
                var (at, bit) = (i / 8, i % 8);
                Assert.Equal((taken.Contains((at, bit)) ? other : before)[at] >> bit & 1, updated.Data[at] >> bit & 1);
                Assert.Equal(taken.Contains((at, bit)) ? other[at] >> bit & 1 : 0, created.Data[at] >> bit & 1);
            }
        },
        iter: RandomCases.Of(1_000));
}
