using System.Text;
using RxCan.Dbc;

namespace RxCan.Tests.Reading;

public class DiagnosticTests
{
    private const string Message = "BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n";

    [Theory]
    [InlineData("BO_ 2 B 8 X\n", "DBC0001", 3, 9, "Expected ':', but found '8'")]
    [InlineData("hello world\n", "DBC0002", 3, 1, "'hello'")]
    [InlineData("CM_ BO_ 1 \"open;\nBO_ 2 B: 8 X\n", "DBC0003", 3, 11, "no closing quotation mark")]
    [InlineData("CM_ BO_ 1 \"text\"\nBO_ 2 B: 8 X\n", "DBC0004", 4, 1, "';'")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T : 99999|8@1+ (1,0) [0|0] \"\" X\n", "DBC0005", 4, 10, "from 0 to 14279")]
    [InlineData("BO_ 2 2B: 8 X\n", "DBC0006", 3, 7, "'2B'")]
    [InlineData("BO_ 2 B-C: 8 X\n", "DBC0007", 3, 7, "'B-C'")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T : 0|8@1+ (.5,0) [0|0] \"\" X\n", "DBC0008", 4, 18, "digit")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T : 0|8@1+ (1e999,0) [0|0] \"\" X\n", "DBC0009", 4, 18, "'1e999'")]
    [InlineData("FILTER something;\n", "DBC0010", 3, 1, "FILTER")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T m : 0|8@1+ (1,0) [0|0] \"\" X\n", "DBC0011", 4, 8, "'m'")]
    [InlineData("BO_ 4096 B: 8 X\n", "DBC0020", 3, 5, "4096")]
    [InlineData("BO_ 1073741825 B: 8 X\n", "DBC0021", 3, 5, "1073741825")]
    [InlineData("BO_ 1 B: 8 X\n", "DBC0022", 3, 5, "'A' and 'B'")]
    [InlineData("BO_ 2 A: 8 X\n", "DBC0023", 3, 7, "'A'")]
    [InlineData("BU_: N N\n", "DBC0024", 3, 8, "'N'")]
    [InlineData("BO_ 2 B: 100 X\n", "DBC0025", 3, 7, "100")]
    [InlineData("BO_ 2 B: 2000000000 X\n", "DBC0026", 3, 7, "2000000000")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ T : 8|8@1+ (1,0) [0|0] \"\" X\n", "DBC0031", 5, 6, "'T'")]
    [InlineData("BO_ 2 B: 1 X\n SG_ T : 0|9@1+ (1,0) [0|0] \"\" X\n", "DBC0032", 4, 6, "'T'")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ U : 7|1@0+ (1,0) [0|0] \"\" X\n", "DBC0033", 5, 6, "'U' overlaps 'T'")]
    [InlineData("BO_ 2 B: 64 X\n SG_ T : 0|65@1+ (1,0) [0|0] \"\" X\n", "DBC0034", 4, 6, "65")]
    [InlineData("SIG_VALTYPE_ 1 S : 1;\n", "DBC0035", 2, 6, "'S'")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T : 0|8@1+ (0,0) [0|0] \"\" X\n", "DBC0036", 4, 6, "'T'")]
    [InlineData("BO_ 2 B: 8 X\n SG_ T m0 : 0|8@1+ (1,0) [0|0] \"\" X\n", "DBC0037", 4, 6, "'T'")]
    [InlineData("BO_ 2 B: 8 X\n SG_ M M : 0|4@1+ (1,0) [0|0] \"\" X\n SG_ N M : 4|4@1+ (1,0) [0|0] \"\" X\n SG_ T m0 : 8|8@1+ (1,0) [0|0] \"\" X\n", "DBC0038", 6, 6, "'T'. 'M' is used")]
    [InlineData("BO_ 2 B: 8 X\n SG_ M M : 0|4@1+ (1,0) [0|0] \"\" X\nSG_MUL_VAL_ 2 M M 0-0;\n", "DBC0039", 4, 6, "'M'")]
    [InlineData("CM_ BO_ 7 \"text\";\n", "DBC0040", 3, 9, "7")]
    [InlineData("VAL_ 1 T 0 \"zero\";\n", "DBC0041", 3, 8, "'T'")]
    [InlineData("CM_ BU_ N \"text\";\n", "DBC0042", 3, 9, "'N'")]
    [InlineData("CM_ EV_ E \"text\";\n", "DBC0043", 3, 9, "'E'")]
    [InlineData("VAL_ 1 S Table;\n", "DBC0044", 3, 10, "'Table'")]
    [InlineData("SIG_GROUP_ 1 G 1 : S T;\n", "DBC0045", 3, 22, "'T'")]
    [InlineData("SIG_TYPE_REF_ 1 S : Type;\n", "DBC0046", 3, 21, "'Type'")]
    [InlineData("SG_MUL_VAL_ 1 S S 3-1;\n", "DBC0047", 3, 19, "'3-1'")]
    [InlineData("CM_ BO_ 1 \"a\";\nCM_ BO_ 1 \"b\";\n", "DBC0048", 4, 4, "'A' has a comment")]
    [InlineData("VAL_ 1 S 0.5 \"half\" 1 \"one\";\n", "DBC0049", 3, 10, "'0.5'")]
    [InlineData("BA_ \"Undefined\" BO_ 1 5;\n", "DBC0050", 3, 5, "'Undefined'")]
    [InlineData("BA_DEF_ BO_ \"X\" INT 0 1;\nBA_DEF_ BO_ \"X\" INT 0 1;\n", "DBC0051", 4, 13, "'X'")]
    [InlineData("BA_DEF_ BO_ \"X\" INT 0 1;\nBA_ \"X\" BO_ 1 \"text\";\n", "DBC0052", 4, 15, "'X'")]
    [InlineData("BA_DEF_ BO_ \"X\" ENUM \"a\",\"b\";\nBA_ \"X\" BO_ 1 2;\n", "DBC0053", 4, 15, "'2'")]
    public void A_fault_has_a_code_a_place_and_a_sentence_and_the_rest_loads(string text, string code, int line, int column, string says)
    {
        var database = CanDatabase.Parse(Message + text + "BO_ 1999 Last: 8 X\n SG_ Final : 0|8@1+ (1,0) [0|0] \"\" X\n");
        var diagnostic = Assert.Single(database.Diagnostics);
        Assert.Equal((code, line, column), (diagnostic.Code, diagnostic.Line, diagnostic.Column));
        Assert.Contains(says, diagnostic.Message);
        Assert.EndsWith(".", diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal("S", database["A"].Signals[0].Name);
        Assert.Equal("Final", Assert.Single(database["Last"].Signals).Name);
        SaveTests.AssertSavesTheSame(database);
    }

    [Fact]
    public void A_signal_without_a_message_is_skipped()
    {
        var diagnostic = Assert.Single(CanDatabase.Parse(" SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n" + Message).Diagnostics);
        Assert.Equal("(1,6): error DBC0030: The signal 'S' belongs to no message. It is skipped.", diagnostic.ToString());
    }

    [Fact]
    public void Strict_reading_throws_on_the_first_error_but_not_on_warnings()
    {
        var strict = new DbcReadOptions { IsStrict = true };
        Assert.Single(CanDatabase.Parse(Message + "CM_ BO_ 7 \"text\";", strict).Diagnostics);
        var exception = Assert.Throws<CanDatabaseException>(() => CanDatabase.Parse(Message + "CM_ BO_ 7 \"text\";\nBO_ 2 B 8 X\nBO_ 3 C 8 X", strict));
        Assert.Equal((4, 9), (exception.Diagnostic.Line, exception.Diagnostic.Column));
        Assert.StartsWith("(4,9): error DBC0001: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_not_closed_does_not_swallow_the_statements_after_it()
    {
        var database = CanDatabase.Parse("CM_ \"never closed;\n" + Message + "CM_ BO_ 1 \"closed\";\nVAL_ 1 S 0 \"zero\" ;\n");
        Assert.Equal("closed", database["A"].Comment);
        Assert.NotNull(database["A"]["S"].Values);
        Assert.Equal(1, Assert.Single(database.Diagnostics).Line);
    }

    [Fact]
    public void The_number_of_diagnostics_is_limited()
    {
        var database = CanDatabase.Parse(string.Concat(Enumerable.Repeat("BO_ 1\n", 10_000)));
        Assert.InRange(database.Diagnostics.Count, 100, 1_100);
        Assert.Equal("DBC0099", database.Diagnostics[^1].Code);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("iso-8859-1", false)]
    [InlineData("utf-16", true)]
    public void The_encoding_is_found_by_the_content(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = "BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"°C\" X\n";
        byte[] bytes = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        Assert.Equal("°C", CanDatabase.Parse(bytes)["A"]["S"].Unit);
        Assert.Equal("°C", CanDatabase.Parse(bytes, new() { Encoding = encoding })["A"]["S"].Unit);
    }

    [Fact]
    public void Windows_1252_has_its_own_characters()
    {
        var bytes = Encoding.Latin1.GetBytes("CM_ \"\u0080 \u0099 \u00E9\";");
        Assert.Equal("€ ™ é", CanDatabase.Parse(bytes).Comment);
    }

    [Theory]
    [InlineData("0", 0d)]
    [InlineData("-0.5", -0.5)]
    [InlineData("+1", 1d)]
    [InlineData("1.", 1d)]
    [InlineData("1e3", 1000d)]
    [InlineData("1E-05", 0.00001)]
    [InlineData("0.06944444444", 0.06944444444)]
    [InlineData("18446744073709551615", 18446744073709551615d)]
    [InlineData("123456789012345678901234567890", 123456789012345678901234567890d)]
    [InlineData("0.1234567890123456789012345", 0.1234567890123456789012345)]
    [InlineData("4.9e-324", 4.9e-324)]
    [InlineData("1e-9999", 0d)]
    public void Numbers_are_exact(string number, double value) =>
        Assert.Equal(value, CanDatabase.Parse($"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,{number}) [0|0] \"\" X")["A"]["S"].Offset);

    [Fact]
    public void Nothing_of_a_file_needs_to_be_there()
    {
        foreach (var text in (string[])["", "\0\0", "\"", "SG_", "BO_", "NS_", "NS_ :", "BU_", "VAL_", "CM_ \"", "BA_DEF_ ENUM", "\uFEFF", "/", "//", "EV_ a:0[", "BS_:1:"])
            Assert.Empty(CanDatabase.Parse(text).Messages);
    }
}
