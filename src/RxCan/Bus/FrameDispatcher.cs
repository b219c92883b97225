using System.Collections.Concurrent;

namespace RxCan.Bus;

/// <summary>
/// The subscriptions of one connection of a bus, and the way of a frame to them: those on exact identifiers are found by
/// lookup, those on other filters are asked one by one, those without a filter come last. The lists are replaced, never
/// changed, so that anyone may subscribe and dispose while a frame is on its way.
/// </summary>
internal sealed class FrameDispatcher(CanBusBase bus)
{
    // A filter of more identifiers than this is cheaper to ask than to enter everywhere.
    private const int MaxExactIds = 256;

    private readonly CanBusBase _bus = bus;
    private readonly FrameSubscription[]?[] _standard = new FrameSubscription[CanId.MaxStandard + 1][];
    private readonly ConcurrentDictionary<uint, FrameSubscription[]> _extended = new();
    private readonly HashSet<FrameSubscription> _all = [];
    private readonly Dictionary<CanFilterEntry, int> _entries = [];
    private volatile FrameSubscription[] _filtered = [];
    private volatile FrameSubscription[] _plain = [];
    private volatile int _extendedIds;

    /// <summary>The number of subscriptions. Under the bus's gate.</summary>
    public int Count => _all.Count;

    /// <summary>What they ask for, as one kernel filter. Under the bus's gate.</summary>
    public IReadOnlyList<CanFilterEntry> KernelFilter() =>
        _entries.Count > CanFilter.MaxKernelEntries ? CanFilter.PassAll : CanFilter.Compact(_entries.Keys);

    /// <summary>Enters a subscription. Under the bus's gate.</summary>
    public void Add(FrameSubscription subscription)
    {
        _all.Add(subscription);
        foreach (var entry in subscription.KernelFilter)
            _entries[entry] = _entries.GetValueOrDefault(entry) + 1;
        if (subscription.Filter is null)
            _plain = [.. _plain, subscription];
        else if (subscription.Filter.TryGetExactIds(MaxExactIds) is { } ids)
            Enter(subscription, ids);
        else
            _filtered = [.. _filtered, subscription];
    }

    /// <summary>Removes a subscription; false if it is not there (any more). Under the bus's gate.</summary>
    public bool Remove(FrameSubscription subscription)
    {
        if (!_all.Remove(subscription))
            return false;
        foreach (var entry in subscription.KernelFilter)
        {
            if (--_entries[entry] == 0)
                _entries.Remove(entry);
        }

        foreach (var id in subscription.ExactIds)
        {
            if (id <= CanId.MaxStandard)
                Volatile.Write(ref _standard[id], Without(_standard[id]!, subscription) is { Length: > 0 } left ? left : null);
            else if (Without(_extended[id], subscription) is { Length: > 0 } rest)
                _extended[id] = rest;
            else if (_extended.TryRemove(id, out _))
                _extendedIds--;
        }

        if (subscription.ExactIds.Count == 0)
        {
            _filtered = Without(_filtered, subscription);
            _plain = Without(_plain, subscription);
        }

        return true;
    }

    /// <summary>Delivers a frame. One call at a time.</summary>
    public void OnNext(in CanFrame frame)
    {
        var id = frame.RawId;
        FrameSubscription[]? exact = null;
        if (id <= CanId.MaxStandard)
            exact = Volatile.Read(ref _standard[id]);
        else if (_extendedIds > 0)
            _extended.TryGetValue(id, out exact);
        if (exact is not null)
            Deliver(exact, frame);

        foreach (var subscription in _filtered)
        {
            if (subscription.Filter!.Matches(frame))
                Deliver(subscription, frame);
        }

        Deliver(_plain, frame);
    }

    /// <summary>Ends every subscription, with an error or by completion. After it nothing is delivered. Not under the gate.</summary>
    public void End(Exception? error)
    {
        FrameSubscription[] ended;
        lock (_bus.Gate)
            ended = [.. _all];
        foreach (var subscription in ended)
        {
            lock (_bus.Gate)
                Remove(subscription);
            try
            {
                subscription.End(error);
            }
            catch (Exception failure)
            {
                _bus.ReportFailure(failure);
            }
        }
    }

    private void Deliver(FrameSubscription[] subscriptions, in CanFrame frame)
    {
        foreach (var subscription in subscriptions)
            Deliver(subscription, frame);
    }

    private void Deliver(FrameSubscription subscription, in CanFrame frame)
    {
        try
        {
            subscription.OnNext(frame);
        }
        catch (Exception failure)
        {
            subscription.Dispose();
            _bus.ReportFailure(failure);
        }
    }

    private void Enter(FrameSubscription subscription, IReadOnlySet<uint> ids)
    {
        subscription.ExactIds = ids;
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

    private static FrameSubscription[] Without(FrameSubscription[] subscriptions, FrameSubscription gone)
    {
        var i = Array.IndexOf(subscriptions, gone);
        return i < 0 ? subscriptions : [.. subscriptions.AsSpan(0, i), .. subscriptions.AsSpan(i + 1)];
    }
}
