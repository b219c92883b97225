using System.Collections.ObjectModel;
using System.Reactive.Concurrency;
using DynamicData;
using DynamicData.Binding;
using RxCan;

namespace UiBinding;

/// <summary>
/// Change sets feed a collection, to which a window or a page would bind: it raises INotifyCollectionChanged, and its rows raise
/// INotifyPropertyChanged.
/// </summary>
internal sealed class DynamicDataTable : ISignalTable
{
    private readonly ReadOnlyObservableCollection<CanSignalRow> _rows;
    private readonly Dictionary<string, TableSignal> _signals;
    private readonly IDisposable _binding;

    public DynamicDataTable(ICanBus can, IReadOnlyList<TableSignal> signals, IScheduler ui)
    {
        _signals = signals.ToDictionary(signal => signal.Name);
        _binding = can
            .ToChangeSet(
                signals.Select(signal => new NamedSignal(signal.Name, signal.Id, signal.Layout)),
                new() { Tick = SignalTable.Tick, StaleAfter = SignalTable.StaleAfter, LeaveAfter = SignalTable.LeaveAfter },
                ui)
            .SuppressRefresh() // names never change, so that rows stay where they are
            .SortAndBind(out _rows, CanSignalRow.ByName, new SortAndBindOptions { UseBinarySearch = true })
            .Subscribe();
    }

    public IEnumerable<SignalRow> Rows => _rows.Select(row => new SignalRow(row.Signal.Name, _signals[row.Signal.Name].Text(row.Value), row.IsStale));

    public void Dispose() => _binding.Dispose();
}
