using System.Globalization;
using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Logs;

namespace RxCan.Monitor;

/// <summary>What is recorded, and how far.</summary>
/// <param name="Path">The file.</param>
/// <param name="Began">When it was begun.</param>
/// <param name="Frames">The number of frames in it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Dropped">The number of frames that are not in it, because the disk was too slow.</param>
/// <param name="IsDone">Whether it is complete.</param>
/// <param name="Trouble">Why it ended by itself; null if it did not.</param>
internal sealed record Recording(string Path, DateTimeOffset Began, long Frames = 0, long Size = 0, long Dropped = 0, bool IsDone = false, string? Trouble = null);

/// <summary>Records the buses to a file of this machine, for all pages: one recording at a time.</summary>
internal sealed class BusRecorder(LiveBuses buses, MonitorOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private Subject<Unit>? _stop;
    private Recording? _recording;

    /// <summary>The current recording, or the last one; null if there was none. No page sees it before frames get into it.</summary>
    public Recording? Recording
    {
        get
        {
            lock (_gate)
                return _recording;
        }
    }

    /// <exception cref="InvalidOperationException">This monitor may only read.</exception>
    public void Start()
    {
        options.ThrowIfReadOnly();
        lock (_gate)
        {
            if (_stop is not null)
                return;
            var now = buses.Now;
            var from = string.Concat(string.Join('-', buses.All.Select(bus => bus.Name)).Take(60).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
            var name = string.Create(CultureInfo.InvariantCulture, $"{from}-{now.ToLocalTime():yyyyMMdd-HHmmss}.log");
            var stop = _stop = new();
            _recording = new(Path.GetFullPath(Path.Combine(options.RecordTo, name)), now);
            // The end of the source ends the recording when everything is written.
            buses.All.Select(bus => bus.Frames).Merge().TakeUntil(stop).RecordTo(_recording.Path).Subscribe(
                Follow,
                error => End(stop, error.Message),
                () => End(stop, null));
        }
    }

    public void Stop()
    {
        Subject<Unit>? stop;
        lock (_gate)
            stop = _stop;
        stop?.OnNext(Unit.Default);
    }

    public void Dispose() => Stop();

    private void Follow(CanRecordingEvent happened)
    {
        lock (_gate)
        {
            _recording = happened switch
            {
                CanRecordingFlushed flushed => _recording! with { Frames = flushed.Frames, Size = flushed.Size },
                CanRecordingClosed closed => _recording! with { Frames = closed.Frames, Size = closed.Size },
                CanRecordingDropped dropped => _recording! with { Dropped = dropped.Total },
                _ => _recording,
            };
        }
    }

    private void End(Subject<Unit> stop, string? trouble)
    {
        lock (_gate)
        {
            _recording = _recording! with { IsDone = true, Trouble = trouble };
            if (_stop == stop)
                _stop = null;
        }
    }
}
