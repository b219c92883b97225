namespace RxCan.Cli.Top;

/// <summary>What of a snapshot is shown, and how: what keys change. It has no terminal.</summary>
internal sealed class TopView
{
    private static readonly TopColumn[] Columns = Enum.GetValues<TopColumn>();

    private List<TopRow> _rows = [];
    private CanFilter? _asked;

    /// <summary>What is shown; the latest one unless it is paused.</summary>
    public TopSnapshot Snapshot { get; private set; } = new();

    /// <summary>The rows that pass the filter, sorted.</summary>
    public IReadOnlyList<TopRow> Rows => _rows;

    public TopColumn Sort { get; set; }

    public bool IsDescending { get; private set; }

    /// <summary>A part of an identifier or a name, or a <see cref="CanFilter"/>.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>Whether keys go into the filter.</summary>
    public bool IsTyping { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>Whether the signals of the selected row are shown.</summary>
    public bool HasSignals { get; private set; }

    /// <summary>The number of rows that the page has place for; <see cref="TopPage"/> says it.</summary>
    public int PageSize { get; set; } = 1;

    /// <summary>The first row on the page.</summary>
    public int First { get; private set; }

    /// <summary>The selected row; null if none is, or if it is not among <see cref="Rows"/>.</summary>
    public TopRow? Selected => SelectedIndex is >= 0 and var i ? _rows[i] : null;

    /// <summary>The index of the selected row in <see cref="Rows"/>; negative if there is none.</summary>
    public int SelectedIndex => Marked is var (bus, id, isRemote) ? _rows.FindIndex(r => r.Bus == bus && r.Id == id && r.IsRemote == isRemote) : -1;

    private (string Bus, CanId Id, bool IsRemote)? Marked { get; set; } // stays when rows come and go

    /// <summary>Takes what is to be shown; nothing changes while it is paused.</summary>
    public void Show(TopSnapshot snapshot)
    {
        if (IsPaused)
            return;
        Snapshot = snapshot;
        Arrange();
    }

    /// <summary>Does what a key asks for.</summary>
    /// <returns>What others must do.</returns>
    public TopDemand Press(ConsoleKeyInfo key)
    {
        if (IsTyping)
        {
            Type(key);
            return TopDemand.Nothing;
        }

        switch (key.Key, key.KeyChar)
        {
            case (ConsoleKey.UpArrow, _) or (_, 'k'):
                Move(-1);
                break;
            case (ConsoleKey.DownArrow, _) or (_, 'j'):
                Move(1);
                break;
            case (ConsoleKey.PageUp, _):
                Move(-PageSize);
                break;
            case (ConsoleKey.PageDown, _):
                Move(PageSize);
                break;
            case (ConsoleKey.Home, _):
                Move(-_rows.Count);
                break;
            case (ConsoleKey.End, _):
                Move(_rows.Count);
                break;
            case (ConsoleKey.LeftArrow, _) or (_, '<'):
                Sort = Columns[Math.Max(0, (int)Sort - 1)];
                break;
            case (ConsoleKey.RightArrow, _) or (_, '>'):
                Sort = Columns[Math.Min(Columns.Length - 1, (int)Sort + 1)];
                break;
            case (ConsoleKey.Enter, _):
                HasSignals = !HasSignals;
                if (HasSignals && Selected is null)
                    Move(0);
                break;
            case (ConsoleKey.Escape, _):
                if (!HasSignals)
                    SetFilter("");
                HasSignals = false;
                break;
            case (_, 'r'):
                IsDescending = !IsDescending;
                break;
            case (_, '/'):
                IsTyping = true;
                break;
            case (_, 'p' or ' '):
                IsPaused = !IsPaused;
                break;
            case (_, 'c'):
                return TopDemand.Clear;
            case (_, 'q'):
                return TopDemand.Quit;
        }

        Arrange();
        return TopDemand.Nothing;
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsTyping = false;
                return;
            case ConsoleKey.Escape:
                IsTyping = false;
                SetFilter("");
                break;
            case ConsoleKey.Backspace:
                SetFilter(Filter.Length > 0 ? Filter[..^1] : "");
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    SetFilter(Filter + key.KeyChar);
                break;
        }

        Arrange();
    }

    private void SetFilter(string text)
    {
        Filter = text;
        _asked = CanFilter.TryParse(text, null, out var filter) ? filter : null;
    }

    private void Move(int by)
    {
        if (_rows.Count == 0)
            return;
        var index = SelectedIndex;
        var next = _rows[Math.Clamp(index < 0 ? First + Math.Max(0, by - 1) : index + by, 0, _rows.Count - 1)];
        Marked = (next.Bus, next.Id, next.IsRemote);
    }

    private void Arrange()
    {
        _rows = [.. Snapshot.Rows.Where(Passes)];
        _rows.Sort((a, b) =>
        {
            var order = Sort switch
            {
                TopColumn.Name => string.CompareOrdinal(a.Name, b.Name),
                TopColumn.Count => a.Count.CompareTo(b.Count),
                TopColumn.Rate => a.Rate.CompareTo(b.Rate),
                TopColumn.Period => a.Period.CompareTo(b.Period),
                TopColumn.Jitter => a.Jitter.CompareTo(b.Jitter),
                TopColumn.Length => a.Last.Length.CompareTo(b.Last.Length),
                _ => ById(a, b),
            };
            order = IsDescending ? -order : order;
            return order != 0 ? order : ById(a, b);
        });
        Scroll();
    }

    /// <summary>Moves the page so that the selected row is on it.</summary>
    public void Scroll()
    {
        var selected = SelectedIndex;
        if (selected >= 0)
            First = Math.Clamp(First, selected - PageSize + 1, selected);
        First = Math.Clamp(First, 0, Math.Max(0, _rows.Count - PageSize));
    }

    private bool Passes(TopRow row) =>
        Filter.Length == 0 ||
        row.Name.Contains(Filter, StringComparison.OrdinalIgnoreCase) ||
        row.Id.ToString().Contains(Filter, StringComparison.OrdinalIgnoreCase) ||
        row.Bus.Contains(Filter, StringComparison.OrdinalIgnoreCase) ||
        _asked?.Matches(row.Last) == true;

    private static int ById(TopRow a, TopRow b)
    {
        var order = string.CompareOrdinal(a.Bus, b.Bus);
        order = order != 0 ? order : a.Id.CompareTo(b.Id);
        return order != 0 ? order : a.IsRemote.CompareTo(b.IsRemote);
    }
}

/// <summary>What a key asks of others than <see cref="TopView"/>.</summary>
internal enum TopDemand
{
    Nothing,

    /// <summary>Forget what was counted.</summary>
    Clear,

    /// <summary>End.</summary>
    Quit,
}
