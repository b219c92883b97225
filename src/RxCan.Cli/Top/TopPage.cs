using System.Globalization;
using System.Text;
using RxCan.Cli.Text;
using RxCan.Dbc;
using Spectre.Console;

namespace RxCan.Cli.Top;

/// <summary>Draws a <see cref="TopView"/>: every page has exactly as many lines as the screen, and none is wider.</summary>
/// <param name="title">The bus.</param>
/// <param name="decode">Decodes a frame.</param>
internal sealed class TopPage(string title, Func<CanFrame, DecodedMessage?> decode)
{
    private const int FrameLines = 4; // the bus, the order and the latest event, the names of the columns, the keys
    private const int ByteCells = 3;
    private const int SignalCells = 44;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);
    private static readonly Style Inverted = new(decoration: Decoration.Invert);
    private static readonly Style Warning = new(Color.Yellow);
    private static readonly Style Trouble = new(Color.Red);
    private static readonly Style Fresh = new(Color.Yellow, decoration: Decoration.Bold);

    /// <summary>What is known of the bus itself, such as <c>up, ErrorActive</c>.</summary>
    public string State { get; set; } = "";

    /// <summary>The bit rates; empty if they are not known.</summary>
    public string BitRates { get; init; } = "";

    public List<TopLine> Render(TopView view, int width, int height)
    {
        if (width < 1 || height < 1)
            return [];
        var details = view.HasSignals && view.Selected is { } selected ? Details(selected, width) : [];
        var detailLines = Math.Min(details.Count, Math.Max(0, (height - FrameLines) / 2));
        view.PageSize = Math.Max(1, height - FrameLines - detailLines);
        view.Scroll();

        List<TopLine> lines = [Header(view.Snapshot, width, view.IsPaused), Order(view, width)];
        lines.AddRange(Table(view, width));
        while (lines.Count < height - 1 - detailLines)
            lines.Add(new(width));
        lines.AddRange(Cropped(details, detailLines, width));
        lines.Add(Keys(view, width));
        return lines.Count > height ? lines[..height] : lines;
    }

    /// <summary>The bus, and all rows.</summary>
    public List<TopLine> Print(TopView view, int width)
    {
        view.PageSize = Math.Max(1, view.Rows.Count);
        view.Scroll();
        return [Header(view.Snapshot, width, isPaused: false), .. Table(view, width)];
    }

    private TopLine Header(TopSnapshot bus, int width, bool isPaused)
    {
        var line = new TopLine(width).Add(title, Bold);
        if (isPaused)
            line.Part("paused", Inverted);
        line.Part(State, State.Length == 0 || State is "up" or "up, ErrorActive" ? Style.Plain : Trouble);
        line.Part(string.Create(CultureInfo.InvariantCulture, $"{Number(bus.Rate)} frames/s"));
        if (bus.Load is { } load)
            line.Part(string.Create(CultureInfo.InvariantCulture, $"load {load * 100:0.0} %"), load > 0.7 ? Warning : Style.Plain);
        line.Part(string.Create(CultureInfo.InvariantCulture, $"{bus.Errors} errors"), bus.Errors > 0 ? Trouble : Style.Plain);
        line.Part(string.Create(CultureInfo.InvariantCulture, $"{bus.Lost} lost"), bus.Lost > 0 ? Trouble : Style.Plain);
        line.Part(string.Create(CultureInfo.InvariantCulture, $"{bus.Rows.Count} ids"));
        if (bus.Unlisted > 0)
            line.Part($"frames of more ids: {bus.Unlisted}", Warning);
        if (bus.Load is not null)
            line.Part(string.Create(CultureInfo.InvariantCulture, $"peak {bus.PeakLoad * 100:0.0} %"));
        line.Part(BitRates);
        return line.Part(string.Create(CultureInfo.InvariantCulture, $"{bus.Frames} frames"));
    }

    private static TopLine Order(TopView view, int width)
    {
        var line = new TopLine(width);
        if (view.IsTyping)
            line.Add("filter: ", Bold).Add(view.Filter).Add("_", Inverted);
        else
            line.Add($"by {view.Sort.ToString().ToLowerInvariant()} {(view.IsDescending ? "▼" : "▲")}", Dim);
        if (!view.IsTyping && view.Filter.Length > 0)
            line.Part($"filter: {view.Filter} ({view.Rows.Count} of {view.Snapshot.Rows.Count})", Warning);
        if (view.Snapshot.Event is { } happened)
            line.Add("  ").Add(happened);
        return line;
    }

    private static TopLine Keys(TopView view, int width)
    {
        var line = new TopLine(width);
        string[] keys = view.IsTyping
            ? ["id, part of a name, or 100-1FF", "Enter keep", "Esc clear"]
            : ["q quit", "←→ sort", "r reverse", "/ filter", "p pause", "↑↓ select", "Enter signals", "c clear"];
        foreach (var key in keys)
            line.Part(key, Dim);
        return line;
    }

    /// <summary>The names of the columns, and the rows on the page.</summary>
    private static IEnumerable<TopLine> Table(TopView view, int width)
    {
        var columns = new Layout(view.Snapshot.Rows, width);
        var names = new TopLine(width);
        if (columns.Bus > 0)
            names.Column("bus", columns.Bus, Bold);
        foreach (var (column, cells) in columns.Shown)
            names.Column(Name(column), cells, column == view.Sort ? Bold.Combine(Inverted) : Bold, column is not (TopColumn.Id or TopColumn.Name));
        yield return names.Add("data", Bold);

        var selected = view.SelectedIndex;
        for (var i = view.First; i < view.Rows.Count && i < view.First + view.PageSize; i++)
            yield return Line(view.Rows[i], columns, width, i == selected);
    }

    private static TopLine Line(TopRow row, Layout columns, int width, bool isSelected)
    {
        var line = new TopLine(width);
        var style = isSelected ? Inverted : row.IsSilent ? Dim : Style.Plain;
        if (columns.Bus > 0)
            line.Column(row.Bus, columns.Bus, style);
        foreach (var (column, cells) in columns.Shown)
        {
            line.Column(
                column switch
                {
                    TopColumn.Id => row.Id.ToString().PadLeft(columns.Id),
                    TopColumn.Name => row.Name,
                    TopColumn.Count => Count(row.Count),
                    TopColumn.Rate => Number(row.Rate),
                    TopColumn.Period => row.Count < 2 ? "" : Number(row.Period * 1e3),
                    TopColumn.Jitter => row.Count < 2 ? "" : Number(row.Jitter * 1e3),
                    _ => row.Last.Length.ToString(CultureInfo.InvariantCulture),
                },
                cells,
                style,
                column is not (TopColumn.Id or TopColumn.Name));
        }

        if (row.IsRemote)
        {
            line.Add("remote request", style);
        }
        else
        {
            var fresh = isSelected ? Fresh.Combine(Inverted) : Fresh;
            var data = row.Last.Data;
            var fits = ByteCells * data.Length <= line.Left + 1 ? data.Length : Math.Max(0, (line.Left - 1) / ByteCells);
            for (var i = 0; i < fits; i++)
            {
                line.Add(data[i].ToString("X2", CultureInfo.InvariantCulture), (row.Changed >> i & 1) != 0 ? fresh : style);
                if (i + 1 < data.Length)
                    line.Add(" ", style);
            }

            if (fits < data.Length)
                line.Add("…", style);
        }

        return isSelected ? line.Fill(style) : line;
    }

    private List<TopLine> Details(TopRow row, int width)
    {
        var message = decode(row.Last);
        var title = message is { } known ? $"{known.Name} {row.Id}" : $"{row.Id}";
        var lines = new List<TopLine> { new TopLine(width).Add("── ", Dim).Add(title, Bold).Add(" ").Fill(Dim, '─') };
        if (message is not { } decoded)
        {
            lines.AddRange(Bits(row.Last.Data, width));
            return lines;
        }

        var signals = new List<string>();
        foreach (var signal in decoded)
            signals.Add(signal.ToString());
        // Down the first column, then the next.
        var columns = Math.Max(1, width / SignalCells);
        var rows = (signals.Count + columns - 1) / columns;
        for (var i = 0; i < rows; i++)
        {
            var line = new TopLine(width);
            for (var j = i; j < signals.Count; j += rows)
                line.Column(signals[j], Math.Min(SignalCells - 1, width - 1));
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Four bytes a line: hexadecimal, binary, and as text.</summary>
    private static List<TopLine> Bits(ReadOnlySpan<byte> data, int width)
    {
        var lines = new List<TopLine>();
        for (var at = 0; at < data.Length; at += 4)
        {
            var (hex, bits, text) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
            foreach (var b in data[at..Math.Min(at + 4, data.Length)])
            {
                hex.Append(CultureInfo.InvariantCulture, $"{b:X2} ");
                bits.Append(CultureInfo.InvariantCulture, $"{b:B8} ");
                text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
            }

            lines.Add(new TopLine(width).Column(at.ToString(CultureInfo.InvariantCulture), 3, Dim, isRight: true).Column(hex.ToString(), 12).Column(bits.ToString(), 36).Add(text.ToString()));
        }

        return lines;
    }

    private static IEnumerable<TopLine> Cropped(List<TopLine> lines, int count, int width)
    {
        if (lines.Count <= count || count == 0)
            return lines[..count];
        return [.. lines[..(count - 1)], new TopLine(width).Add($"… {lines.Count - count + 1} more lines: make the window higher", Dim)];
    }

    private static string Name(TopColumn column) => column switch
    {
        TopColumn.Rate => "rate/s",
        TopColumn.Period => "period/ms",
        TopColumn.Jitter => "jitter/ms",
        TopColumn.Length => "len",
        _ => column.ToString().ToLowerInvariant(),
    };

    private static string Count(long count) => count < 100_000_000
        ? count.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{count / 1_000_000}M");

    /// <summary>Four digits or so: the last ones of a large number say nothing.</summary>
    private static string Number(double value) =>
        value.ToString(value >= 1000 ? "0" : value >= 100 ? "0.0" : value >= 10 ? "0.00" : "0.000", CultureInfo.InvariantCulture);

    /// <summary>Which columns there is place for, and how wide they are: the same while the identifiers are.</summary>
    private sealed class Layout
    {
        private const int MaxName = 32;
        private const int MinName = 8;

        public Layout(IReadOnlyList<TopRow> rows, int width)
        {
            var buses = rows.Select(r => r.Bus).Distinct().ToList();
            Bus = buses.Count > 1 ? buses.Max(b => b.Length) : 0;
            Id = rows.Any(r => r.Id.IsExtended) ? 8 : 3;
            var longest = rows.Select(r => r.Name.Length).DefaultIfEmpty().Max();
            var wanted = ByteCells * Math.Clamp(rows.Select(r => r.Last.Length).DefaultIfEmpty().Max(), 1, CanFrame.MaxLength);
            var shown = new List<TopColumn>(Enum.GetValues<TopColumn>());
            if (longest == 0)
                shown.Remove(TopColumn.Name);
            foreach (var dispensable in (TopColumn[])[TopColumn.Length, TopColumn.Jitter, TopColumn.Count, TopColumn.Period, TopColumn.Rate, TopColumn.Name])
            {
                if (Needed(MinName) + wanted <= width + 1)
                    break;
                shown.Remove(dispensable);
            }

            var name = Math.Clamp(width + 1 - wanted - Needed(0), MinName, MaxName);
            Shown = [.. shown.Select(column => (column, Cells(column, Math.Min(name, longest))))];

            int Needed(int name) => (Bus > 0 ? Bus + 1 : 0) + shown.Sum(column => Cells(column, Math.Min(name, longest)) + 1);
        }

        /// <summary>The width of the bus's name; 0 if there is only one.</summary>
        public int Bus { get; }

        /// <summary>The width of identifiers.</summary>
        public int Id { get; }

        public IReadOnlyList<(TopColumn Column, int Cells)> Shown { get; }

        private int Cells(TopColumn column, int name) => column switch
        {
            TopColumn.Id => Id,
            TopColumn.Name => name,
            TopColumn.Count => 8,
            TopColumn.Rate => 6,
            TopColumn.Length => 3,
            _ => 9,
        };
    }
}
