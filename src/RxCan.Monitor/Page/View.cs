using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace RxCan.Monitor;

/// <summary>The columns by which the table can be sorted.</summary>
internal enum Column
{
    Bus,
    Id,
    Name,
    Type,
    Length,
    Data,
    Count,
    Rate,
    Period,
    Jitter,
}

/// <summary>What one page shows, and how. All but a pause is in the page's address, so that a reload or a colleague sees the same.</summary>
internal sealed class View(LiveBuses buses, OpenWorkspace workspace, MonitorOptions options)
{
    /// <summary>As many lines can be told apart, and have colors in app.css.</summary>
    public const int MaxPlots = 6;

    private const int UsualSpan = 60;

    private Dictionary<FrameEntry, FrameRow>? _frozen;
    private ImmutableArray<FrameEntry> _frozenEntries = [];
    private Dictionary<FrameEntry, long> _cleared = [];
    private long _clearedTotal;
    private long _traceFrom;
    private FrameFilter _written = FrameFilter.All;

    /// <summary>Raised when the page changes something here.</summary>
    public event Action? Changed;

    /// <summary>Raised when the selected frame is to be sent.</summary>
    public event Action<CanFrame>? SendAsked;

    /// <summary>Raised when a signal of the selected identifier is to be plotted.</summary>
    public event Action<FrameKey>? PlotAsked;

    /// <summary>Rises with each change.</summary>
    public int Version { get; private set; }

    /// <summary>What is shown: what the filter and the choice of a bus let through.</summary>
    public FrameFilter Filter { get; private set; } = FrameFilter.All;

    /// <summary>The bus that is shown; null for all.</summary>
    public string? Bus { get; private set; }

    public string FilterText { get; private set; } = "";

    /// <summary>The text of <see cref="Filter"/>.</summary>
    public string FilterInForce { get; private set; } = "";

    /// <summary>Why <see cref="FilterText"/> is not a filter; the last valid one then stays in force.</summary>
    public string? FilterError { get; private set; }

    public Column SortedBy { get; private set; } = Column.Id;

    public bool IsDescending { get; private set; }

    public FrameKey? Selected { get; private set; }

    /// <summary>The number of the frame that is picked in the trace; null if none is.</summary>
    public long? PickedNumber { get; private set; }

    /// <summary>The frame that is picked in the trace.</summary>
    public CanFrame? Picked { get; private set; }

    /// <summary>The form of the diagnostic request.</summary>
    public RequestForm Request { get; private set; } = RequestForm.Usual;

    /// <summary>Whether the trace is shown instead of the table.</summary>
    public bool IsTrace { get; private set; }

    /// <summary>The number of the first frame of the trace, since it was cleared or a log was sought.</summary>
    public long TraceFrom => Math.Max(_traceFrom, buses.TraceFrom);

    public ImmutableArray<PlottedSignal> Plots { get; private set; } = workspace.Plots;

    /// <summary>The time that plots show, in s.</summary>
    public int Span { get; private set; } = UsualSpan;

    public bool IsPaused => _frozen is not null;

    /// <summary>When the page was paused, and the number of the next frame then; null if it is not.</summary>
    public (DateTimeOffset Time, BusClocks Clocks, long Trace)? PausedAt { get; private set; }

    /// <summary>The rows of the bus, or those at the time of the pause.</summary>
    public ImmutableArray<FrameEntry> Entries => IsPaused ? _frozenEntries : buses.Table.Entries;

    /// <summary>The number of frames since this page was cleared.</summary>
    public long Total => buses.Table.Total - _clearedTotal;

    public FrameRow RowOf(FrameEntry entry) => _frozen is not null && _frozen.TryGetValue(entry, out var row) ? row : entry.Row;

    /// <summary>The number of its frames since this page was cleared.</summary>
    public long CountOf(FrameEntry entry, FrameRow row) => row.Count - _cleared.GetValueOrDefault(entry);

    /// <summary>The row that is selected; null if there is none, or no frame of it came since this page was cleared.</summary>
    public FrameRow? SelectedRow => Selected is { } key && Entries.FirstOrDefault(e => key.Matches(e.Key)) is { } entry && RowOf(entry) is var row && CountOf(entry, row) > 0
        ? row
        : null;

    /// <summary>The name of a frame's message; null if the database, if there is one, does not know it.</summary>
    public string? NameOf(in CanFrame frame) => options.Database?.MessageOf(frame)?.Name;

