using System.Globalization;

namespace RxCan.Tests;

/// <summary>
/// How many random cases are tried: a test's own number times RXCAN_CASES, which may be a fraction. The guest, an emulated machine, is
/// about ten times slower, and runs a twentieth of the cases of tests that do not need its kernel.
/// </summary>
internal static class RandomCases
{
    private static readonly double Factor = double.Parse(
        Environment.GetEnvironmentVariable("RXCAN_CASES") ?? (Environment.GetEnvironmentVariable("RXCAN_GUEST") == "1" ? "0.05" : "1"),
        CultureInfo.InvariantCulture);

    public static int Of(int number) => Math.Max(1, (int)(number * Factor));
}
