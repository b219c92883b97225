using System.Runtime.InteropServices;

namespace RxCan.Cyclic;

/// <summary>
/// What a watch knows of one identifier's classic or FD frames, as a pure state machine: frames and time go in, reports and the time of
/// the next deferred ones come out.
/// </summary>
internal sealed class WatchedContent(ContentWatch watch)
{
    private readonly Page[] _pages = new Page[watch.Pages];
    private readonly TimeSpan _throttle = watch.Options.Throttle;
    private TimeSpan? _lastReport;

    /// <summary>When deferred changes are to be reported, <see cref="Flush"/>; null if there are none.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Takes a frame; whether it is to be reported now.</summary>
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
    /// Reports what was deferred, in the order of the pages. After a report the next one waits as long again; a time without one ends
    /// the waiting.
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

        Due = deferred ? CyclicSchedule.Forward(Due!.Value, now, _throttle) : null;
        if (!deferred)
            _lastReport = null;
    }

    /// <summary>As the kernel does it, compares the words that the new frame has, whatever the last one had.</summary>
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
