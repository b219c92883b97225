using System.Text;
using System.Text.Unicode;

namespace RxCan.Dbc;

/// <summary>Decodes the bytes of a file. Tools write Windows-1252 or UTF-8, and do not say which.</summary>
internal static class DbcText
{
    /// <summary>Windows-1252 from 0x80 to 0x9F, with the control characters of ISO 8859-1 for the five that it does not define.</summary>
    private const string Windows1252 =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
        "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>The text of bytes, without a byte order mark.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, Encoding? encoding) => bytes switch
    {
        _ when encoding is not null => encoding.GetString(bytes.StartsWith(encoding.Preamble) ? bytes[encoding.Preamble.Length..] : bytes),
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(bytes[3..]),
        [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes[2..]),
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes[2..]),
        _ when Utf8.IsValid(bytes) => Encoding.UTF8.GetString(bytes),
        _ => string.Create(bytes.Length, bytes, static (text, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                text[i] = source[i] is >= 0x80 and < 0xA0 ? Windows1252[source[i] - 0x80] : (char)source[i];
        }),
    };
}
