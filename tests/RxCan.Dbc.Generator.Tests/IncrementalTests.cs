using Microsoft.CodeAnalysis;

namespace RxCan.Tests;

public class IncrementalTests
{
    private static readonly Generator.Database Vehicle = new("/vehicle.dbc", "BO_ 1 Engine: 8 N\n SG_ Speed : 0|16@1+ (0.25,0) [0|0] \"rpm\" N\n");
    private static readonly Generator.Database Truck = new("/truck.dbc", "BO_ 1 Brake: 8 N\n");

    [Fact]
    public void An_unrelated_edit_regenerates_nothing()
    {
        var generator = new Generator(Vehicle, Truck);
        generator.Compilation = generator.Compilation.AddSyntaxTrees(Generator.Code("class A;"));
        Assert.All(Reasons(generator.Run(), "Code"), reason => Assert.Equal(IncrementalStepRunReason.New, reason));

        generator.Compilation = generator.Compilation.ReplaceSyntaxTree(generator.Compilation.SyntaxTrees.Single(), Generator.Code("class B { int b; }"));
        var result = generator.Run();

        Assert.Equal(2, Reasons(result, "Code").Length);
        Assert.All(Reasons(result, "Code"), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        var outputs = result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).ToArray();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Fact]
    public void An_edit_of_one_database_leaves_the_other_as_it_is()
    {
        var generator = new Generator(Vehicle, Truck);
        generator.Run();

        generator.Replace(Truck, new("/truck.dbc", "BO_ 1 Brake: 8 N\nBO_ 2 Retarder: 8 N\n"));

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], Reasons(generator.Run(), "Code"));
        Assert.NotNull(generator.Load().GetType("Tested.Truck+Retarder"));
    }

    [Fact]
    public void An_edit_that_changes_no_code_ends_at_the_database()
    {
        var generator = new Generator(Vehicle);
        generator.Run();

        generator.Replace(Vehicle, new("/vehicle.dbc", Vehicle.GetText()!.ToString().Replace("BO_", "\nBO_")));

        var result = generator.Run();
        Assert.Equal([IncrementalStepRunReason.Unchanged], Reasons(result, "Code"));
        Assert.All(
            result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step) =>
        [.. result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];
}
