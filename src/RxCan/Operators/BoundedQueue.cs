using System.Runtime.CompilerServices;

namespace RxCan.Operators;

/// <summary>A queue with a limit. What does not fit is dropped, and the item after the gap has its number. Under its owner's lock.</summary>
internal sealed class BoundedQueue<T>(int capacity, OverflowPolicy policy)
{
    private Bounded<T>[] _ring = new Bounded<T>[Math.Min(capacity, 16)];
    private int _head;
    private long _droppedAfter;

    public int Count { get; private set; }

    /// <summary>Checks what a user asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is zero or negative, or the policy is unknown.</exception>
    public static void Check(int capacity, OverflowPolicy policy)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        if (!Enum.IsDefined(policy))
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "The policy must be DropOldest or DropNewest.");
    }

    /// <summary>Adds an item; true if one was dropped for that, perhaps this one itself.</summary>
    public bool Add(in T value, out T dropped)
    {
        dropped = value;
        var isFull = Count == capacity;
        if (isFull && policy == OverflowPolicy.DropNewest)
        {
            _droppedAfter++;
            return true;
        }

        if (isFull)
            dropped = DropOldest();
        Append(new(value, _droppedAfter));
        _droppedAfter = 0;
        return isFull;
    }

    public Bounded<T> Take()
    {
        var item = _ring[_head];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            _ring[_head] = default;
        _head = _head + 1 < _ring.Length ? _head + 1 : 0;
        Count--;
        return item;
    }

    public void Clear()
    {
        Count = 0;
        _ring = [];
    }

    private T DropOldest()
    {
        var (value, before) = Take();
        if (Count == 0)
            _droppedAfter = before + 1;
        else
            _ring[_head] = _ring[_head] with { Dropped = before + 1 }; // only the first item has a gap before it
        return value;
    }

    private void Append(in Bounded<T> item)
    {
        if (Count == _ring.Length)
        {
            var larger = new Bounded<T>[(int)Math.Min(capacity, 2L * Count)];
            for (var i = 0; i < Count; i++)
                larger[i] = _ring[(_head + i) % Count];
            (_ring, _head) = (larger, 0);
        }

        var tail = _head + Count++;
        _ring[tail < _ring.Length ? tail : tail - _ring.Length] = item;
    }
}
