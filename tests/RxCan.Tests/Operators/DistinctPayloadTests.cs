using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Operators;

public sealed class DistinctPayloadTests
{
    // Few ids and payloads, so that most frames repeat an earlier one.
    private static readonly Gen<CanFrame> Repetitive = Gen.Select(
        Gen.OneOf<CanId>(0x100, 0x101, CanId.Extended(0x100)),
        Gen.OneOf<byte>(0x00, 0x01, 0x10, 0x11).Array[0, 3],
        Gen.Int[0, 5],
        (id, data, kind) => kind switch
        {
            0 => CanFrame.Remote(id, data.Length),
            1 => CanFrame.Fd(id, data),
            _ => new CanFrame(id, data),
        });

    [Theory]
    [InlineData("100#1122 100#1122 100#1123 100#1122", "100#1122 100#1123 100#1122")]
    [InlineData("100#11 101#11 100#11 00000100#11", "100#11 101#11 00000100#11")]
    [InlineData("100#11 100#1100 100#11", "100#11 100#1100 100#11")]
    [InlineData("100#11 100#R 100#11 100#R", "100#11 100#R")]
    [InlineData("20000040#0000000000000000 20000040#0000000000000000 20000080#0000000000000000", "20000040#0000000000000000 20000080#0000000000000000")]
    public void A_frame_passes_when_it_differs_from_the_last_one_with_its_identifier(string frames, string passed) =>
        Assert.Equal(Parse(passed), Parse(frames).ToObservable().DistinctPayload().ToArray().Wait());

    [Theory]
    [InlineData("100#1122 100#1F22 100#1F32", "100#1122 100#1F32", new byte[] { 0x00, 0xF0 })]
    [InlineData("100#112233 100#112244", "100#112233", new byte[] { 0xFF, 0xFF })]
    [InlineData("100#11 100#1100 100#1122", "100#11 100#1100", new byte[] { 0xFF })]
    public void With_a_mask_only_the_masked_bits_and_the_length_count(string frames, string passed, byte[] mask) =>
        Assert.Equal(Parse(passed), Parse(frames).ToObservable().DistinctPayload(mask).ToArray().Wait());

    [Fact]
    public void It_passes_the_changes_found_by_searching_back_through_the_stream() =>
        Gen.Select(Repetitive.Array[0, 40], Gen.Byte.Array[1, 4]).Sample(
            (frames, mask) =>
            {
                var expected = frames.Where((frame, i) =>
                    frames.Take(i).LastOrDefault(f => f.Id == frame.Id && f.IsRemote == frame.IsRemote, CanFrame.Parse("7FF##1")) is var last &&
                    (last.Id != frame.Id || last.Length != frame.Length || !Masked(last, mask).SequenceEqual(Masked(frame, mask))));
                return frames.ToObservable().DistinctPayload(mask).ToArray().Wait().SequenceEqual(expected);
            },
            iter: Cases.Count);

    [Fact]
    public void The_mask_is_copied_and_each_subscription_starts_afresh()
    {
        using var frames = new Subject<CanFrame>();
        byte[] mask = [0xFF];
        var distinct = frames.DistinctPayload(mask);
        mask[0] = 0;
        var (first, second) = (0, 0);
        using var one = distinct.Subscribe(_ => first++);
        frames.OnNext(new(0x100, [1]));
        using var two = distinct.Subscribe(_ => second++);
        frames.OnNext(new(0x100, [1]));
        frames.OnNext(new(0x100, [2]));
        Assert.Equal((2, 2), (first, second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void A_mask_has_1_to_64_bytes(int length) =>
        Assert.Throws<ArgumentException>(() => Observable.Empty<CanFrame>().DistinctPayload(new byte[length]));

    private static IEnumerable<byte> Masked(CanFrame frame, byte[] mask) => frame.Data.ToArray().Zip(mask, (b, m) => (byte)(b & m));

    private static IEnumerable<CanFrame> Parse(string frames) => frames.Split(' ').Select(f => CanFrame.Parse(f));
}
