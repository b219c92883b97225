using System.Collections.Concurrent;
using RxCan.Frames;

namespace RxCan.Bus;

/// <summary>
/// Dispatches frames to the subscriptions of one connection: those on exact identifiers are found by lookup, those with
/// other filters are tested one by one, and those without a filter come last. The lists are replaced, never changed, so
/// subscribing and disposing are safe while a frame is being delivered. Changed under the bus's gate.
/// </summary>
internal sealed class FrameDispatcher
{
    private readonly FrameSubscription[]?[] _standard = new FrameSubscription[CanId.MaxStandard + 1][];
    private readonly ConcurrentDictionary<uint, FrameSubscription[]> _extended = new();
    private readonly HashSet<FrameSubscription> _all = [];
    private readonly Dictionary<CanFilterEntry, int> _entries = [];
    private volatile FrameSubscription[] _filtered = [];
    private volatile FrameSubscription[] _plain = [];
    private volatile int _extendedIds;

    public int Count => _all.Count;

    public FrameSubscription[] All => [.. _all];

    /// <summary>Their filters, combined into one kernel filter.</summary>
    public IReadOnlyList<CanFilterEntry> KernelFilter() =>
        _entries.Count > CanFilter.MaxKernelEntries ? CanFilter.PassAll : CanFilter.Compact(_entries.Keys);

    public void Add(FrameSubscription subscription)
    {
        _all.Add(subscription);
        foreach (var entry in subscription.KernelFilter)
            _entries[entry] = _entries.GetValueOrDefault(entry) + 1;
        if (subscription.ExactIds is { } ids)
            Enter(subscription, ids);
        else if (subscription.Filter is not null)
            _filtered = [.. _filtered, subscription];
        else
            _plain = [.. _plain, subscription];
    }

    /// <summary>Removes a subscription; false if it is not in the list.</summary>
    public bool Remove(FrameSubscription subscription)
    {
        if (!_all.Remove(subscription))
            return false;
        foreach (var entry in subscription.KernelFilter)
        {
            if (--_entries[entry] == 0)
                _entries.Remove(entry);
        }

        if (subscription.ExactIds is { } ids)
            Leave(subscription, ids);
        else if (subscription.Filter is not null)
            _filtered = Without(_filtered, subscription);
        else
            _plain = Without(_plain, subscription);
        return true;
    }

    /// <summary>Delivers a frame to the subscriptions it matches. One call at a time, not under the gate.</summary>
    public void Dispatch(in CanFrame frame)
    {
        var id = frame.RawId;
        FrameSubscription[]? exact = null;
        if (id <= CanId.MaxStandard)
            exact = Volatile.Read(ref _standard[id]);
        else if (_extendedIds > 0)
            _extended.TryGetValue(id, out exact);
        if (exact is not null)
        {
            foreach (var subscription in exact)
                subscription.OnNext(frame);
        }

        foreach (var subscription in _filtered)
        {
            if (subscription.Filter!.Matches(frame))
                subscription.OnNext(frame);
        }

        foreach (var subscription in _plain)
            subscription.OnNext(frame);
    }

    private void Enter(FrameSubscription subscription, IReadOnlySet<uint> ids)
    {
        foreach (var id in ids)
        {
            if (id <= CanId.MaxStandard)
            {
                Volatile.Write(ref _standard[id], [.. _standard[id] ?? [], subscription]);
            }
            else if (_extended.TryGetValue(id, out var others))
            {
                _extended[id] = [.. others, subscription];
            }
            else
            {
                _extended[id] = [subscription];
                _extendedIds++;
            }
        }
    }

    private void Leave(FrameSubscription subscription, IReadOnlySet<uint> ids)
    {
        foreach (var id in ids)
        {
            if (id <= CanId.MaxStandard)
                Volatile.Write(ref _standard[id], Without(_standard[id]!, subscription) is { Length: > 0 } left ? left : null);
            else if (Without(_extended[id], subscription) is { Length: > 0 } rest)
                _extended[id] = rest;
            else if (_extended.TryRemove(id, out _))
                _extendedIds--;
        }
    }

    private static FrameSubscription[] Without(FrameSubscription[] subscriptions, FrameSubscription gone)
    {
        var i = Array.IndexOf(subscriptions, gone);
        return i < 0 ? subscriptions : [.. subscriptions.AsSpan(0, i), .. subscriptions.AsSpan(i + 1)];
    }
}
