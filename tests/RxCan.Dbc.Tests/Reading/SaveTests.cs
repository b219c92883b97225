namespace RxCan.Tests.Reading;

public class SaveTests
{
    [Fact]
    public void Every_file_of_the_corpus_reads_the_same_after_it_is_saved()
    {
        foreach (var entry in Corpus.Entries)
            AssertSavesTheSame(Corpus.Load(entry.File), entry.File);
    }

    internal static CanDatabase AssertSavesTheSame(CanDatabase database, string name = "")
    {
        using var saved = new StringWriter();
        database.Save(saved);
        var again = CanDatabase.Parse(saved.ToString());
        var (expected, actual) = (ModelText.Of(database).Split('\n'), ModelText.Of(again).Split('\n'));
        for (var i = 0; i < expected.Length; i++)
        {
            if (i >= actual.Length || expected[i] != actual[i])
                Assert.Fail($"{name}, line {i}: {expected[i]} is {actual.ElementAtOrDefault(i)}\n{saved}");
        }

        Assert.Equal(expected.Length, actual.Length);
        return again;
    }
}
