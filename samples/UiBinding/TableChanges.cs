namespace UiBinding;

/// <summary>The table where there is no terminal: a line for each row that comes, goes stale, is fresh again, or leaves.</summary>
internal sealed class TableChanges(Action<string> write)
{
    private readonly Dictionary<string, bool> _shown = [];

    public void Show(IEnumerable<SignalRow> rows)
    {
        var now = rows.ToDictionary(row => row.Name, row => row.IsStale);
        foreach (var (name, isStale) in now)
        {
            if (!_shown.TryGetValue(name, out var wasStale))
                write($"{name} is there");
            else if (isStale != wasStale)
                write($"{name} is {(isStale ? "stale" : "fresh")}");
        }

        foreach (var name in _shown.Keys.Except(now.Keys).Order(StringComparer.Ordinal).ToArray())
        {
            write($"{name} has left");
            _shown.Remove(name);
        }

        foreach (var (name, isStale) in now)
            _shown[name] = isStale;
    }
}
