using System.Globalization;

namespace RxCan.Tests;

/// <summary>
/// Formats numbers and dates as in Germany, and minus as in Sweden, until disposed. InvariantGlobalization does not have such cultures.
/// </summary>
internal sealed class Comma : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public Comma()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = culture.NumberFormat.PercentDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
