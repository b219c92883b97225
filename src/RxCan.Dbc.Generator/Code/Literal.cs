using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace RxCan.Dbc.Generator;

/// <summary>C#'s literals.</summary>
internal static class Literal
{
    public static string Of(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    public static string Of(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(long value) => value == long.MinValue ? "long.MinValue" : value.ToString(CultureInfo.InvariantCulture) + "L";

    public static string Of(ulong value) => value.ToString(CultureInfo.InvariantCulture) + "UL";

    public static string Hex(ulong value) => "0x" + value.ToString("X", CultureInfo.InvariantCulture) + "UL";

    public static string Of(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
            return value > 0 ? "double.PositiveInfinity" : value < 0 ? "double.NegativeInfinity" : "double.NaN";
        // .NET Framework's R does not always give the same number back.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (!double.Parse(text, CultureInfo.InvariantCulture).Equals(value))
            text = value.ToString("G17", CultureInfo.InvariantCulture);
        return text + "D";
    }

    /// <summary>A number as a reader wants it.</summary>
    public static string Shown(double value) => value.ToString("G15", CultureInfo.InvariantCulture);
}
