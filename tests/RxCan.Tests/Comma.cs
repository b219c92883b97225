using System.Globalization;

namespace RxCan.Tests;

/// <summary>
/// Numbers and dates as Germans write them, minus as Swedes do, while it is not disposed. InvariantGlobalization knows no such cultures.
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
