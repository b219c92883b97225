using System.Collections.Immutable;
using DynamicData;

namespace RxCan;

/// <summary>The rows of one subscription: turns each tick's batch of <c>LatestById</c> into changes.</summary>
/// <param name="staleAfter">The number of ticks without a frame after which a row is stale.</param>
internal sealed class CanRows(long staleAfter)
{
    private readonly Dictionary<CanId, CanRow> _rows = [];
    private long _tick;
    private long _oldest; // every row with an earlier last frame is already stale

    public IChangeSet<CanRow, CanId> Update(ImmutableArray<LatestFrame> batch)
    {
        _tick++;
        var changes = new ChangeSet<CanRow, CanId>(batch.Length);
        foreach (ref readonly var latest in batch.AsSpan())
        {
            ref readonly var frame = ref latest.Frame;
            if (frame.IsRemote || frame.IsError)
                continue;
            var id = frame.Id;
            if (!_rows.TryGetValue(id, out var row))
            {
                _rows.Add(id, row = new(latest, _tick));
                changes.Add(new(ChangeReason.Add, id, row));
            }
            else if (latest.Count > 0)
            {
                row.Update(latest, _tick);
                changes.Add(new(ChangeReason.Refresh, id, row));
            }
            else
            {
                _rows.Remove(id);
                changes.Add(new(ChangeReason.Remove, id, row));
            }
        }

        if (_tick - _oldest >= staleAfter)
            MarkStale(changes);
        return changes;
    }

    /// <summary>Scans all rows, but rarely: once per stale time if none is silent.</summary>
    private void MarkStale(ChangeSet<CanRow, CanId> changes)
    {
        _oldest = _tick;
        foreach (var row in _rows.Values)
        {
            if (row.IsStale)
                continue;
            if (_tick - row.LastTick < staleAfter)
            {
                _oldest = Math.Min(_oldest, row.LastTick);
                continue;
            }

            row.GoStale();
            changes.Add(new(ChangeReason.Refresh, row.Id, row));
        }
    }
}
