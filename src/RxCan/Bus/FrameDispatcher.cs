using System.Collections.Concurrent;
using RxCan.Frames;

namespace RxCan.Bus;

/// <summary>
/// Dispatches frames to the subscriptions of one connection: those on exact identifiers are found by lookup, those with
/// other filters are tested one by one, and those without a filter come last. A list seen once never gets longer, so subscribing and
/// disposing are safe while a frame is being delivered, and do not affect that frame. Changed under the bus's gate.
/// </summary>
internal sealed class FrameDispatcher
{
    private readonly Entries?[] _standard = new Entries?[CanId.MaxStandard + 1];
    private readonly ConcurrentDictionary<uint, Entries> _extended = new();
    private readonly HashSet<FrameSubscription> _all = [];
    private readonly Dictionary<CanFilterEntry, int> _entries = [];
    private IReadOnlyList<CanFilterEntry>? _kernelFilter;
    private volatile Entries? _filtered;
    private volatile Entries? _plain;
    private volatile FrameSubscription? _only; // if there is one subscription, and it has no filter
    private volatile int _extendedIds;

    public int Count => _all.Count;

    public FrameSubscription[] All => [.. _all];

    /// <summary>Their filters, combined into one kernel filter.</summary>
    public IReadOnlyList<CanFilterEntry> KernelFilter() =>
        _kernelFilter ??= _entries.Count > CanFilter.MaxKernelEntries ? CanFilter.PassAll : CanFilter.Compact(_entries.Keys);

    public void Add(FrameSubscription subscription)
    {
        _all.Add(subscription);
        foreach (var entry in subscription.KernelFilter)
        {
            if ((_entries[entry] = _entries.GetValueOrDefault(entry) + 1) == 1)
                _kernelFilter = null;
        }

        if (subscription.ExactIds is { } ids)
            Enter(subscription, ids);
        else if (subscription.Filter is not null)
            _filtered = Entries.With(_filtered, subscription);
        else
            _plain = Entries.With(_plain, subscription);
        FindOnly();
    }

    /// <summary>Removes a subscription; false if it is not in the list.</summary>
    public bool Remove(FrameSubscription subscription)
    {
        if (!_all.Remove(subscription))
            return false;
        foreach (var entry in subscription.KernelFilter)
        {
            if (--_entries[entry] > 0)
                continue;
            _entries.Remove(entry);
            _kernelFilter = null;
        }

        if (subscription.ExactIds is { } ids)
            Leave(ids);
        else if (subscription.Filter is not null)
            _filtered = _filtered!.Without(_all);
        else
            _plain = _plain!.Without(_all);
        FindOnly();
        return true;
    }

    /// <summary>Delivers a frame to the subscriptions it matches. One call at a time, not under the gate.</summary>
    public void Dispatch(in CanFrame frame)
    {
        if (_only is { } only)
            only.OnNext(frame);
        else
            DispatchToAll(frame);
    }

    private void DispatchToAll(in CanFrame frame)
    {
        var id = frame.RawId;
        Entries? exact = null, filtered = _filtered, plain = _plain;
        if (id <= CanId.MaxStandard)
            exact = Volatile.Read(ref _standard[id]);
        else if (_extendedIds > 0)
            _extended.TryGetValue(id, out exact);
        if (exact is not null)
        {
            foreach (var subscription in exact.All)
                subscription.OnNext(frame);
        }

        if (filtered is not null)
        {
            foreach (var subscription in filtered.All)
            {
                if (subscription.Filter!.Matches(frame))
                    subscription.OnNext(frame);
            }
        }

        if (plain is not null)
        {
            foreach (var subscription in plain.All)
                subscription.OnNext(frame);
        }
    }

    private void FindOnly() => _only = _all.Count == 1 && _all.Single() is { Filter: null } only ? only : null;

    private void Enter(FrameSubscription subscription, IReadOnlySet<uint> ids)
    {
        foreach (var id in ids)
        {
            if (id <= CanId.MaxStandard)
            {
                Volatile.Write(ref _standard[id], Entries.With(_standard[id], subscription));
            }
            else
            {
                var others = _extended.GetValueOrDefault(id);
                _extended[id] = Entries.With(others, subscription);
                if (others is null)
                    _extendedIds++;
            }
        }
    }

    private void Leave(IReadOnlySet<uint> ids)
    {
        foreach (var id in ids)
        {
            if (id <= CanId.MaxStandard)
                Volatile.Write(ref _standard[id], _standard[id]!.Without(_all));
            else if (_extended[id].Without(_all) is { } left)
                _extended[id] = left;
            else if (_extended.TryRemove(id, out _))
                _extendedIds--;
        }
    }

    /// <summary>
    /// Subscriptions in order. A longer list shares the array, as this one does not look behind its end. Disposed ones stay, deaf, until they
    /// are the majority: adding and removing copy little.
    /// </summary>
    private sealed class Entries(FrameSubscription[] items, int count)
    {
        private int _gone;

        public ReadOnlySpan<FrameSubscription> All => items.AsSpan(0, count);

        public static Entries With(Entries? entries, FrameSubscription subscription) =>
            entries?.With(subscription) ?? new([subscription], 1);

        /// <summary>The list once another one is not among those who are left; null if none is.</summary>
        public Entries? Without(HashSet<FrameSubscription> left)
        {
            if (++_gone * 2 <= count)
                return this;
            var rest = Array.FindAll(items, item => item is not null && left.Contains(item));
            return rest.Length > 0 ? new(rest, rest.Length) : null;
        }

        private Entries With(FrameSubscription subscription)
        {
            var room = items;
            if (count == room.Length)
                Array.Resize(ref room, count * 2);
            room[count] = subscription;
            return new(room, count + 1) { _gone = _gone };
        }
    }
}
