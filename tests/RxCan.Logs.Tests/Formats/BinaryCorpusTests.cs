namespace RxCan.Tests.Formats;

/// <summary>Every binary file of the corpus gives the frames that its oracle saw.</summary>
public class BinaryCorpusTests
{
    private const string AboveStandard = "Id without the bit of extended ones, but above 0x7FF: we take it as extended.";
    private const string AboveEight = "DLC of 51 or 102: python-can takes it for a length.";
    private const string RemoteFd = "FD and remote: CAN FD has no remote frames.";

    /// <summary>Where the oracle says what no CAN frame can be, what we read instead, and why.</summary>
    private static readonly (string File, string Theirs, string Ours, string Reason)[] KnownErrors =
    [
        ("python-can-test_CanMessage.blf", " 4444444 - R 51 ", " 4444444 x R 8 ", AboveStandard + AboveEight),
        ("python-can-test_CanMessage2.blf", " 4444444 - R 51 ", " 4444444 x R 8 ", AboveStandard + AboveEight),
        ("python-can-test_CanErrorFrameExt.blf", " e R 102 ", " e R 8 ", AboveEight),
        ("python-can-test_CanFdMessage.blf", " 4444444 fbi ", " 4444444 xfbi ", AboveStandard),
        ("python-can-test_CanFdMessage64.blf", " rfbi T 64 -", $" xfbi T 64 {Counting(64)}", AboveStandard + RemoteFd),
    ];

    public static TheoryData<string> Files
    {
        get
        {
            var files = new TheoryData<string>(BinaryCorpus.Files);
            if (files.Count == 0)
                files.Add("");
            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_gives_the_frames_that_its_oracle_saw(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The corpus is not there: set RXCAN_CORPUS to its folder.");
        var expected = BinaryCorpus.Expect(name);
        var (frames, damage) = BinaryCorpus.Read(BinaryCorpus.Open(name, new MemoryStream(BinaryCorpus.Bytes(name))));
        Assert.Null(damage);

        AssertFrames(expected.First, frames.Take(expected.First.Length), expected.Tolerance, name);
        AssertFrames(expected.Last, frames.TakeLast(expected.Last.Length), expected.Tolerance, name);
        Assert.Equal(expected.Count, frames.Count);
        if (expected.Hash is { } hash && expected.Tolerance == 0)
            Assert.Equal(hash, BinaryCorpus.Hash(frames.Select(f => BinaryCorpus.Line(f, name))));
    }

    private static void AssertFrames(BinaryCorpus.ExpectedFrame[] expected, IEnumerable<CanFrame> actual, long tolerance, string name)
    {
        foreach (var (frame, i) in actual.Select((frame, i) => (frame, i)))
        {
            var theirs = KnownErrors.Where(e => e.File == name).Aggregate(expected[i].Line, (line, e) => line.Replace(e.Theirs, e.Ours, StringComparison.Ordinal));
            Assert.True(theirs == BinaryCorpus.Line(frame, name, withTime: false), $"frame {i}: {theirs}, but {BinaryCorpus.Line(frame, name)}");
            // A double of seconds since 1970 is only good to 240 ns, and a sum of some more.
            Assert.InRange(
                frame.UnixTimeNanoseconds - expected[i].Nanoseconds, -(expected[i].IsExact ? tolerance : 1_000), expected[i].IsExact ? tolerance : 1_000);
        }
    }

    private static string Counting(int length) => Convert.ToHexStringLower([.. Enumerable.Range(0, length).Select(i => (byte)i)]);
}
