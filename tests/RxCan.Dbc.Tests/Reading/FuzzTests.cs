using System.Text;
using CsCheck;
using RxCan.Dbc;

namespace RxCan.Tests.Reading;

/// <summary>Damaged files. RXCAN_CASES=100 makes a million of the first test.</summary>
public class FuzzTests
{
    private const int MaxPiece = 6_000;

    private static readonly string[] Tokens =
    [
        "\"", ";", "\\", "\\\"", ":", ",", "|", "@", "(", ")", "[", "]", "-", "M", "m0", "m0M ", "m99999999999999999999", "\0", "\r", "\n", "\n\n", "//", "\uFEFF",
        "99999999999999999999", "1e999", "-1", ".5", "0", "4294967295", "3221225472", "VECTOR__INDEPENDENT_SIG_MSG", "BO_ ", "SG_ ", "\nBO_ 1 A: 8 X\n",
        "\nCM_ \"", "\nVAL_ 1 A 0 \"", "\nBA_ \"", "\nBA_DEF_ BO_ \"", "\nSG_MUL_VAL_ 1 A A 0-0;\n", "\nNS_ :\n", "\nEV_ ", "BU_SG_REL_ ", "\nFILTER ", "é",
    ];

    private static readonly Lazy<string[]> Texts = new(() =>
    {
        var folder = Corpus.Find();
        return folder is null ? [Everything.Text] : [Everything.Text, .. Directory.GetFiles(folder, "*.dbc").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
    });

    /// <summary>A piece of a file, with a few changes: bytes, tokens, lines that are missing, doubled or moved.</summary>
    private static Gen<string> Damaged =>
        from file in Gen.Int[0, Texts.Value.Length - 1]
        from at in Gen.Double[0, 1]
        from length in Gen.Int[1, MaxPiece]
        from changes in Gen.Select(Gen.Int[0, 5], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, Tokens.Length - 1]).Array[1, 8]
        select Damage(Texts.Value[file], at, length, changes);

    [Fact]
    [Trait("Length", "Long")]
    public void A_damaged_file_never_throws_and_needs_at_most_ten_times_its_size() => Damaged.Sample(
        text =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var database = CanDatabase.Parse(text);
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.All(database.Diagnostics, diagnostic => Assert.True(diagnostic.Line > 0 && diagnostic.Column > 0 && diagnostic.Message.Length > 0));
            // Whatever a file has, the reader has its tables.
            Assert.True(used <= (10 * text.Length) + 32_768, $"{used} bytes for {text.Length}");
        },
        iter: RandomCases.Of(10_000));

    [Fact]
    [Trait("Length", "Long")]
    public void A_damaged_file_reads_the_same_after_it_is_saved() => Damaged.Sample(
        text => { SaveTests.AssertSavesTheSame(CanDatabase.Parse(text)); }, iter: RandomCases.Of(1_000));

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 300].Sample(
        bytes => { CanDatabase.Parse(bytes); }, iter: RandomCases.Of(10_000));

    private static string Damage(string text, double at, int length, (int Kind, double At, double Length, int Token)[] changes)
    {
        var start = (int)(at * Math.Max(0, text.Length - length));
        var piece = new StringBuilder(text, start, Math.Min(length, text.Length - start), 2 * MaxPiece);
        foreach (var change in changes)
        {
            var place = (int)(change.At * piece.Length);
            var count = Math.Min(piece.Length - place, (int)(change.Length * change.Length * 200));
            var part = piece.ToString(place, count);
            _ = change.Kind switch
            {
                0 => piece.Insert(place, Tokens[change.Token]),
                1 => piece.Remove(place, count),
                2 => piece.Insert(place, part),
                3 => piece.Remove(place, count).Insert((int)(change.Length * piece.Length), part),
                4 => count > 0 ? piece.Replace(part[0], Tokens[change.Token][0], place, count) : piece,
                _ => piece.Remove(place, Math.Min(count, 1)).Insert(place, Tokens[change.Token]),
            };
        }

        return piece.ToString();
    }
}
