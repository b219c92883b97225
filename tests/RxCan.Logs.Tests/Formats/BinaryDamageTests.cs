using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using RxCan.Logs;

namespace RxCan.Tests.Formats;

/// <summary>Damaged binary files: all before the damage, then a <see cref="CanLogException"/>; never another exception, never without an end.</summary>
[Trait("Length", "Long")]
public class BinaryDamageTests
{
    private const int MaxSkips = 100_000;

    public static TheoryData<string> Files => [.. BinaryCorpus.Files.DefaultIfEmpty("")];

    /// <summary>The damage script of the corpus, on every file.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_damaged_file_gives_what_is_before_the_damage(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The corpus is not there: set RXCAN_CORPUS to its folder.");
        var whole = BinaryCorpus.Bytes(name);
        var frames = BinaryCorpus.Read(BinaryCorpus.Open(name, new MemoryStream(whole))).Frames;
        var variants = 0;
        foreach (var (kind, at, damaged) in Variants(name, RandomCases.Of(40))) // all of them with RXCAN_CASES=6
        {
            variants++;
            var (read, _) = BinaryCorpus.Read(BinaryCorpus.Open(name, new MemoryStream(damaged)));

            // What the whole file gives up to the damage, but of a container only all or nothing. MDF 4 is in another order than the file.
            var owed = Path.GetExtension(name) == ".mf4" ? 0 : Owed(name, whole, Math.Min(at, whole.Length));
            Assert.True(read.Count >= owed, $"{kind}: {read.Count} of {owed} frames before byte {at}");
            Assert.True(frames.Take(owed).SequenceEqual(read.Take(owed)), $"{kind}: other frames before byte {at}");
            ReadOn(name, damaged);
        }

        Assert.NotEqual(0, variants);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Mutated_files_end_in_frames_or_the_documented_exception(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The corpus is not there: set RXCAN_CORPUS to its folder.");
        var whole = BinaryCorpus.Bytes(name);
        var small = whole[..Math.Min(whole.Length, 8_000)];
        // Half of the changes where the structure is dense.
        var at = Gen.OneOf(Gen.Int[0, Math.Min(511, small.Length - 1)], Gen.Int[0, small.Length - 1]);
        var change = Gen.Select(at, Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0, 1, 0x7F, 0x80, 0xFF)), Gen.Int[1, 8]);
        change.Array[1, 4].Sample(
            changes =>
            {
                var mutated = small.ToArray();
                foreach (var (first, value, count) in changes)
                    mutated.AsSpan(first, Math.Min(count, mutated.Length - first)).Fill(value);
                ReadOn(name, mutated);
            },
            iter: RandomCases.Of(100));
    }

    /// <summary>Reads all that can be read, and goes on after damage.</summary>
    private static void ReadOn(string name, byte[] file)
    {
        using var reader = BinaryCorpus.Open(name, new MemoryStream(file));
        for (var skips = 0; ; skips++)
        {
            Assert.True(skips < MaxSkips);
            try
            {
                var most = 100 + file.Length;
                while (reader.Read(out var frame))
                {
                    Assert.True(most-- > 0, "more frames than bytes");
                    Assert.InRange(frame.Length, 0, CanFrame.MaxFdLength);
                }

                return;
            }
            catch (CanLogException damage)
            {
                Assert.StartsWith("byte ", damage.Location, StringComparison.Ordinal);
                if (!reader.TrySkip())
                    return;
            }
        }
    }

    private static int Owed(string name, byte[] whole, int offset)
    {
        var before = offset;
        if (name.EndsWith(".blf", StringComparison.Ordinal))
        {
            // Back to the beginning of the container.
            before = 0;
            for (var at = 144; at >= 0 && at + 16 <= whole.Length && at <= offset;)
            {
                before = at;
                var next = whole.AsSpan(at + Math.Max(16, BitConverter.ToInt32(whole, at + 8))).IndexOf("LOBJ"u8);
                at = next < 0 ? -1 : at + Math.Max(16, BitConverter.ToInt32(whole, at + 8)) + next;
            }
        }

        return BinaryCorpus.Read(BinaryCorpus.Open(name, new MemoryStream(whole[..before]))).Frames.Count;
    }

    /// <summary>About so many of the script's variants of a file: their kind, the first byte that is damaged, their content.</summary>
    private static IEnumerable<(string Kind, int Offset, byte[] Content)> Variants(string name, int count)
    {
        const string script = """
            import sys, struct
            sys.path.insert(0, sys.argv[1])
            sys.dont_write_bytecode = True
            import damage
            all = list(damage.variants(sys.argv[2], open(sys.argv[1] + '/' + sys.argv[2], 'rb').read()))
            for kind, offset, data, _ in all[::max(1, len(all) // int(sys.argv[3]))]:
                sys.stdout.buffer.write(struct.pack('<40sii', kind.encode(), offset, len(data)) + data)
            """;
        using var process = Start("python3", "-c", script, BinaryCorpus.Folder!, name, count.ToString(CultureInfo.InvariantCulture));
        Assert.SkipWhen(process is null, "The damage script needs python3.");
        using var reader = new BinaryReader(process!.StandardOutput.BaseStream);
        while (reader.ReadBytes(48) is { Length: 48 } head)
            yield return (Encoding.ASCII.GetString(head, 0, 40).TrimEnd('\0'), BitConverter.ToInt32(head, 40), reader.ReadBytes(BitConverter.ToInt32(head, 44)));
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static Process? Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