    public void SetFilter(string text)
    {
        FilterText = text;
        try
        {
            _written = FrameFilter.Parse(text, options.Database);
            Filter = _written.On(Bus);
            (FilterInForce, FilterError) = (text, null);
        }
        catch (FormatException e)
        {
            FilterError = e.Message;
        }

        Change();
    }

    /// <summary>Shows one bus; all if null.</summary>
    public void SetBus(string? bus)
    {
        Bus = bus;
        Filter = _written.On(bus);
        Change();
    }

    /// <summary>Sorts by a column, or reverses the order if already sorted by it. Counts and measurements start with the largest.</summary>
    public void SortBy(Column column)
    {
        IsDescending = column == SortedBy ? !IsDescending : column is Column.Count or Column.Rate or Column.Jitter;
        SortedBy = column;
        Change();
    }

    public void Select(FrameKey? key)
    {
        (Selected, PickedNumber, Picked) = (key, null, null);
        Change();
    }

    /// <summary>Picks a frame in the trace.</summary>
    public void Pick(long number, in CanFrame frame)
    {
        (Selected, PickedNumber, Picked) = (FrameKey.Of(frame), number, frame);
        Change();
    }

    public void SetRequest(RequestForm form)
    {
        Request = form;
        Change();
    }

    public void AskToSend()
    {
        if ((Picked ?? SelectedRow?.Frame) is { IsError: false } frame)
            SendAsked?.Invoke(frame);
    }

    public void AskToPlot()
    {
        if (Selected is { } key)
            PlotAsked?.Invoke(key);
    }

    /// <summary>Shows the table, or the trace.</summary>
    public void Show(bool trace)
    {
        (IsTrace, PickedNumber, Picked) = (trace, null, null);
        Change();
    }

    /// <summary>Shows the trace of one identifier.</summary>
    public void ShowTraceOf(FrameKey key)
    {
        (IsTrace, Selected, PickedNumber, Picked) = (true, key, null, null);
        if (buses.AreSeveral)
            Bus = key.Bus;
        SetFilter(key.IdText);
    }

    /// <summary>Returns why it is not plotted; null if it is.</summary>
    public string? Plot(PlottedSignal signal)
    {
        if (Plots.Any(plot => plot.Name == signal.Name))
            return $"{signal.Name} is already plotted.";
        if (Plots.Length == MaxPlots)
            return $"{MaxPlots} signals are already plotted. Remove one.";
        Plots = Plots.Add(signal);
        Change();
        return null;
    }

    public void Unplot(PlottedSignal signal)
    {
        Plots = Plots.Remove(signal);
        Change();
    }

    public void SetPlots(ImmutableArray<PlottedSignal> plots)
    {
        Plots = plots;
        Change();
    }

    public void SetSpan(int seconds)
    {
        Span = Math.Clamp(seconds, 1, 300);
        Change();
    }

    public void TogglePause()
    {
        if (IsPaused)
        {
            _frozen = null;
            PausedAt = null;
            _frozenEntries = [];
        }
        else
        {
            _frozenEntries = buses.Table.Entries;
            PausedAt = (buses.Now, buses.Clocks, buses.Trace.Count);
            _frozen = _frozenEntries.ToDictionary(entry => entry, entry => entry.Row);
        }

        Change();
    }

    /// <summary>Forgets what came, on this page only.</summary>
    public void Clear()
    {
        _cleared = buses.Table.Entries.ToDictionary(entry => entry, entry => entry.Row.Count);
        _clearedTotal = buses.Table.Total;
        _traceFrom = buses.Trace.Count;
        if (IsPaused)
            TogglePause();
        else
            Change();
    }

    /// <summary>Whether a row is shown.</summary>
    public bool Shows(FrameEntry entry)
    {
        var row = RowOf(entry);
        return CountOf(entry, row) > 0 && Filter.Matches(row.Frame);
    }

    /// <summary>The number of rows, whether the filter passes them or not.</summary>
    public int RowCount => Entries.Count(entry => CountOf(entry, RowOf(entry)) > 0);

    /// <summary>The rows that pass the filter, in order.</summary>
    public FrameEntry[] Sorted()
    {
        var entries = Entries.Where(Shows).ToArray();
        var rows = Array.ConvertAll(entries, RowOf); // read once, because the bus goes on
        Array.Sort(rows, entries, Comparer<FrameRow>.Create(Order));
        return entries;
    }

