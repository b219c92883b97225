using System.Xml.Linq;

namespace RxCan.Tests;

public class NameTests
{
    // Names that long-name attributes can have, and that a reader lets pass.
    private const string Hostile = """
        BO_ 1 class: 8 Node
         SG_ int : 0|8@1+ (1,0) [0|0] "" Node
         SG_ record : 8|8@1+ (1,0) [0|0] "" Node
         SG_ field : 16|8@1+ (0.5,0) [0|0] "" Node
         SG_ value : 24|8@1+ (0.5,0) [0|0] "" Node
         SG_ text : 32|8@1+ (1,0) [0|0] "" Node
         SG_ _word0 : 40|8@1+ (1,0) [0|0] "" Node
         SG_ _length : 48|4@1+ (1,0) [0|0] "" Node
         SG_ other : 52|4@1+ (1,0) [0|0] "" Node
         SG_ global : 56|4@1+ (1,0) [0|0] "" Node
         SG_ System : 60|4@1+ (1,0) [0|0] "" Node
        BO_ 2 Filter: 8 Node
         SG_ Filter : 0|1@1+ (1,0) [0|0] "" Node
         SG_ Id : 1|1@1+ (1,0) [0|0] "" Node
         SG_ Length : 2|1@1+ (1,0) [0|0] "" Node
         SG_ Decode : 3|1@1+ (1,0) [0|0] "" Node
         SG_ TryDecode : 4|1@1+ (1,0) [0|0] "" Node
         SG_ GetType : 5|1@1+ (1,0) [0|0] "" Node
         SG_ Equals : 6|1@1+ (1,0) [0|0] "" Node
         SG_ ToString : 7|1@1+ (1,0) [0|0] "" Node
         SG_ get_Id : 8|1@1+ (1,0) [0|0] "" Node
         SG_ set_Twice : 9|1@1+ (1,0) [0|0] "" Node
         SG_ Twice : 10|1@1+ (1,0) [0|0] "" Node
         SG_ Twice : 11|1@1+ (1,0) [0|0] "" Node
         SG_ TWICE : 12|1@1+ (1,0) [0|0] "" Node
         SG_ FilterMessage : 13|1@1+ (1,0) [0|0] "" Node
         SG_ Scaled : 16|8@1+ (0.5,0) [0|0] "" Node
         SG_ ScaledRaw : 24|8@1+ (1,0) [0|0] "" Node
         SG_ op_Equality : 32|8@1+ (1,0) [0|0] "" Node
        BO_ 3 Own: 8 Node
         SG_ Own : 0|8@1+ (1,0) [0|0] "" Node
         SG_ 3rd : 8|8@1+ (1,0) [0|0] "" Node
         SG_ Größe : 16|8@1+ (1,0) [0|0] "" Node
         SG_ A-B : 24|8@1+ (1,0) [0|0] "" Node
         SG_ Gear : 32|3@1+ (1,0) [0|0] "" Node
        BO_ 4 own: 8 Node
        BO_ 5 OWN: 8 Node
         SG_ Gear : 0|8@1+ (1,0) [0|0] "" Node
        BO_ 6 Own: 8 Node
        BO_ 7 Hostile: 8 Node
        BO_ 8 _word0: 8 Node
         SG_ A : 0|8@1+ (1,0) [0|0] "" Node
        BO_ 9 System: 8 Node
        BO_ 10 RxCan: 8 Node
        BO_ 11 global: 8 Node
        BO_ 12 Gear: 8 Node
        CM_ "</summary> */ #endif ]]> & < \u0000";
        CM_ BO_ 1 "one
        two " ;
        CM_ SG_ 1 int "a < b && c > d <see cref='/> {0}";
        VAL_ 3 Gear 0 "" 1 "value__" 2 "3rd gear" 3 "class" 4 "Same" 5 "Same" 6 "same" -1 "Minus 1" 6 "again" 99999999999 "big" ;
        VAL_ 5 Gear 0 "Not available" 1 "N/A" 2 "ToString" ;
        """;

    [Fact]
    public void No_name_breaks_the_code()
    {
        var generator = new Generator(new Generator.Database("/databases/hostile.dbc", Hostile.Replace("\\u0000", "\0\u2028\u0085\uD800")));
        generator.Run();
        var assembly = generator.Load();

        var types = assembly.GetType("Tested.Hostile")!.GetNestedTypes();
        Assert.Equal(
            ["class", "FilterMessage", "Own", "own", "OWN", "Own2", "HostileMessage", "_word0", "System", "RxCan", "global", "Gear"],
            types.Where(type => !type.IsEnum).Select(type => type.Name));
        Assert.Equal(["OwnGear", "OWNGear"], types.Where(type => type.IsEnum).Select(type => type.Name));
        Assert.Equal(
            ["Value0", "Value__", "_3rdGear", "Class", "Same", "Same_5", "Same_6", "Minus1", "Big"],
            types.Single(type => type.Name == "OwnGear").GetEnumNames().OrderBy(name => Array.IndexOf(["Value0", "Value__", "_3rdGear", "Class", "Same", "Same_5", "Same_6", "Minus1", "Big"], name)));
        Assert.Equal(typeof(long), types.Single(type => type.Name == "OwnGear").GetEnumUnderlyingType());
        string[] own = [.. types.Single(type => type.Name == "Own").GetProperties().Select(property => property.Name)];
        Assert.Equal(["OwnSignal", "_3rd", "Größe", "A_B", "Gear"], own.Except(["Name", "Id", "Pgn", "Filter", "Length", "CycleTime"]));
    }

