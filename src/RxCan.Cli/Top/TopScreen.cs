using System.Text;
using Spectre.Console;

namespace RxCan.Cli.Top;

/// <summary>
/// A terminal's alternate screen. Only lines that have changed are written, each in its place, so that nothing flickers or scrolls;
/// the screen is cleared only when its size has changed.
/// </summary>
internal sealed class TopScreen : IDisposable
{
    private const string EnterScreen = "\e[?1049h\e[?25l\e[?7l"; // the alternate screen, no cursor, no wrapping at the end of a line
    private const string LeaveScreen = "\e[?7h\e[?25h\e[?1049l";
    private const string Begin = "\e[?2026h"; // a synchronized update; terminals that do not know it ignore it
    private const string End = "\e[?2026l";
    private const string ClearScreen = "\e[2J";
    private const string ClearRest = "\e[K";

    private readonly Output _output;
    private readonly AnsiCapabilities _capabilities;
    private readonly Lock _gate = new();
    private readonly List<string> _shown = [];
    private (int Width, int Height) _size;

    public TopScreen(Output output, bool hasColours)
    {
        _output = output;
        _capabilities = AnsiCapabilities.Create(TextWriter.Null, new()
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        Write(EnterScreen);
    }

    /// <summary>Draws all of it the next time.</summary>
    public void Redraw()
    {
        lock (_gate)
        {
            _size = default;
            Write(EnterScreen);
        }
    }

    /// <summary>Shows lines, the first at the top.</summary>
    public void Draw(IReadOnlyList<TopLine> lines, int width, int height)
    {
        lock (_gate)
        {
            var text = new StringBuilder(Begin);
            if (_size != (width, height))
            {
                _size = (width, height);
                _shown.Clear();
                text.Append(ClearScreen);
            }

            var isChanged = _shown.Count == 0;
            for (var i = 0; i < lines.Count; i++)
            {
                var line = Styled(lines[i]);
                if (i < _shown.Count && _shown[i] == line)
                    continue;
                isChanged = true;
                if (i < _shown.Count)
                    _shown[i] = line;
                else
                    _shown.Add(line);
                text.Append($"\e[{i + 1};1H").Append(line);
            }

            if (isChanged)
                Write(text.Append(End).ToString());
        }
    }

    /// <summary>Brings back what was there before.</summary>
    public void Dispose() => Write(LeaveScreen);

    private string Styled(TopLine line)
    {
        using var text = new StringWriter();
        var writer = new AnsiWriter(text, _capabilities);
        foreach (var segment in line.Segments)
        {
            if (segment.Style.Equals(Style.Plain))
                writer.Write(segment.Text);
            else
                writer.Write(segment.Text, segment.Style);
        }

        // Behind the last column, it would erase the last character.
        if (line.Left > 0)
            text.Write(ClearRest);
        return text.ToString();
    }

    private void Write(string text) => _output.Write(Encoding.UTF8.GetBytes(text));
}
