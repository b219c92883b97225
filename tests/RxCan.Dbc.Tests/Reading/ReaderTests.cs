using RxCan.Dbc;
using RxCan.J1939;

namespace RxCan.Tests.Reading;

public class ReaderTests
{
    private readonly CanDatabase _database = CanDatabase.Parse(Everything.Text);

    [Fact]
    public void Every_statement_is_read_without_a_fault() => Assert.Empty(_database.Diagnostics);

    [Fact]
    public void The_network_has_its_version_timing_nodes_tables_and_comment()
    {
        Assert.Equal("1.2 \"beta\"", _database.Version);
        Assert.Equal(new DbcBitTiming(500, 1, 2), _database.BitTiming);
        Assert.Equal(["Engine", "Gateway", "Dashboard"], _database.Nodes.Select(node => node.Name));
        Assert.Equal("An engine", _database.FindNode("Engine")?.Comment);
        Assert.Equal("The whole\nnetwork", _database.Comment?.ReplaceLineEndings("\n"));
        Assert.Equal("OnOff", Assert.Single(_database.ValueTables).Name);
    }

    [Fact]
    public void A_message_is_found_by_name_by_identifier_and_by_parameter_group()
    {
        Assert.Equal(CanId.Standard(291), _database["EngineData"].Id);
        Assert.Same(_database["EngineData"], _database.Find(291));
        Assert.Null(_database.Find(CanId.Extended(291)));
        Assert.Same(_database["Eec1"], _database.FindPgn(0xF004));
        Assert.Equal(CanId.Extended(0x0CF00400), _database["Eec1"].Id);
        Assert.Equal<J1939Pgn?>(0xF004, _database["Eec1"].Pgn);
        var missing = Assert.Throws<KeyNotFoundException>(() => _database["Enginedata"]);
        Assert.Contains("Enginedata", missing.Message);
        Assert.Contains("Speed, Torque, Gear", Assert.Throws<KeyNotFoundException>(() => _database["EngineData"]["speed"]).Message);
    }

    [Fact]
    public void A_signal_has_its_layout_scale_range_unit_and_receivers()
    {
        var speed = _database["EngineData"]["Speed"];
        Assert.Equal((0, 16, CanByteOrder.Intel, DbcSignalKind.Unsigned), (speed.StartBit, speed.Length, speed.ByteOrder, speed.Kind));
        Assert.Equal((0.25, -10d, 0d, 8000d, "rpm"), (speed.Factor, speed.Offset, speed.Minimum, speed.Maximum, speed.Unit));
        Assert.Equal(["Gateway", "Dashboard"], speed.Receivers);
        Assert.Equal("A signal; with \"quotes\"", speed.Comment);
        Assert.Equal(0, speed.StartValue);
        Assert.Equal("EngineData.Speed", speed.ToString());
        var torque = _database["EngineData"]["Torque"];
        Assert.Equal((23, 12, CanByteOrder.Motorola, DbcSignalKind.Signed), (torque.StartBit, torque.Length, torque.ByteOrder, torque.Kind));
        Assert.Empty(torque.Receivers);
        Assert.Null(torque.StartValue);
        Assert.Null(_database["EngineData"]["Gear"].Minimum);
    }

    [Fact]
    public void A_message_has_its_senders_cycle_time_send_type_and_groups()
    {
        var message = _database["EngineData"];
        Assert.Equal(["Engine", "Gateway"], message.Senders);
        Assert.Equal(TimeSpan.FromMilliseconds(20), message.CycleTime);
        Assert.Equal("Cyclic", message.SendType);
        Assert.Equal("OnChange", _database["LongData"].SendType);
        Assert.Null(_database["LongData"].CycleTime);
        Assert.Equal(["Speed", "Torque"], Assert.Single(message.SignalGroups).Signals.Select(signal => signal.Name));
        Assert.False(message.IsFd);
        Assert.True(_database["LongData"].IsFd);
        Assert.False(_database["Eec1"].IsFd);
        Assert.True(_database["Eec1"].IsJ1939);
        Assert.Equal(899, _database["Eec1"]["Mode"].Spn);
    }

    [Fact]
    public void Multiplexers_can_be_nested_and_select_by_ranges()
    {
        var message = _database["Eec1"];
        Assert.True(message["Mode"].IsMultiplexer);
        Assert.False(message["Mode"].IsMultiplexed);
        var deep = Assert.Single(message["Deep"].Multiplexing);
        Assert.Same(message["Inner"], deep.Multiplexer);
        Assert.Equal([new(1, 3), new(7, 7)], deep.Values);
        Assert.Equal([false, true, true, false, true], new ulong[] { 0, 1, 3, 4, 7 }.Select(deep.Selects));
        Assert.Same(message["Mode"], Assert.Single(message["Inner"].Multiplexing).Multiplexer);
    }

    [Fact]
    public void Numbers_can_be_floating_point()
    {
        Assert.Equal(DbcSignalKind.Float, _database["LongData"]["FloatingPoint"].Kind);
        Assert.Equal(DbcSignalKind.Double, _database["LongData"]["D"].Kind);
        Assert.Equal(1.8446744073709552E19, _database["LongData"]["Wide"].StartValue);
    }

