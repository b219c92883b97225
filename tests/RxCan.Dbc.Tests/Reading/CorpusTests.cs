namespace RxCan.Tests.Reading;

public class CorpusTests
{
    [Fact]
    public void Every_file_has_the_messages_signals_and_nodes_that_cantools_sees()
    {
        var differences = new List<string>();
        foreach (var entry in Corpus.Entries)
        {
            var database = Corpus.Load(entry.File);
            var seen = (database.Messages.Count, database.Messages.Sum(message => message.Signals.Count), database.Nodes.Count);
            if (entry.Cantools is null && seen != (entry.Messages, entry.Signals, entry.Nodes))
                differences.Add($"{entry.File}: {seen}, cantools {(entry.Messages, entry.Signals, entry.Nodes)}");
        }

        Assert.Empty(differences);
    }
}
