using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RxCan.Cli.Top;

/// <summary>A line of the screen: it never gets wider than that, and a control character in a text does not reach the terminal.</summary>
internal sealed class TopLine(int width)
{
    private const string Cut = "…";

    private readonly SegmentLine _segments = [];

    public IEnumerable<Segment> Segments => _segments;

    /// <summary>The number of cells that are used.</summary>
    public int Cells { get; private set; }

    /// <summary>The number of cells that are left.</summary>
    public int Left => width - Cells;

    /// <summary>Adds a text, as far as it fits.</summary>
    public TopLine Add(string text, Style? style = null)
    {
        var segment = new Segment(Crop(text, Left), style ?? Style.Plain);
        if (segment.Text.Length > 0)
        {
            _segments.Add(segment);
            Cells += segment.CellCount();
        }

        return this;
    }

    /// <summary>Adds a text of exactly this many cells, and a space.</summary>
    public TopLine Column(string text, int cells, Style? style = null, bool isRight = false)
    {
        var cropped = Crop(text, cells);
        var space = new string(' ', Math.Max(0, cells - new Segment(cropped).CellCount()));
        return Add(isRight ? space + cropped : cropped + space, style).Add(" ", style);
    }

    /// <summary>Adds a text with a gap before it if all of it fits, and otherwise nothing.</summary>
    public TopLine Part(string text, Style? style = null)
    {
        var gap = Cells > 0 ? "  " : "";
        return text.Length > 0 && gap.Length + new Segment(text).CellCount() <= Left ? Add(gap).Add(text, style) : this;
    }

    /// <summary>Fills the rest of the line.</summary>
    public TopLine Fill(Style style, char with = ' ') => Add(new string(with, Math.Max(0, Left)), style);

    /// <summary>The text without styles.</summary>
    public override string ToString() => string.Concat(_segments.Select(s => s.Text));

    private static string Crop(string text, int cells)
    {
        text = Clean(text);
        if (cells <= 0)
            return "";
        if (new Segment(text) is var segment && segment.CellCount() <= cells)
            return text;
        return (Segment.Truncate(segment, cells - 1)?.Text ?? "") + Cut;
    }

    // Names and units come from files, which may hold anything.
    private static string Clean(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var clean = new StringBuilder(text);
        for (var i = 0; i < clean.Length; i++)
        {
            if (char.IsControl(clean[i]))
                clean[i] = '?';
        }

        return clean.ToString();
    }
}
