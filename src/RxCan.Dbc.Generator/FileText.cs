using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace RxCan.Dbc.Generator;

/// <summary>The text of a file. The compiler takes one for UTF-8, but many databases are Windows-1252.</summary>
internal static class FileText
{
    private const char Replacement = '\uFFFD';
    private const int Windows1252 = 1252;

    public static string Of(SourceText source, string path)
    {
        var text = source.ToString();
        if (text.IndexOf(Replacement) < 0)
            return text;
        // The bytes are lost in the text. An editor's unsaved text has none of them.
        try
        {
#pragma warning disable RS1035 // there is no other way to them; the compiler has read the same file
            var bytes = File.ReadAllBytes(path);
#pragma warning restore RS1035
            var decoded = CodePagesEncodingProvider.Instance.GetEncoding(Windows1252)!.GetString(bytes);
            return HasSameLines(decoded, text) ? decoded : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return text;
        }
    }

    private static bool HasSameLines(string one, string other) => one.Count(c => c == '\n') == other.Count(c => c == '\n');
}
