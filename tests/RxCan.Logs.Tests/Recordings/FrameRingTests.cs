using CsCheck;
using RxCan.Logs.Recording;

namespace RxCan.Tests.Recordings;

public sealed class FrameRingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_keeps_what_a_list_would_keep() =>
        Gen.Select(Gen.Int[0, 5000], Gen.Int[1, 3000], Gen.Int[-3, 20].Array[0, 4000]).Sample(
            (window, capacity, steps) =>
            {
                var ring = new FrameRing(TimeSpan.FromTicks(window), capacity);
                var kept = new List<CanFrame>();
                var time = Start;
                for (var i = 0; i < steps.Length; i++)
                {
                    time = time.AddTicks(steps[i]);
                    var frame = new CanFrame(i % 2048, BitConverter.GetBytes(i)).WithTimestamp(time);
                    ring.Add(frame);
                    while (kept.Count > 0 && (kept.Count == capacity || kept[0].Timestamp < time.AddTicks(-window)))
                        kept.RemoveAt(0);
                    kept.Add(frame);
                }

                return kept.SequenceEqual(Enumerable.Range(0, ring.Count).Select(i => ring[i]));
            },
            iter: RandomCases.Of(200));
}
