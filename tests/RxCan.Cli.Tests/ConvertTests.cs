namespace RxCan.Tests;

public sealed class ConvertTests : Scratch
{
    [Theory]
    [InlineData("asc")]
    [InlineData("blf")]
    [InlineData("trc")]
    [InlineData("asc.gz")]
    public void A_log_survives_the_way_through_another_format(string extension)
    {
        Rx.Run($"convert {At("drive.log")} {At($"drive.{extension}")}");
        Rx.Run($"convert {At($"drive.{extension}")} {At("back.log")} --map 1=can0 --map 2=can1");

        Assert.Equal(Text("drive.log"), Text("back.log"));
    }

    [Fact]
    public void A_part_of_a_log_is_converted()
    {
        Rx.Run($"convert {At("drive.log")} {At("part.log")} --filter 100-7FF --from +50ms --until 2023-11-14T22:13:22");

        Assert.Equal("(1700000000.100000) can0 123#DEADBEEF R\n(1700000001.000000) can1 200#03FFF00000000000 R\n", Text("part.log"));
    }

    [Fact]
    public void It_says_how_much_it_wrote_where_no_program_reads_it()
    {
        using var rx = Rx.Start($"convert {At("drive.log")} {At("copy.asc")}");

        Assert.Equal(0, rx.Status);
        Assert.Equal("", rx.Output);
        Assert.Equal($"{At("copy.asc")}: 5 frames\n", rx.Talk);
    }

    [Fact]
    public void Damage_ends_it_or_is_skipped_on_request()
    {
        Write("damaged.log", Drive.Replace("123#DEADBEEF", "12X#DEADBEEF", StringComparison.Ordinal) + "\n");

        Rx.Fails(1, "line 2", $"convert {At("damaged.log")} {At("out.log")}");
        Assert.False(File.Exists(At("out.log")));
        using var rx = Rx.Start($"convert {At("damaged.log")} {At("out.log")} --skip-damage");
        Assert.Equal(0, rx.Status);
        Assert.Contains("line 2", rx.Talk, StringComparison.Ordinal);
        Assert.Equal(4, Text("out.log").Count(c => c == '\n'));
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(1, "there is no such file", $"convert {At("nothing.log")} {At("x.log")}");
        Rx.Fails(1, "is a folder", $"convert {Folder} {At("x.log")}");
        Rx.Fails(1, "there is no such folder", $"convert {At("drive.log")} {At("no/x.log")}");
        Rx.Fails(2, "the extension is not one", $"convert {At("drive.log")} {At("x.mf4")}");
        Rx.Fails(2, "Required argument", $"convert {At("drive.log")}");
        Rx.Fails(2, "'12X' is not a CAN filter", $"convert {At("drive.log")} {At("x.log")} --filter 12X");
        Rx.Fails(2, "is not a time", $"convert {At("drive.log")} {At("x.log")} --from soon");
        Rx.Fails(2, "is not a pair", $"convert {At("drive.log")} {At("x.log")} --map 1");
        Rx.Fails(2, "does not take 'word'", $"convert {At("drive.log")} {At("x.log")} --format word");
    }
}
