using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RxCan.Tests.Bus;

[Trait("Length", "Long")]
public sealed class CanBusEventTests
{
    [Fact]
    public void User_tests_can_create_events() =>
        Assert.Empty(Errors("""
            var time = System.DateTimeOffset.UnixEpoch;
            RxCan.CanBusEvent[] all =
            [
                new RxCan.CanLinkUp("can0", time), new RxCan.CanLinkDown("can0", time) { Interface = "can1" }, new RxCan.CanLinkRemoved("can0", time),
                new RxCan.CanStateChanged("can0", time, RxCan.CanState.BusOff) with { Timestamp = time }, new RxCan.CanFramesDropped("can0", time, 1, 1),
                new RxCan.CanErrorReported("can0", time, new() { Class = RxCan.CanErrorClass.BusOff }),
            ];
            """));

    [Theory]
    [InlineData("record Mine(string Name) : RxCan.CanBusEvent(Name, default);")]
    [InlineData("record Mine : RxCan.CanBusEvent { public Mine(RxCan.CanBusEvent some) : base(some) { } }")] // a copy constructor cannot be hidden
    public void Other_assemblies_cannot_derive_events(string text) =>
        Assert.Contains(Errors(text), error => error.Contains("CS0534", StringComparison.Ordinal)); // it lacks an abstract member

    [Fact]
    public void Events_compare_by_value()
    {
        var down = new CanLinkDown("can0", DateTimeOffset.UnixEpoch);

        Assert.Equal(down, new CanLinkDown("can0", DateTimeOffset.UnixEpoch));
        Assert.NotEqual<CanBusEvent>(down, new CanLinkUp("can0", DateTimeOffset.UnixEpoch));
        Assert.NotEqual(down, down with { Interface = "can1" });
    }

    /// <summary>What the compiler says about a program in an assembly that is not a friend of RxCan.</summary>
    private static IEnumerable<string> Errors(string text) =>
        from diagnostic in CSharpCompilation.Create(
            "Outside",
            [CSharpSyntaxTree.ParseText(text)],
            from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator) select MetadataReference.CreateFromFile(path),
            new(text.StartsWith("record", StringComparison.Ordinal) ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication)).GetDiagnostics()
        where diagnostic.Severity == DiagnosticSeverity.Error
        select diagnostic.ToString();
}
