using System.Text;
using CsCheck;
using RxCan.Logs;
using RxCan.Tests.Corpus;
using static RxCan.Tests.Formats.LogFrames;

namespace RxCan.Tests.Formats.Text;

/// <summary>A damaged text gives the frames of every line before the damage, then a <see cref="CanLogException"/> or the rest; nothing else happens.</summary>
[Trait("Length", "Long")]
public class TextDamageTests
{
    private static readonly string[] Extensions = [".log", ".asc", ".trc", ".csv"];

    public static TheoryData<string> Texts => [.. LogCorpus.Names.Where(name => Extensions.Contains(Path.GetExtension(name)) || name == "none")];

    /// <summary>As damage.py of the corpus damages texts.</summary>
    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void A_damaged_file_gives_the_frames_before_the_damage(string name)
    {
        LogCorpus.SkipIfAbsent();
        var whole = File.ReadAllBytes(LogCorpus.PathOf(name));
        if (whole.Length > 100_000)
            whole = whole[..(whole.AsSpan(0, 100_000).LastIndexOf((byte)'\n') + 1)];
        var expected = Read(whole).Frames.Select(Describe).ToArray();
        foreach (var (kind, offset, damaged) in Variants(whole, new Random(1)))
        {
            // Which lines lie wholly before the damage shows when only they are there. The first lines tell the format, and may be damaged themselves.
            var before = whole[..(whole.AsSpan(0, offset).LastIndexOf((byte)'\n') + 1)];
            var owed = Read(before).Frames.Count;
            var actual = Read(damaged).Frames.Take(owed).Select(Describe);
            Assert.True(expected.Take(owed).SequenceEqual(actual), $"{kind} at {offset}: not the {owed} frames before it.");
        }
    }

    [Theory]
    [InlineData(CanLogFormat.Candump)]
    [InlineData(CanLogFormat.Asc)]
    [InlineData(CanLogFormat.Trc)]
    [InlineData(CanLogFormat.Csv)]
    [InlineData(CanLogFormat.SavvyCanCsv)]
    public void No_mutation_of_a_log_does_anything_but_throw_the_documented_exception(CanLogFormat format) =>
        Gen.Select(Some, Gen.Select(Gen.Double[0, 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 6]).Sample(
            (frames, changes) =>
            {
                var log = Write(format, new(), frames).ToList();
                foreach (var (where, value, kind) in changes.TakeWhile(_ => log.Count > 0))
                {
                    var at = (int)(where * (log.Count - 1));
                    switch (kind)
                    {
                        case 0:
                            log[at] ^= (byte)(1 << (value % 8));
                            break;
                        case 1:
                            log[at] = value;
                            break;
                        case 2:
                            log.RemoveRange(at, Math.Min(value % 16, log.Count - at - 1));
                            break;
                        case 3:
                            log.InsertRange(at, log.GetRange(at, Math.Min(value, log.Count - at)));
                            break;
                    }
                }

                var lines = log.Count(character => character == '\n');
                var (read, damage) = Read([.. log], format);
                Assert.True(read.Count + damage.Count <= lines + 1, "There are more frames and damages than lines.");
                Assert.All(damage, e => Assert.Equal(format, e.Format));
            },
            iter: RandomCases.Of(20_000));

    [Theory]
    [InlineData(CanLogFormat.Candump)]
    [InlineData(CanLogFormat.Asc)]
    [InlineData(CanLogFormat.Trc)]
    [InlineData(CanLogFormat.Csv)]
    [InlineData(CanLogFormat.SavvyCanCsv)]
    public void Noise_NULs_and_a_line_of_a_million_characters_are_no_frames(CanLogFormat format)
    {
        var noise = new byte[1_000_000];
        new Random(1).NextBytes(noise);
        foreach (var content in (byte[][])[noise, new byte[1_000_000], [.. Enumerable.Repeat((byte)'1', 1_000_000)], [.. Enumerable.Repeat((byte)'\r', 1_000_000)], [.. Enumerable.Repeat((byte)'\n', 100_000)]])
            Assert.Empty(Read(content, format).Frames);
    }

    [Fact]
    public void A_line_that_is_too_long_is_one_damage_and_reading_goes_on_after_it()
    {
        var (frames, damage) = Read(Encoding.ASCII.GetBytes($"(1.000000) can0 123#11\n{new string('A', 1_000_000)}\n(2.000000) can0 123#22\n"));
        Assert.Equal(["123#11", "123#22"], frames.Select(frame => $"{frame}"));
        Assert.Equal("line 2", Assert.Single(damage).Location);
    }

    [Theory]
    [InlineData("(1.000000) can0 123#11", 0)]
    [InlineData("(1.000000) can0 123#1122334455667788", 1)]
    [InlineData("(1.000000) can0 123#11 R", 1)]
    public void An_unfinished_last_line_of_candump_is_a_frame_only_if_no_data_can_be_missing(string line, int count)
    {
        var (frames, damage) = Read(Encoding.ASCII.GetBytes(line));
        Assert.Equal(count, frames.Count);
        Assert.Equal(1 - count, damage.Count);
    }

    [Fact]
    public void A_file_names_so_many_interfaces_and_the_frames_of_further_ones_have_none()
    {
        var frames = Read(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3_000).Select(i => $"(1.000000) text{i} 123#11\n")))).Frames;
        Assert.Equal(3_000, frames.Count);
        Assert.InRange(frames.Select(frame => frame.Interface).Distinct().Count(), 2, 1_001);
    }

    private static IEnumerable<(string Kind, int Offset, byte[] Damaged)> Variants(byte[] log, Random random)
    {
        for (var i = 0; i < 20; i++)
        {
            var at = random.Next(log.Length);
            yield return ("cut", at, log[..at]);
        }

        for (var i = 0; i < 100; i++)
        {
            var at = random.Next(i % 2 == 0 ? log.Length : Math.Min(512, log.Length));
            var copy = log.ToArray();
            copy[at] ^= (byte)(1 << random.Next(8));
            yield return ("bit", at, copy);
        }

        var middle = log.Length / 2;
        yield return ("nul-byte", middle, [.. log[..middle], 0, .. log[middle..]]);
        yield return ("no-eol", log.Length - 1, [.. log.AsSpan().TrimEnd("\r\n"u8)]);
        yield return ("long-line", middle, [.. log[..middle], .. Enumerable.Repeat((byte)'A', 1_000_000), .. log[middle..]]);
        yield return ("long-hex-line", middle, [.. log[..middle], .. Enumerable.Repeat((byte)'0', 400_000), .. log[middle..]]);
        yield return ("utf8-bom", 0, [0xEF, 0xBB, 0xBF, .. log]);
        yield return ("utf16", 0, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.Latin1.GetString(log))]);
        yield return ("latin1-byte", middle, [.. log[..middle], 0xE4, .. log[middle..]]);
        yield return ("cr-only", 0, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(log).ReplaceLineEndings("\r")));
        yield return ("half-line", middle, [.. log[..middle], (byte)'\n', .. log[middle..]]);
        yield return ("digits", middle, [.. log[..middle], .. Enumerable.Repeat((byte)'9', 400), .. log[middle..]]);
    }
}