    /// <summary>What differs from a new page, as a query; empty if nothing does.</summary>
    public string ToQuery()
    {
        var items = new List<KeyValuePair<string, string?>>();
        Add("view", IsTrace ? "trace" : null);
        Add("bus", Bus);
        Add("filter", FilterInForce is "" ? null : FilterInForce);
        Add("sort", (SortedBy, IsDescending) == (Column.Id, false) ? null : $"{(IsDescending ? "-" : "")}{SortedBy}".ToLowerInvariant());
        Add("select", buses.AreSeveral ? Selected?.ToString() : Selected?.IdText);
        if (Request != RequestForm.Usual)
        {
            Add("on", Request.Bus == "" ? null : Request.Bus);
            Add("tx", Request.Tx);
            Add("rx", Request.Rx);
            Add("bytes", Request.Bytes);
            Add("raw", Request.IsUds ? null : "1");
        }

        Add("span", Span == UsualSpan ? null : $"{Span}");
        if (!Plots.SequenceEqual(workspace.Plots))
        {
            foreach (var plot in Plots.Select(plot => plot.Name).DefaultIfEmpty("none"))
                Add("plot", plot);
        }

        return QueryString.Create(items).Value ?? "";

        void Add(string name, string? value)
        {
            if (value is not null)
                items.Add(new(name, value));
        }
    }

    /// <summary>Takes what an address says; what makes no sense is left out.</summary>
    public void Read(string query)
    {
        var items = new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query));
        IsTrace = items["view"] == "trace";
        Bus = items["bus"] is [{ Length: > 0 } bus, ..] ? bus : null;
        Filter = _written.On(Bus);
        if (items["filter"] is [{ } filter, ..])
            SetFilter(filter);
        if (items["sort"] is [{ } sort, ..] && Enum.TryParse<Column>(sort.TrimStart('-'), ignoreCase: true, out var column) && Enum.IsDefined(column))
            (SortedBy, IsDescending) = (column, sort.StartsWith('-'));
        if (FrameKey.TryParse(items["select"], out var key))
            Selected = key;
        Request = new(items["tx"].FirstOrDefault() ?? Request.Tx, items["rx"].FirstOrDefault() ?? Request.Rx, items["bytes"].FirstOrDefault() ?? "", items["raw"] != "1", items["on"].FirstOrDefault() ?? "");
        if (int.TryParse(items["span"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var span))
            Span = Math.Clamp(span, 1, 300);
        if (items["plot"] is { Count: > 0 } plots)
            Plots = [.. plots.OfType<string>().Select(name => PlottedSignal.Find(name, options)).OfType<PlottedSignal>().DistinctBy(p => p.Name).Take(MaxPlots)];
        Change();
    }

    private void Change()
    {
        Version++;
        Changed?.Invoke();
    }

    private int Order(FrameRow a, FrameRow b)
    {
        var order = SortedBy switch
        {
            Column.Bus => string.CompareOrdinal(a.Frame.Interface, b.Frame.Interface),
            Column.Name => string.CompareOrdinal(NameOf(a.Frame), NameOf(b.Frame)),
            Column.Type => string.CompareOrdinal(FrameText.Type(a.Frame), FrameText.Type(b.Frame)),
            Column.Length => a.Frame.Length.CompareTo(b.Frame.Length),
            Column.Data => a.Frame.Data.SequenceCompareTo(b.Frame.Data),
            Column.Count => a.Count.CompareTo(b.Count),
            Column.Rate => Math.Round(a.Rate).CompareTo(Math.Round(b.Rate)),
            Column.Period => a.Period.Mean.CompareTo(b.Period.Mean),
            Column.Jitter => a.Period.Jitter.CompareTo(b.Period.Jitter),
            _ => ById(a, b),
        };
        return order == 0 ? ById(a, b) : IsDescending ? -order : order;
    }

    private static int ById(FrameRow a, FrameRow b) =>
        a.Frame.Id.CompareTo(b.Frame.Id) is var order and not 0 ? order
        : a.Frame.IsRemote.CompareTo(b.Frame.IsRemote) is var kind and not 0 ? kind
        : string.CompareOrdinal(a.Frame.Interface, b.Frame.Interface);
}
