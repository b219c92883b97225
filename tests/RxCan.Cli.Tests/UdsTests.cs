namespace RxCan.Tests;

public sealed class UdsTests : Scratch
{
    private const string Ecu = "--tx 7E0 --rx 7E8 --simulate --p2 20s";

    [Theory]
    [InlineData("22F190")]
    [InlineData("\"22 F1 90\"")]
    [InlineData("22 F1 90")]
    [InlineData("0x22F190")]
    [InlineData("22.f1.90")]
    public void Raw_prints_the_response_in_hexadecimal(string request) => Assert.Equal(
        "62F190" + Convert.ToHexString("WRXCAN00000000001"u8) + "\n",
        Rx.Run($"uds virtual:{Guid.NewGuid():N} --tx 7E0 --rx 7E8 --simulate --p2 20s raw {request}"));

    [Fact]
    public void Options_may_stand_behind_and_have_a_prefix() => Assert.Equal(
        "62F195010000\n",
        Rx.Run("uds virtual:uds-behind raw 22F195 --simulate --p2 20s --tx 0x7E0 --rx 0x7E8"));

    [Fact]
    public void A_refusal_has_a_name_and_status_4()
    {
        Assert.Equal("7F2231\n", Rx.Fails(4, "RequestOutOfRange", $"uds virtual:uds-refused {Ecu} raw 22 1234"));
    }

    [Fact]
    public void Silence_has_status_3() => Rx.Fails(3, "", "uds virtual:uds-silent --tx 7E0 --rx 7E8 --p2 50ms raw 22F190");

    [Fact]
    public void Services_print_what_they_read()
    {
        Assert.Equal("F190  57 52 58 43 41 4E 30 30 30 30 30 30 30 30 30 30 31  'WRXCAN00000000001'\nF195  01 00 00\n", Rx.Run($"uds virtual:uds-read {Ecu} read F190 F195"));
        Assert.Equal("{\"did\":\"F195\",\"data\":\"010000\"}\n", Rx.Run($"uds virtual:uds-json {Ecu} read F195 --json"));
        Assert.Equal("", Rx.Run($"uds virtual:uds-write {Ecu} write 0100 --text hello"));
        Assert.Equal("P0301-00  030100  09  TestFailed, Confirmed\n", Rx.Run($"uds virtual:uds-dtc {Ecu} dtc --status 08"));
        Assert.StartsWith("session 03 Extended: P2 ", Rx.Run($"uds virtual:uds-session {Ecu} session extended"), StringComparison.Ordinal);
        Assert.Equal("", Rx.Run($"uds virtual:uds-reset {Ecu} reset"));
    }

    [Fact]
    public void An_image_is_flashed()
    {
        File.WriteAllBytes(At("image.bin"), new byte[5000]);

        using var rx = Rx.Start($"uds virtual:uds-flash {Ecu} flash {At("image.bin")} --address 0x08000000");

        Assert.True(rx.Status == 0, rx.Talk);
        Assert.Contains("5000 bytes downloaded", rx.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(2, "Who talks to whom?", "uds virtual:uds-bad raw 22F190");
        Rx.Fails(2, "is not bytes in hexadecimal", $"uds virtual:uds-bad {Ecu} raw 22F19");
        Rx.Fails(2, "is not an identifier", "uds virtual:uds-bad --tx XYZ --rx 7E8 raw 22F190");
        Rx.Fails(2, "needs a command: raw, read", "uds virtual:uds-bad --tx 7E0 --rx 7E8");
        Rx.Fails(2, "it cannot be sent to", $"uds {At("drive.log")} --tx 7E0 --rx 7E8 raw 22F190");
        Rx.Fails(2, "belong together", $"uds virtual:uds-bad {Ecu} flash {At("drive.log")} --unlock 1");
    }
}
