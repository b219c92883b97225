using DynamicData;

namespace RxCan;

/// <summary>The signal rows of one subscription: turns changes of identifier rows into changes of signal rows.</summary>
/// <param name="signals">The signals of each identifier.</param>
internal sealed class CanSignalRows(ILookup<CanId, NamedSignal> signals)
{
    private readonly Dictionary<string, CanSignalRow> _rows = [];

    public IChangeSet<CanSignalRow, string> Update(IChangeSet<CanRow, CanId> rows)
    {
        var changes = new ChangeSet<CanSignalRow, string>(rows.Count);
        foreach (var change in rows)
        {
            var frame = change.Current.Frame;
            foreach (var signal in signals[change.Key])
            {
                if (!_rows.TryGetValue(signal.Name, out var row))
                {
                    if (change.Reason == ChangeReason.Remove || frame.Data.Length < signal.Signal.RequiredLength)
                        continue;
                    _rows.Add(signal.Name, row = new(signal, frame));
                    changes.Add(new(ChangeReason.Add, signal.Name, row));
                }
                else if (change.Reason == ChangeReason.Remove)
                {
                    _rows.Remove(signal.Name);
                    changes.Add(new(ChangeReason.Remove, signal.Name, row));
                }
                else
                {
                    row.Update(frame, change.Current.IsStale);
                    changes.Add(new(ChangeReason.Refresh, signal.Name, row));
                }
            }
        }

        return changes;
    }
}
