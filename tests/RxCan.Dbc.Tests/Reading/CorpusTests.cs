using System.Text.RegularExpressions;
using RxCan.Dbc;

namespace RxCan.Tests.Reading;

public class CorpusTests
{
    /// <summary>
    /// The files that cantools refuses: the first fault, which is at the line that it names, and what RxCan does about it. There is no other difference:
    /// in the 130 files that cantools reads, messages, signals and nodes are as many.
    /// </summary>
    public static TheoryData<string, string, int> Refused => new()
    {
        { "cantools-issue_199.dbc", "DBC0020", 45 }, // a 29-bit identifier without bit 31: taken as one of 29 bits
        { "opendbc-chrysler_cusw.dbc", "DBC0020", 182 },
        { "opendbc-mazda_2017.dbc", "DBC0006", 273 }, // a name that begins with a digit: taken as it is
        { "opendbc-psa_aee2010_r3.dbc", "DBC0006", 165 },
        { "opendbc-toyota_2017_ref_pt.dbc", "DBC0021", 387 }, // bit 30 without bit 31: the lowest 29 bits
        { "opendbc-toyota_radar_dsu_tssp.dbc", "DBC0004", 139 }, // no ';' before a message
        { "opendbc-vw_mqbevo.dbc", "DBC0020", 1333 },
        { "opendbc-generator-chrysler-_stellantis_common.dbc", "DBC0008", 16 }, // .25: taken as 0.25
        { "opendbc-generator-honda-_bosch_2018.dbc", "DBC0020", 162 },
        { "opendbc-generator-honda-_honda_common.dbc", "DBC0001", 207 }, // a signal's comment without a signal: skipped
        { "opendbc-generator-volkswagen-_vw_meb_common.dbc", "DBC0020", 1917 },
    };

    [Trait("Length", "Long")]
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

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_file_that_cantools_refuses_loads_with_all_messages_and_signals_and_a_diagnostic_at_the_line(string file, string code, int line)
    {
        var database = Corpus.Load(file);
        var text = File.ReadAllText(Path.Combine(Corpus.Folder, file));
        Assert.Equal(Regex.Count(text, @"^\s*BO_ \d+ (?!VECTOR__)", RegexOptions.Multiline), database.Messages.Count);
        Assert.Equal(Regex.Count(text, @"^\s*SG_ ", RegexOptions.Multiline), database.Messages.Sum(message => message.Signals.Count) + database.UnassignedSignals.Count);
        Assert.Contains(database.Diagnostics, diagnostic => (diagnostic.Code, diagnostic.Line, diagnostic.Severity) == (code, line, DbcSeverity.Error));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Strict_reading_throws_and_names_the_file_and_the_line(string file, string code, int line)
    {
        var exception = Assert.Throws<CanDatabaseException>(() => CanDatabase.Load(Path.Combine(Corpus.Folder, file), new() { IsStrict = true }));
        Assert.Equal(DbcSeverity.Error, exception.Diagnostic.Severity);
        Assert.True(exception.Diagnostic.Line <= line, $"{code} in line {line} is not first: {exception.Message}");
        Assert.StartsWith(Path.Combine(Corpus.Folder, file) + "(", exception.Message, StringComparison.Ordinal);
    }
}
