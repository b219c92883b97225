namespace RxCan.Tests;

/// <summary>A folder that is removed after the test, with the files that tests use.</summary>
public abstract class Scratch : IDisposable
{
    /// <summary>What the example is decoded with.</summary>
    protected const string Vehicle = """
        VERSION "1"
        BU_: Engine
        BO_ 416 EngineData: 8 Engine
         SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Engine
        BO_ 512 Gearbox: 8 Engine
         SG_ Gear : 0|3@1+ (1,0) [0|7] "" Engine
         SG_ Torque : 15|12@0- (0.5,0) [-1000|1000] "Nm" Engine
        VAL_ 512 Gear 3 "Third" 7 "Reverse" ;
        """;

    protected const string Drive = """
        (1700000000.000251) can0 1A0#8025000000000000 R
        (1700000000.100000) can0 123#DEADBEEF R
        (1700000001.000000) can1 200#03FFF00000000000 R
        (1700000002.500000) can0 1F334455#1122 R
        (1700000002.600000) can0 1A0##10025000000000000 R
        """;

    protected Scratch()
    {
        Write("vehicle.dbc", Vehicle);
        Write("drive.log", Drive + "\n");
    }

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rxcan-cli-").FullName;

    protected string At(string name) => Path.Combine(Folder, name);

    protected string Text(string name) => File.ReadAllText(At(name)).ReplaceLineEndings("\n");

    protected string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public virtual void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
