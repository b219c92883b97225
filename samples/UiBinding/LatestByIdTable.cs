using System.Collections.Immutable;
using System.Reactive.Concurrency;
using RxCan;

namespace UiBinding;

/// <summary>The same without DynamicData: a batch per tick with the newest frame of each identifier, by which the rows are kept.</summary>
internal sealed class LatestByIdTable : ISignalTable
{
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly ILookup<CanId, TableSignal> _signals;
    private readonly IDisposable _binding;
    private long _tick;

    public LatestByIdTable(ICanBus can, IReadOnlyList<TableSignal> signals, IScheduler ui)
    {
        _signals = signals.ToLookup(signal => signal.Id);
        _binding = can.Where(CanFilter.Ids(_signals.Select(ofOne => ofOne.Key)))
            .LatestById(SignalTable.Tick, forgetAfter: SignalTable.LeaveAfter, ui)
            .Subscribe(Update);
    }

    public IEnumerable<SignalRow> Rows => _rows.Values.Select(row => new SignalRow(
        row.Signal.Name, row.Signal.Text(row.Value), (_tick - row.Tick) * SignalTable.Tick >= SignalTable.StaleAfter));

    public void Dispose() => _binding.Dispose();

    /// <summary>Every tick has a batch while there are rows, even an empty one: it is the clock by which they go stale.</summary>
    private void Update(ImmutableArray<LatestFrame> batch)
    {
        _tick++;
        foreach (var latest in batch)
        {
            foreach (var signal in _signals[latest.Frame.Id])
            {
                if (latest.Count == 0)
                    _rows.Remove(signal.Name);
                else if (signal.Layout.TryDecode(latest.Frame, out var value))
                    _rows[signal.Name] = new(signal, value, _tick);
            }
        }
    }

    private readonly record struct Row(TableSignal Signal, double Value, long Tick);
}
