using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RxCan.Tests;

public class DiagnosticTests
{
    [Fact]
    public void The_readers_diagnostics_are_at_their_line_of_the_file()
    {
        const string text = "VERSION \"\"\n\nBO_ 1 A: 1 N\n SG_ First : 0|8@1+ (1,0) [0|0] \"\" N\n SG_ Second : 4|8@1+ (1,0) [0|0] \"\" N\nCM_ SG_ 1 Third \"there is none\";\n";
        var generator = new Generator(new Generator.Database("/databases/faulty.dbc", text));

        var diagnostics = generator.Run().Diagnostics;

        Assert.Equal(
            ["DBC0032 Warning 4:5 Second", "DBC0033 Warning 4:5 Second", "DBC0041 Warning 5:10 Third"],
            diagnostics.Select(d => $"{d.Id} {d.Severity} {d.Location.GetLineSpan().StartLinePosition.Line}:{d.Location.GetLineSpan().StartLinePosition.Character} " +
                $"{text.AsSpan(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}"));
        Assert.All(diagnostics, d => Assert.Equal("/databases/faulty.dbc", d.Location.GetLineSpan().Path));
        Assert.Equal(CanDatabase.Parse(text).Diagnostics.Select(d => d.Message), diagnostics.Select(d => d.GetMessage()));
        generator.Load();
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        var error = Assert.Single(new Generator(new Generator.Database("/none.dbc", null)).Run().Diagnostics);
        Assert.Equal(("DBC0101", DiagnosticSeverity.Error, "/none.dbc"), (error.Id, error.Severity, error.Location.GetLineSpan().Path));
    }

    [Fact]
    public void A_file_in_Windows_1252_keeps_its_units()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.dbc");
        try
        {
            byte[] bytes = [.. "BO_ 1 A: 1 N\n SG_ T : 0|8@1+ (0.5,0) [0|0] \""u8, 0xB0, .. "C\" N\n"u8];
            File.WriteAllBytes(path, bytes);
            using var stream = File.OpenRead(path);
            // As the compiler reads it: what is not UTF-8 is lost.
            var generator = new Generator(new Generator.Database(path, SourceText.From(stream).ToString(), ("ClassName", "Degrees")));

            Assert.Empty(generator.Run().Diagnostics);
            var type = generator.Load().GetType("Tested.Degrees+A")!;
            Assert.Equal("A { T = 0.5 °C }", TypedMessage.Of(type, 0).Decode([1]).ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
