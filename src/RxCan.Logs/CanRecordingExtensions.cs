using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Logs;
using RxCan.Logs.Formats;
using RxCan.Logs.Recording;

namespace RxCan;

/// <summary>Recording as a subscription.</summary>
public static class CanRecordingExtensions
{
    /// <summary>
    /// Records frames while subscribed, in the format of the path's extension, and reports what happens to the files. Whoever delivers the
    /// frames never waits for the disk; if that is too slow, frames are dropped and reported.
    /// </summary>
    /// <remarks>
    /// <para>Disposing the subscription does not block. What was queued is still written and the file completed, in the background; the process
    /// does not end before. To learn when, end the source instead: <c>can.TakeUntil(stop).RecordTo(path)</c> completes once everything is in
    /// the file.</para>
    /// <para>Frames without a time stamp get the scheduler's time. On a scheduler with long-running operations, such as the default one, a
    /// thread of its own writes; on any other, such as a virtual one, its actions do. To copy a log, use <c>CanLog.Convert</c>: this drops
    /// what comes faster than it can be written.</para>
    /// </remarks>
    /// <param name="frames">The frames, such as a bus.</param>
    /// <param name="path">
    /// The file, which is replaced if it exists; <c>.gz</c> after the extension compresses it. Files of a recording with a limit get numbers:
    /// <c>drive-0001.blf</c>.
    /// </param>
    /// <param name="options">Limits, flushing and format; <see cref="CanRecordingOptions.Default"/> if null.</param>
    /// <param name="scheduler">Writes and flushes. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <returns>
    /// A cold observable, which completes or fails as the source does, once everything is written. It fails with <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> when a file cannot be created or written, as on a full disk: the file then ends with the last frame that is whole.
    /// </returns>
    /// <exception cref="ArgumentException">The extension is not that of a format that can be written, or the options contradict each other.</exception>
    public static IObservable<CanRecordingEvent> RecordTo(
        this IObservable<CanFrame> frames, string path, CanRecordingOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        options ??= CanRecordingOptions.Default;
        var isNumbered = new RotationPlan(options).IsNumbered;
        if (!isNumbered && options is not { MaxFiles: null, MaxTotalSize: null })
            throw new ArgumentException("MaxFiles and MaxTotalSize need a limit for each file: set MaxSize, MaxDuration or MaxFrames.", nameof(options));
        return Record<Unit>(frames, path, isNumbered, null, options, scheduler, static sink => sink);
    }

    /// <summary>
    /// While subscribed, keeps the last frames in memory, and records what led to a trigger, with what follows: each trigger begins a file
    /// with a number, such as <c>fault-0001.blf</c>. A trigger while a file is being written prolongs it.
    /// </summary>
    /// <typeparam name="T">The type of the trigger's values, which do not matter.</typeparam>
    /// <param name="frames">The frames, such as a bus.</param>
    /// <param name="trigger">Fires the triggers. Its completion means that no more will come; its error ends the recording.</param>
    /// <param name="path">The files' path, without the number.</param>
    /// <param name="before">How much of the past is kept, by the frames' time stamps; not more than <see cref="CanRecordingOptions.MaxFramesBefore"/>.</param>
    /// <param name="after">How long frames are written after the last trigger, on the scheduler.</param>
    /// <param name="options">Limits, flushing and format; <see cref="CanRecordingOptions.Default"/> if null.</param>
    /// <param name="scheduler">Writes and flushes, as for <see cref="RecordTo"/>.</param>
    /// <returns>A cold observable, which ends as that of <see cref="RecordTo"/> does.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    /// <exception cref="ArgumentException">The extension is not that of a format that can be written.</exception>
    public static IObservable<CanRecordingEvent> RecordAround<T>(
        this IObservable<CanFrame> frames,
        IObservable<T> trigger,
        string path,
        TimeSpan before,
        TimeSpan after,
        CanRecordingOptions? options = null,
        IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(trigger);
        ArgumentOutOfRangeException.ThrowIfLessThan(before, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        var set = options ?? CanRecordingOptions.Default;
        return Record(frames, path, true, trigger, set, scheduler, sink => new TriggeredSink(sink, new(before, set.MaxFramesBefore), after));
    }

    private static IObservable<CanRecordingEvent> Record<T>(
        IObservable<CanFrame> frames,
        string path,
        bool isNumbered,
        IObservable<T>? trigger,
        CanRecordingOptions options,
        IScheduler? scheduler,
        Func<FileSink, IRecordingSink> sink)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _ = LogFormats.FormatToWrite(path, options.Write);
        return Record(frames, new LogFolder(Path.GetFullPath(path), isNumbered, options.Write), trigger, options, scheduler, sink);
    }

    /// <summary>Records into a folder.</summary>
    internal static IObservable<CanRecordingEvent> Record<T>(
        IObservable<CanFrame> frames,
        LogFolder folder,
        IObservable<T>? trigger,
        CanRecordingOptions options,
        IScheduler? scheduler,
        Func<FileSink, IRecordingSink> sink)
    {
        var writer = scheduler.Checked() ?? BusStream.BusOf(frames)?.Scheduler ?? DefaultScheduler.Instance;
        return Observable.Create<CanRecordingEvent>(observer =>
        {
            var recorder = new Recorder(writer, options, tell => sink(new(folder, options, tell)), observer);
            recorder.Start(frames, trigger);
            return recorder;
        });
    }
}
