using System.Globalization;
using System.Text;

namespace RxCan.Dbc.Generator;

/// <summary>Makes C# identifiers of a database's names.</summary>
internal static class Identifier
{
    // The compiler allows 1023 bytes; numbers and endings are added to a name.
    private const int MaxLength = 150;

    /// <summary>The identifier nearest to a name, without an <c>@</c>: a name that is one already stays as it is.</summary>
    public static string From(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (text.Length == MaxLength)
                break;
            if (IsStart(c) || (IsPart(c) && text.Length > 0))
                text.Append(c);
            else if (IsPart(c))
                text.Append('_').Append(c);
            else
                text.Append('_');
        }

        return text.Length == 0 ? "_" : text.ToString();
    }

    /// <summary>The identifier of text such as <c>Not available</c>: <c>NotAvailable</c>.</summary>
    public static string FromText(string text)
    {
        var name = new StringBuilder(text.Length);
        var isWordStart = true;
        foreach (var c in text)
        {
            if (!IsPart(c))
            {
                isWordStart = true;
                continue;
            }

            name.Append(isWordStart ? char.ToUpperInvariant(c) : c);
            isWordStart = false;
        }

        return name.Length == 0 ? "" : From(name.ToString());
    }

    /// <summary>The name of an identifier in code. Keywords of any version of C# have no capital letters.</summary>
    public static string InCode(string identifier) => identifier.All(c => c is '_' or (>= 'a' and <= 'z')) ? "@" + identifier : identifier;

    private static bool IsStart(char c) => c == '_' || char.GetUnicodeCategory(c) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or
        UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber;

    private static bool IsPart(char c) => IsStart(c) || char.GetUnicodeCategory(c) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;
}