    [Fact]
    public void Values_have_names()
    {
        var gears = _database["EngineData"]["Gear"].Values!;
        Assert.Equal([new(3, "Third"), new(2, "Second"), new(-1, "Reverse")], gears.Values);
        Assert.True(gears.TryGetName(-1, out var name));
        Assert.Equal("Reverse", name);
        Assert.True(gears.TryGetValue("Third", out var value));
        Assert.Equal(3, value);
        Assert.False(gears.TryGetName(4, out _));
        Assert.Equal(2, _database["Eec1"]["Mode"].Values?.Values.Count);
    }

    [Fact]
    public void Attributes_have_their_own_value_or_the_default()
    {
        Assert.Equal("CAN FD", _database.Attributes["BusType"]?.Text);
        Assert.Equal((16, false), (_database.Nodes[0].Attributes["NmStationAddress"]!.Number, _database.Nodes[0].Attributes["NmStationAddress"]!.IsDefault));
        Assert.Equal((254, true), (_database.Nodes[1].Attributes["NmStationAddress"]!.Number, _database.Nodes[1].Attributes["NmStationAddress"]!.IsDefault));
        Assert.Null(_database.Attributes["NmStationAddress"]);
        Assert.Equal(
            ["TimeoutTime = 500", "Project = B", "Use = often"], _database.RelationAttributes.Select(relation => relation.Attribute.ToString()));
        Assert.Same(_database["EngineData"]["Speed"], _database.RelationAttributes[0].Signal);
    }

    [Fact]
    public void Environment_variables_signal_types_and_unassigned_signals_are_there()
    {
        Assert.Equal(
            [("Key", DbcEnvironmentVariableType.Integer, DbcAccess.ReadWrite, 0), ("Plate", DbcEnvironmentVariableType.String, DbcAccess.Read, 0),
                ("Blob", DbcEnvironmentVariableType.Data, DbcAccess.Unrestricted, 5)],
            _database.EnvironmentVariables.Select(variable => (variable.Name, variable.Type, variable.Access, variable.DataLength)));
        Assert.Equal(["Engine", "Dashboard"], _database.EnvironmentVariables[0].Nodes);
        Assert.Equal("left", _database.EnvironmentVariables[0].Attributes["Panel"]?.Text);
        Assert.Equal(("Percent", 0.4, "OnOff"), (_database["EngineData"]["Gear"].Type!.Name, _database.SignalTypes[0].Factor, _database.SignalTypes[0].ValueTable));
        Assert.Equal("Spare", Assert.Single(_database.UnassignedSignals).Name);
        Assert.DoesNotContain(_database.Messages, message => message.Name.StartsWith("VECTOR", StringComparison.Ordinal));
    }

    [Fact]
    public void It_reads_the_same_after_it_is_saved() => Assert.Empty(SaveTests.AssertSavesTheSame(_database).Diagnostics);

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void All_line_ends_are_the_same(string end)
    {
        var other = CanDatabase.Parse(Everything.Text.ReplaceLineEndings(end));
        Assert.Empty(other.Diagnostics);
        Assert.Equal(ModelText.Of(_database).ReplaceLineEndings("\n"), ModelText.Of(other).ReplaceLineEndings("\n"));
        var fault = Assert.Single(CanDatabase.Parse($"VERSION \"\"{end}{end} bad{end}BU_: A").Diagnostics);
        Assert.Equal((3, 2), (fault.Line, fault.Column));
    }

    [Fact]
    public void Lines_can_be_in_any_order()
    {
        // Statements in the reverse order, but signals with their message.
        var statements = new List<string>();
        foreach (var line in Everything.Text[Everything.Text.IndexOf("BU_:", StringComparison.Ordinal)..].ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith(" SG_", StringComparison.Ordinal) || line.StartsWith("network", StringComparison.Ordinal))
                statements[^1] += $"\n{line}";
            else
                statements.Add(line);
        }

        statements.Reverse();
        var reversed = CanDatabase.Parse(string.Join('\n', statements));
        Assert.Empty(reversed.Diagnostics);
        Assert.Equal(
            ModelText.Of(_database)[ModelText.Of(_database).IndexOf("Nodes:", StringComparison.Ordinal)..].Split('\n').Order(),
            ModelText.Of(reversed)[ModelText.Of(reversed).IndexOf("Nodes:", StringComparison.Ordinal)..].Split('\n').Order());
    }

    [Fact]
    public void A_statement_can_span_lines_and_lines_can_have_comments()
    {
        var database = CanDatabase.Parse("BO_\n 1 \n A // a message\n : \n 8 \n X\nSG_ S:0|8@1+\n(2 , 1)\n[ 0 | 0 ]\n\"u\"\nX,\nY\nVAL_ 1 S\n0 \"a\"\n1 \"b\"\n;");
        Assert.Empty(database.Diagnostics);
        Assert.Equal(["X", "Y"], database["A"]["S"].Receivers);
        Assert.Equal(2, database["A"]["S"].Values?.Values.Count);
    }
}
