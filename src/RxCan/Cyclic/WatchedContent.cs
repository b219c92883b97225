using System.Runtime.InteropServices;
using RxCan.Bus;

namespace RxCan.Cyclic;

/// <summary>
/// What a watch knows about one identifier's classic or FD frames, as a pure state machine: frames and time go in, reports and the time of
/// the next deferred reports come out.
/// </summary>
internal sealed class WatchedContent(ContentWatch watch)
{
    private readonly Page[] _pages = new Page[watch.Pages];
    private readonly TimeSpan _throttle = watch.Options.Throttle;
    private TimeSpan? _lastReport;

    /// <summary>When to report deferred changes with <see cref="Flush"/>; null if there are none.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Takes a frame; returns whether to report it now.</summary>
    public bool OnFrame(in CanFrame frame, TimeSpan now)
    {
        Span<ulong> words = stackalloc ulong[ContentWatch.Words];
        frame.Data.CopyTo(MemoryMarshal.AsBytes(words));
        var index = watch.PageOf(words[0]);
        if (index < 0)
            return false;
        ref var page = ref _pages[index];
        if (page.IsKnown && !Differs(page.Last, frame, words, watch.Mask(index)))
            return false;
        page = new(frame, IsKnown: true, IsDeferred: _throttle != TimeSpan.Zero);
        if (!page.IsDeferred)
            return true;
        if (Due is not null)
            return false;
        if (_lastReport is { } last && now - last < _throttle)
        {
            Due = last + _throttle;
            return false;
        }

        page.IsDeferred = false;
        _lastReport = now;
        return true;
    }

    /// <summary>
    /// Reports the deferred changes, in the order of the pages. After a report, the next change waits as long again; an interval without a
    /// report ends the waiting.
    /// </summary>
    public void Flush(TimeSpan now, IObserver<CanFrame> observer)
    {
        var deferred = false;
        foreach (ref var page in _pages.AsSpan())
        {
            if (!page.IsDeferred)
                continue;
            deferred = true;
            page.IsDeferred = false;
            observer.OnNext(page.Last);
        }

        Due = deferred ? DueTime.Next(Due!.Value, now, _throttle) : null;
        if (!deferred)
            _lastReport = null;
    }

    /// <summary>As in the kernel, compares the words that the new frame has, however many the last one had.</summary>
    private bool Differs(in CanFrame last, in CanFrame frame, ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> mask)
    {
        Span<ulong> lastWords = stackalloc ulong[ContentWatch.Words];
        last.Data.CopyTo(MemoryMarshal.AsBytes(lastWords));
        for (var i = 0; i * sizeof(ulong) < frame.Length; i++)
        {
            if (((words[i] ^ lastWords[i]) & mask[i]) != 0)
                return true;
        }

        return watch.Options.CheckLength && frame.Length != last.Length;
    }

    private record struct Page(CanFrame Last, bool IsKnown, bool IsDeferred);
}
