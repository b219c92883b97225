using System.Text;

namespace RxCan.Dbc.Generator;

/// <summary>Writes lines of code.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _indent;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', 4 * _indent).Append(line);
        _text.Append('\n');
    }

    public void Open(string? line = null)
    {
        if (line is not null)
            Line(line);
        Line("{");
        _indent++;
    }

    public void Close()
    {
        _indent--;
        Line("}");
    }

    /// <summary>Documentation: text that may hold anything, one element.</summary>
    public void Document(string element, string text)
    {
        var lines = Escaped(text).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        if (lines.Length <= 1)
        {
            Line($"/// <{element}>{lines.FirstOrDefault()}</{element}>");
            return;
        }

        Line($"/// <{element}>");
        foreach (var line in lines)
            Line("/// " + line);
        Line($"/// </{element}>");
    }

    public override string ToString() => _text.ToString();

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                escaped.Append(c).Append(text[++i]);
                continue;
            }

            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\r' or '\n' or '\u0085' or '\u2028' or '\u2029' => "\n", // what C# takes as the end of a line
                _ when char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' => " ", // what XML does not allow
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
