using RxCan.Tests.Bus;

namespace RxCan.Tests.Server;

public class DiagnosticsSampleTests
{
    [Fact]
    [Trait("Length", "Long")]
    public void The_sample_reads_unlocks_and_flashes_its_simulated_control_unit()
    {
        var output = Kernel.Run("dotnet", $"{BuiltSample.Path("Diagnostics")} virtual:demo");
        Assert.Contains("VIN              WRXCAN00000000001", output, StringComparison.Ordinal);
        Assert.Contains("trouble code     P0301-00", output, StringComparison.Ordinal);
        Assert.Contains("software version none", output, StringComparison.Ordinal);
        Assert.Contains("software version 1.42", output, StringComparison.Ordinal);
        Assert.Contains(new string('#', 40), output, StringComparison.Ordinal);
    }
}
