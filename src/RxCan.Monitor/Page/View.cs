using System.Collections.Immutable;

namespace RxCan.Monitor;

/// <summary>The columns by which the table can be sorted.</summary>
internal enum Column
{
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

/// <summary>What one page shows, and how.</summary>
internal sealed class View(LiveBus bus, MonitorOptions options)
{
    private Dictionary<FrameEntry, FrameRow>? _frozen;
    private ImmutableArray<FrameEntry> _frozenEntries;

    /// <summary>Raised when the page changes something here.</summary>
    public event Action? Changed;

    public CanFilter Filter { get; private set; } = CanFilter.All;

    public string FilterText { get; private set; } = "";

    /// <summary>Why <see cref="FilterText"/> is not a filter; the last valid one then stays in effect.</summary>
    public string? FilterError { get; private set; }

    public Column SortedBy { get; private set; } = Column.Id;

    public bool IsDescending { get; private set; }

    public FrameEntry? Selected { get; private set; }

    public bool IsPaused => _frozen is not null;

    /// <summary>The rows of the bus, or those at the time of the pause.</summary>
    public ImmutableArray<FrameEntry> Entries => IsPaused ? _frozenEntries : bus.Table.Entries;

    public FrameRow RowOf(FrameEntry entry) => _frozen is not null && _frozen.TryGetValue(entry, out var row) ? row : entry.Row;

    /// <summary>The name of a row's message; null if the database, if there is one, does not know it.</summary>
    public string? NameOf(FrameRow row) => options.Database?.Decode(row.Frame)?.Name;

    public void SetFilter(string text)
    {
        FilterText = text;
        try
        {
            Filter = string.IsNullOrWhiteSpace(text) ? CanFilter.All : CanFilter.Parse(text);
            FilterError = null;
        }
        catch (FormatException e)
        {
            FilterError = e.Message;
        }

        Changed?.Invoke();
    }

    /// <summary>Sorts by a column, or reverses the order if already sorted by it. Counts and measurements start with the largest.</summary>
    public void SortBy(Column column)
    {
        IsDescending = column == SortedBy ? !IsDescending : column is Column.Count or Column.Rate or Column.Jitter;
        SortedBy = column;
        Changed?.Invoke();
    }

    public void Select(FrameEntry? entry)
    {
        Selected = entry;
        Changed?.Invoke();
    }

    public void TogglePause()
    {
        if (IsPaused)
        {
            _frozen = null;
            _frozenEntries = [];
        }
        else
        {
            _frozenEntries = bus.Table.Entries;
            _frozen = _frozenEntries.ToDictionary(entry => entry, entry => entry.Row);
        }

        Changed?.Invoke();
    }

    /// <summary>The rows that pass the filter, in order.</summary>
    public FrameEntry[] Sorted()
    {
        var entries = Entries.Where(entry => Filter.Matches(RowOf(entry).Frame)).ToArray();
        var rows = Array.ConvertAll(entries, RowOf); // read once, because the bus goes on
        Array.Sort(rows, entries, Comparer<FrameRow>.Create(Order));
        return entries;
    }

    private int Order(FrameRow a, FrameRow b)
    {
        var order = SortedBy switch
        {
            Column.Name => string.CompareOrdinal(NameOf(a), NameOf(b)),
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
        a.Frame.Id.CompareTo(b.Frame.Id) is var order and not 0 ? order : a.Frame.IsRemote.CompareTo(b.Frame.IsRemote);
}
