using System.Text;
using RxCan;
using RxCan.Dbc;

namespace RxCan.Tests;

/// <summary>The code in the README about the model, word for word.</summary>
public sealed class ModelReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rxcan").FullName;
    private readonly ConsoleRecorder Console = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Loading_and_saving_work_as_written()
    {
        var path = Path.Combine(_folder, "vehicle.dbc");
        File.WriteAllText(path, Everything.Text + "\nBO_ 4096 Odd: 8 Engine\n");
        var CanDatabase = new Files(_folder);

        CanDatabase vehicle = CanDatabase.Load("vehicle.dbc");

        DbcMessage engine = vehicle["EngineData"];
        DbcSignal speed = engine["Speed"];
        Console.WriteLine($"{engine.Id} every {engine.CycleTime?.TotalMilliseconds} ms: {speed.Name} in {speed.Unit}, {speed.Minimum} to {speed.Maximum}");

        foreach (DbcDiagnostic fault in vehicle.Diagnostics)
            Console.WriteLine($"vehicle.dbc{fault}");

        vehicle.Save(path);                                          // UTF-8; for other tools, Save(path, Encoding.Latin1)

        Assert.Equal(ModelText.Of(vehicle), ModelText.Of(CanDatabase.Load("vehicle.dbc")));
        vehicle.Save(path, Encoding.Latin1);
        Assert.Equal(
            ["123 every 20 ms: Speed in rpm, 0 to 8000",
                "vehicle.dbc(98,5): error DBC0020: The identifier 4096 has more than 11 bits, but bit 31 is not set. It is taken as a 29-bit identifier."],
            Console.Lines);
    }

    [Fact]
    public void The_model_is_queried_as_written()
    {
        var vehicle = CanDatabase.Parse(Everything.Text);
        var cyclic = from message in vehicle.Messages where message.CycleTime is not null select message;
        var shown = from message in vehicle.Messages from signal in message.Signals where signal.Receivers.Contains("Dashboard") select signal;

        DbcMessage? received = vehicle.Find(0x123);                  // by identifier, as frames have it
        DbcMessage? group = vehicle.FindPgn(0xF004);                 // by parameter group, from any source
        string? bus = vehicle.Attributes["BusType"]?.Text;           // its own value, or the default of the definition

        Assert.Equal(["EngineData"], cyclic.Select(message => message.Name));
        Assert.Equal(["Speed"], shown.Select(signal => signal.Name));
        Assert.Equal(("EngineData", "Eec1", "CAN FD"), (received?.Name, group?.Name, bus));
    }
}
