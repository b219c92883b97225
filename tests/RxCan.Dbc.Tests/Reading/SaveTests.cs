namespace RxCan.Tests.Reading;

public class SaveTests
{
    [Trait("Length", "Long")]
    [Fact]
    public void Every_file_of_the_corpus_reads_the_same_after_it_is_saved()
    {
        foreach (var entry in Corpus.Entries)
            AssertSavesTheSame(Corpus.Load(entry.File), entry.File);
    }

    [Fact]
    public void Statements_of_one_identifier_are_for_the_first_message_that_has_the_signal()
    {
        const string messages = "BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n"
            + "BO_ 1 B: 8 X\n SG_ S m0 : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ T m1M : 8|8@1+ (1,0) [0|0] \"\" X\n SG_ M M : 16|8@1+ (1,0) [0|0] \"\" X\n";
        var database = CanDatabase.Parse(messages + "CM_ SG_ 1 S \"first\";\nCM_ SG_ 1 T \"second\";\nSG_MUL_VAL_ 1 T M 3-4;\n");
        Assert.Equal("first", database["A"]["S"].Comment);
        Assert.Null(database["B"]["S"].Comment);
        Assert.Equal([new(3, 4)], Assert.Single(database["B"]["T"].Multiplexing).Values);
        AssertSavesTheSame(database);
    }

    [Fact]
    public void The_multiplexer_of_a_statement_is_in_the_signals_own_message()
    {
        const string first = "BO_ 1 A: 8 X\n SG_ M : 0|8@1+ (1,0) [0|0] \"\" X\n";
        const string second = "BO_ 1 B: 8 X\n SG_ M M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ T m1 : 8|8@1+ (1,0) [0|0] \"\" X\n";
        var database = CanDatabase.Parse(first + second + "SG_MUL_VAL_ 1 T M 3-4;\n");
        Assert.Same(database["B"]["M"], Assert.Single(database["B"]["T"].Multiplexing).Multiplexer);
        Assert.False(database["A"]["M"].IsMultiplexer);
        AssertSavesTheSame(database);
    }

    [Fact]
    public void A_default_is_for_every_definition_of_its_name()
    {
        var database = CanDatabase.Parse("BA_DEF_ BO_ \"X\" INT 0 9;\nBA_DEF_DEF_ \"X\" 3;\nBA_DEF_ SG_ \"X\" STRING ;\nBA_ \"X\" 5;\n");
        Assert.Equal(["3", "3", "3"], database.AttributeDefinitions.Select(definition => definition.Default?.Text));
        AssertSavesTheSame(database);
        AssertSavesTheSame(CanDatabase.Parse("BA_DEF_ BO_ \"X\" STRING ;\nBA_DEF_ SG_ \"X\" FLOAT 0 9;\nBA_DEF_DEF_ \"X\" 3.50;\n"));
        AssertSavesTheSame(CanDatabase.Parse("BA_DEF_ BO_ \"X\" ENUM \"a\",\"b\";\nBA_DEF_ SG_ \"X\" ENUM \"b\",\"c\";\nBA_DEF_DEF_ \"X\" 1;\n"));
    }

    [Fact]
    public void Relations_and_groups_are_in_the_files_order()
    {
        const string text = "BU_: N\nBO_ 1 A: 8 N\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n"
            + "BA_REL_ \"R\" BU_SG_REL_ N SG_ 1 S 5;\nBA_REL_ \"R\" BU_BO_REL_ N 1 6;\nSIG_GROUP_ 1 First 1 : S;\nSIG_GROUP_ 1 Second 1 : ;\n";
        var database = CanDatabase.Parse(text);
        Assert.Equal(["5", "6"], database.RelationAttributes.Select(relation => relation.Attribute.Text));
        Assert.Equal(["First", "Second"], database["A"].SignalGroups.Select(group => group.Name));
        AssertSavesTheSame(database);
        AssertSavesTheSame(CanDatabase.Parse("BA_ \"X\" -0;"));
        AssertSavesTheSame(CanDatabase.Parse("BS_: 18446744073709551615"));
    }

    [Fact]
    public void Nodes_can_share_a_long_name()
    {
        var database = CanDatabase.Parse("BU_: N O\nBO_ 1 A: 8 N\nBO_TX_BU_ 1 : N,O;\nBA_DEF_ BU_ \"SystemNodeLongSymbol\" STRING ;\n"
            + "BA_ \"SystemNodeLongSymbol\" BU_ N \"Long\";\nBA_ \"SystemNodeLongSymbol\" BU_ O \"Long\";\n");
        Assert.Equal(["Long"], database["A"].Senders);
        AssertSavesTheSame(database);
    }

    [Fact]
    public void Unassigned_signals_can_have_the_identifier_of_a_message()
    {
        var database = CanDatabase.Parse("BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\nBO_ 1 VECTOR__INDEPENDENT_SIG_MSG: 0 X\n"
            + " SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\nBO_ 1 B: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\nCM_ SG_ 1 S \"text\";\nCM_ BO_ 1 \"text\";\n");
        Assert.Equal(("text", "text"), (database["A"].Comment, database["A"]["S"].Comment));
        Assert.Null(database.UnassignedSignals[0].Comment);
        AssertSavesTheSame(database);
    }

    [Fact]
    public void A_multiplexer_out_of_a_loop_selects_the_signals_that_name_none()
    {
        var database = CanDatabase.Parse("BO_ 1 A: 8 X\n SG_ F m0M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ G m0M : 8|8@1+ (1,0) [0|0] \"\" X\n"
            + " SG_ H m0M : 16|8@1+ (1,0) [0|0] \"\" X\n SG_ T m1 : 24|8@1+ (1,0) [0|0] \"\" X\nSG_MUL_VAL_ 1 G H 1-1;\nSG_MUL_VAL_ 1 H G 1-1;\n");
        Assert.False(database["A"]["G"].IsMultiplexed);
        Assert.Same(database["A"]["G"], Assert.Single(database["A"]["T"].Multiplexing).Multiplexer);
        AssertSavesTheSame(database);
    }

    [Fact]
    public void A_multiplexer_with_the_name_of_another_signal_is_not_mixed_up_with_it()
    {
        var database = CanDatabase.Parse("BO_ 1 A: 8 X\n SG_ M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ M M : 8|8@1+ (1,0) [0|0] \"\" X\n"
            + " SG_ N m0M : 16|8@1+ (1,0) [0|0] \"\" X\n SG_ T m1 : 24|8@1+ (1,0) [0|0] \"\" X\n");
        Assert.Equal(8, Assert.Single(database["A"]["T"].Multiplexing).Multiplexer.StartBit);
        AssertSavesTheSame(database);
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