    [Fact]
    public void No_comment_breaks_the_documentation()
    {
        var generator = new Generator(new Generator.Database("/databases/hostile.dbc", Hostile.Replace("\\u0000", "\0\u2028\u0085\uD800")));
        generator.Run();

        var lines = generator.Source.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("///", StringComparison.Ordinal));
        var documentation = XElement.Parse($"<all>{string.Join('\n', lines.Select(line => line[3..]))}</all>");

        Assert.Contains(documentation.Elements("summary"), summary => summary.Value.Trim() == """a < b && c > d <see cref='/> {0}""");
        Assert.Contains(documentation.Elements("summary"), summary => summary.Value.Contains("</summary> */ #endif ]]> & <"));
    }

    [Fact]
    public void Every_signal_of_a_hostile_name_has_its_own_bits()
    {
        var generator = new Generator(new Generator.Database("/databases/hostile.dbc", Hostile));
        generator.Run();
        var type = generator.Load().GetType("Tested.Hostile+class")!;

        var message = TypedMessage.Of(type, 0).Decode([1, 2, 3, 4, 5, 6, 0x87, 0xA9]);

        Assert.Equal("class { int = 1, record = 2, field = 1.5, value = 2, text = 5, _word0 = 6, _length = 7, other = 8, global = 9, System = 10 }", message.ToString());
    }

    [Theory]
    [InlineData("vehicle.dbc", "Tested.Vehicle")]
    [InlineData("my-truck 2.dbc", "Tested.MyTruck2")]
    [InlineData("2nd.dbc", "Tested._2nd")]
    [InlineData("Straße.dbc", "Tested.Straße")]
    [InlineData("....dbc", "Tested.Database")]
    public void The_class_is_named_after_the_file(string file, string name)
    {
        var generator = new Generator(new Generator.Database("/databases/" + file, "BO_ 1 A: 8 Node"));
        generator.Run();
        Assert.NotNull(generator.Load().GetType(name));
    }

    [Fact]
    public void Metadata_sets_class_namespace_and_accessibility()
    {
        var generator = new Generator(
            new Generator.Database("/a.dbc", "BO_ 1 A: 8 Node", ("ClassName", "event"), ("Namespace", "Some.namespace"), ("Accessibility", "Internal")));
        generator.Run();
        Assert.False(generator.Load().GetType("Some.namespace.event")!.IsPublic);
    }

    [Theory]
    [InlineData("A", "A")]
    [InlineData("A,B*", "A Bc")]
    [InlineData(" B? ; A ", "A Bc")]
    [InlineData("*", "A Bc Dd A.c")]
    [InlineData("b*", "")]
    [InlineData("", "A Bc Dd A.c")]
    public void Metadata_chooses_messages(string chosen, string messages)
    {
        var generator = new Generator(new Generator.Database(
            "/a.dbc", "BO_ 1 A: 8 N\nBO_ 2 Bc: 8 N\nBO_ 3 Dd: 8 N\nBO_ 4 A.c: 8 N\n", ("Messages", chosen), ("ClassName", "Chosen")));
        var result = generator.Run();
        var types = generator.Load().GetType("Tested.Chosen")!.GetNestedTypes();
        Assert.Equal(messages, string.Join(" ", types.Select(type => TypedMessage.Of(type, 0).Name)));
        Assert.Equal(messages.Length == 0, result.Diagnostics.Any(diagnostic => diagnostic.Id == "DBC0102"));
    }

    [Fact]
    public void Two_databases_of_one_name_get_two_classes_and_a_warning()
    {
        var generator = new Generator(new Generator.Database("/a/car.dbc", "BO_ 1 A: 8 N"), new Generator.Database("/b/Car.dbc", "BO_ 1 B: 8 N"));
        var warning = Assert.Single(generator.Run().Diagnostics, diagnostic => diagnostic.Id == "DBC0103");
        Assert.Equal("/b/Car.dbc", warning.Location.GetLineSpan().Path);
        var assembly = generator.Load();
        Assert.NotNull(assembly.GetType("Tested.Car+A"));
        Assert.NotNull(assembly.GetType("Tested.Car2+B"));
    }
}
