namespace RxCan.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void A_wrong_command_line_gets_a_sentence_and_says_where_help_is()
    {
        Rx.Fails(2, "rxcan needs a command: ", "");
        Rx.Fails(2, "'bogus'", "bogus");
        Rx.Fails(2, "Try: rxcan dbc --help", "dbc --bogus");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("convert --help")]
    [InlineData("decode --help")]
    [InlineData("dbc --help")]
    [InlineData("uds --help")]
    [InlineData("uds raw --help")]
    [InlineData("dump --help")]
    [InlineData("send --help")]
    [InlineData("gen --help")]
    [InlineData("record --help")]
    [InlineData("play --help")]
    [InlineData("info --help")]
    [InlineData("isotp recv --help")]
    [InlineData("obd --help")]
    [InlineData("j1939 claim --help")]
    [InlineData("link up --help")]
    [InlineData("bridge --help")]
    [InlineData("top --help")]
    [InlineData("doctor --help")]
    [InlineData("completion --help")]
    public void Every_command_has_help_with_examples(string line)
    {
        var help = Rx.Run(line);

        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        if (line != "--help")
            Assert.Contains("Examples:\n  rxcan ", help, StringComparison.Ordinal);
    }
}
