using System.Text.Json;

namespace RxCan.Tests;

public sealed class DbcTests : Scratch
{
    [Fact]
    public void Json_has_messages_and_signals_with_counts_and_the_diagnostics()
    {
        var path = Write("faulty.dbc", Vehicle + "\nBO_ 416 Again: 8 Engine\nnonsense here;\n");

        var json = JsonDocument.Parse(Rx.Run($"dbc {path} --json")).RootElement;

        Assert.Equal(json.GetProperty("messages").GetArrayLength(), json.GetProperty("messageCount").GetInt32());
        Assert.Equal(3, json.GetProperty("signalCount").GetInt32());
        var engine = json.GetProperty("messages")[0];
        Assert.Equal(("1A0", "EngineData", 8, 1), (engine.GetProperty("id").GetString(), engine.GetProperty("name").GetString(), engine.GetProperty("length").GetInt32(), engine.GetProperty("signalCount").GetInt32()));
        var speed = engine.GetProperty("signals")[0];
        Assert.Equal(("EngineSpeed", 0.25, "rpm"), (speed.GetProperty("name").GetString(), speed.GetProperty("factor").GetDouble(), speed.GetProperty("unit").GetString()));
        var faults = json.GetProperty("diagnostics").EnumerateArray().ToArray();
        Assert.Equal(json.GetProperty("diagnosticCount").GetInt32(), faults.Length);
        Assert.Contains(faults, f => f.GetProperty("line").GetInt32() == 9 && f.GetProperty("column").GetInt32() >= 1
            && f.GetProperty("code").GetString()!.StartsWith("DBC", StringComparison.Ordinal) && f.GetProperty("text").GetString()!.Length > 10);
    }

    [Fact]
    public void Faults_are_listed_with_lines_and_an_error_is_a_status()
    {
        var path = Write("faulty.dbc", Vehicle.Replace("0|16@1+", "60|16@1+", StringComparison.Ordinal));

        using var rx = Rx.Start($"dbc {path} --check");

        Assert.Equal(1, rx.Status);
        Assert.StartsWith($"{path}(4,", rx.Output, StringComparison.Ordinal);
        Assert.Equal("", Rx.Run($"dbc {At("vehicle.dbc")} --check"));
    }

    [Fact]
    public void The_layout_shows_each_bit()
    {
        Assert.Equal(
            """
            Gearbox  200  8 bytes
            byte  7 6 5 4 3 2 1 0
               0  . . . . . A a a
               1  B b b b b b b b
               2  b b b b . . . .
               3  . . . . . . . .
            """.ReplaceLineEndings("\n"),
            string.Join('\n', Rx.Run($"dbc {At("vehicle.dbc")} Gearbox --layout").Split('\n')[..6]));
    }

    [Fact]
    public void The_summary_names_messages_and_signals()
    {
        var text = Rx.Run($"dbc {At("vehicle.dbc")}");

        Assert.Contains("2 messages, 3 signals, 1 nodes, 0 faults", text, StringComparison.Ordinal);
        Assert.Contains("     1A0  EngineData  8 bytes  from Engine\n", text, StringComparison.Ordinal);
        Assert.Contains("3 Third, 7 Reverse", Rx.Run($"dbc {At("vehicle.dbc")} 200"), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(1, "there is no such file", $"dbc {At("no.dbc")}");
        Rx.Fails(2, "There is no message Nobody", $"dbc {At("vehicle.dbc")} Nobody");
        Rx.Fails(2, "Required argument", "dbc");
    }
}
