namespace RxCan.Tests;

public sealed class DecodeTests : Scratch
{
    [Fact]
    public void Json_lines_are_what_scripts_rely_on()
    {
        Assert.Equal(
            """
            {"time":"1700000000.000251000","bus":"can0","id":"1A0","message":"EngineData","signals":{"EngineSpeed":2400}}
            {"time":"1700000001.000000000","bus":"can1","id":"200","message":"Gearbox","signals":{"Gear":3,"Torque":-0.5}}
            {"time":"1700000002.600000000","bus":"can0","id":"1A0","message":"EngineData","signals":{"EngineSpeed":2368}}

            """.ReplaceLineEndings("\n"),
            Rx.Run($"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format jsonl --values physical"));
    }

    [Theory]
    [InlineData("raw", """{"Gear":3,"Torque":-1}""", """{"EngineSpeed":9600}""")]
    [InlineData("named", """{"Gear":"Third","Torque":-0.5}""", """{"EngineSpeed":2400}""")]
    [InlineData("physical", """{"Gear":3,"Torque":-0.5}""", """{"EngineSpeed":2400}""")]
    public void Values_are_physical_raw_or_named(string values, string gearbox, string engine)
    {
        var lines = Rx.Run($"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format jsonl --values {values}").Split('\n');

        Assert.Contains(engine, lines[0], StringComparison.Ordinal);
        Assert.Contains(gearbox, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_of_64_bits_and_floating_point_numbers_keep_all_their_digits()
    {
        var dbc = Write("wide.dbc", """
            VERSION ""
            BU_:
            BO_ 1 Wide: 8 Vector__XXX
             SG_ Big : 0|64@1+ (1,0) [0|0] "" Vector__XXX
            BO_ 2 Real: 8 Vector__XXX
             SG_ Single : 0|32@1- (1,0) [0|0] "" Vector__XXX
             SG_ NotANumber : 32|32@1- (1,0) [0|0] "" Vector__XXX
            SIG_VALTYPE_ 2 Single : 1;
            SIG_VALTYPE_ 2 NotANumber : 1;
            """);
        var log = Write("wide.log", "(1.000000) can0 001#FFFFFFFFFFFFFFFF\n(2.000000) can0 002#0000C03F0000C07F\n");

        foreach (var values in (string[])["physical", "raw"])
        {
            var lines = Rx.Run($"decode {log} --dbc {dbc} --format jsonl --values {values}").Split('\n');
            Assert.Contains("{\"Big\":18446744073709551615}", lines[0], StringComparison.Ordinal);
            Assert.Contains("{\"Single\":1.5,\"NotANumber\":null}", lines[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_and_csv_are_for_eyes_and_tables()
    {
        Assert.StartsWith("(1700000000.000251000) can0 1A0 EngineData: EngineSpeed=2400rpm\n", Rx.Run($"decode {At("drive.log")} --dbc {At("vehicle.dbc")}"), StringComparison.Ordinal);
        Assert.Equal(
            "time,bus,id,message,signal,value,unit\n1700000001.000000000,left,200,Gearbox,Gear,Third,\n1700000001.000000000,left,200,Gearbox,Torque,-0.5,Nm\n",
            Rx.Run($"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format csv --values named --from +1s --until +2s --map can1=left".Replace("+1s", "+0.9s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_Parquet_file_holds_a_row_for_each_value()
    {
        var file = At("signals.parquet");
        Rx.Run($"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format parquet -o {file} --map can1=left");

        await using var reader = await Parquet.ParquetReader.CreateAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            ["time_ns", "bus", "id", "message", "signal", "value", "raw", "name", "unit"], reader.Schema.DataFields.Select(field => field.Name));
        Assert.Equal(new[] { 1_700_000_000_000_251_000, 1_700_000_001_000_000_000, 1_700_000_001_000_000_000, 1_700_000_002_600_000_000 }, await Column<long>(0));
        Assert.Equal(["can0", "left", "left", "can0"], await Texts(1));
        Assert.Equal(["1A0", "200", "200", "1A0"], await Texts(2));
        Assert.Equal(["EngineData", "Gearbox", "Gearbox", "EngineData"], await Texts(3));
        Assert.Equal(["EngineSpeed", "Gear", "Torque", "EngineSpeed"], await Texts(4));
        Assert.Equal(new double[] { 2400, 3, -0.5, 2368 }, await Column<double>(5));
        Assert.Equal(new long[] { 9600, 3, -1, 9472 }, await Column<long>(6));
        Assert.Equal([null, "Third", null, null], await Texts(7));
        Assert.Equal(["rpm", "", "Nm", "rpm"], await Texts(8));
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!, "*signals.parquet*"));

        async Task<T[]> Column<T>(int index)
            where T : struct
        {
            var column = new T[4];
            using var group = reader.OpenRowGroupReader(0);
            await group.ReadAsync<T>(reader.Schema.DataFields[index], column.AsMemory());
            return column;
        }

        async Task<string?[]> Texts(int index)
        {
            var column = new string?[4];
            using var group = reader.OpenRowGroupReader(0);
            await group.ReadAsync(reader.Schema.DataFields[index], column.AsMemory()!);
            return column;
        }
    }

    [Fact]
    public void A_Parquet_file_of_a_damaged_log_holds_what_came_before_and_without_a_database_there_is_none()
    {
        var log = Write("damaged.log", "(1.000000) can0 1A0#8025000000000000\n(2.000000) can0 1A0#zz\n");
        var file = At("damaged.parquet");
        Rx.Fails(1, "line 2", $"decode {log} --dbc {At("vehicle.dbc")} --format parquet -o {file}", begins: $"{file}: 1 values\n");
        Assert.True(new FileInfo(file).Length > 8);
        Assert.Equal("PAR1"u8, File.ReadAllBytes(file).AsSpan(0, 4));

        Rx.Fails(1, "there is no such file", $"decode {log} --dbc {At("no.dbc")} --format parquet -o {At("none.parquet")}");
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!, "*none.parquet*"));
    }

    [Fact]
    public void A_live_bus_is_decoded_until_it_is_interrupted()
    {
        using var can = CanBus.Open("virtual:decode");
        using var rx = Rx.Start($"decode virtual:decode --dbc {At("vehicle.dbc")} --json");

        rx.WaitForOutput(output =>
        {
            can.Send(CanFrame.Parse("1A0#8025000000000000"));
            return output.Contains("\"signals\":{\"EngineSpeed\":2400}}\n", StringComparison.Ordinal);
        }, "a decoded frame");
        Assert.Equal(0, rx.Interrupt().Status);
    }

    [Fact]
    public void Bad_input_gets_a_sentence()
    {
        Rx.Fails(2, "'--dbc' is required", $"decode {At("drive.log")}");
        Rx.Fails(1, "there is no such file", $"decode {At("drive.log")} --dbc {At("no.dbc")}");
        Rx.Fails(1, "there is no such file", $"decode {At("no.log")} --dbc {At("vehicle.dbc")}");
        Rx.Fails(2, "does not take 'xml'", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format xml");
        Rx.Fails(2, "-o signals.parquet", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format parquet");
        Rx.Fails(2, "is for --format parquet", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} -o {At("signals.csv")}");
        Rx.Fails(2, "--values is for the other formats", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format parquet -o {At("s.parquet")} --values raw");
        Rx.Fails(1, "there is no such folder", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format parquet -o {At("no/s.parquet")}");
        Rx.Fails(2, "is the log that is read", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --format parquet -o {At("drive.log")}");
        Rx.Fails(2, "does not take 'odd'", $"decode {At("drive.log")} --dbc {At("vehicle.dbc")} --values odd");
    }
}
