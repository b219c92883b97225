using System.Globalization;
using System.Runtime.CompilerServices;

namespace RxCan.Tests;

/// <summary>Runs all tests under the culture that <c>RXCAN_CULTURE</c> names, such as <c>de-DE</c>: no text of the library depends on it.</summary>
internal static class Culture
{
    [ModuleInitializer]
    internal static void Set()
    {
        if (Environment.GetEnvironmentVariable("RXCAN_CULTURE") is { Length: > 0 } name)
            CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(name);
    }
}
