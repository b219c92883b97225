using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Runtime.CompilerServices;
using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan;

/// <content>Reading.</content>
public static partial class CanLog
{
    private const int FramesPerBatch = 512;

    /// <summary>The frames of a log, as fast as they can be read. Each subscription opens the file and reads it from its beginning.</summary>
    /// <remarks>
    /// Without a scheduler, <c>Subscribe</c> reads, and returns when all is read. With one, reading runs there; <c>Dispose</c> stops it. A frame has the
    /// log's time, interface and direction; see the package's README for what each format tells. After the last frame the stream completes.
    /// It fails with <see cref="CanLogException"/> where the file is damaged, after all frames before that, and with
    /// <see cref="IOException"/> if the file cannot be opened or read.
    /// </remarks>
    /// <param name="path">The file; its content tells the format. May be compressed with gzip.</param>
    /// <param name="options">How to read; the default if null.</param>
    /// <param name="scheduler">Reads; <see cref="CurrentThreadScheduler"/> if null.</param>
    public static IObservable<CanFrame> Read(string path, CanLogReadOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(() => LogPass.Open(path, options ?? new()), scheduler);
    }

    /// <summary>The frames of a log in a stream, as <see cref="Read(string, CanLogReadOptions?, IScheduler?)"/> those of a file.</summary>
    /// <param name="stream">
    /// The log, from its position now; stays open. A second subscription needs a stream that can seek, and comes after the first has ended.
    /// </param>
    /// <param name="options">How to read; the default if null.</param>
    /// <param name="scheduler">Reads; <see cref="CurrentThreadScheduler"/> if null.</param>
    public static IObservable<CanFrame> Read(Stream stream, CanLogReadOptions? options = null, IScheduler? scheduler = null) =>
        Read(OpenAgain(stream, options ?? new()), scheduler);

    /// <summary>The frames of a log, one after another on the thread that enumerates; otherwise as <see cref="Read(string, CanLogReadOptions?, IScheduler?)"/>.</summary>
    /// <param name="path">The file; its content tells the format. May be compressed with gzip.</param>
    /// <param name="options">How to read; the default if null.</param>
    public static IEnumerable<CanFrame> Enumerate(string path, CanLogReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Enumerate(() => LogPass.Open(path, options ?? new()));
    }

    /// <summary>The frames of a log in a stream, one after another on the thread that enumerates.</summary>
    /// <param name="stream">As for <see cref="Read(Stream, CanLogReadOptions?, IScheduler?)"/>.</param>
    /// <param name="options">How to read; the default if null.</param>
    public static IEnumerable<CanFrame> Enumerate(Stream stream, CanLogReadOptions? options = null) => Enumerate(OpenAgain(stream, options ?? new()));

    /// <summary>The frames of a log for <c>await foreach</c>: the thread pool reads, in batches, while nothing else waits.</summary>
    /// <param name="path">The file; its content tells the format. May be compressed with gzip.</param>
    /// <param name="options">How to read; the default if null.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public static IAsyncEnumerable<CanFrame> ReadAsync(string path, CanLogReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadAsync(() => LogPass.Open(path, options ?? new()), cancellationToken);
    }

    /// <summary>The frames of a log in a stream for <c>await foreach</c>.</summary>
    /// <param name="stream">As for <see cref="Read(Stream, CanLogReadOptions?, IScheduler?)"/>; the thread pool reads it.</param>
    /// <param name="options">How to read; the default if null.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public static IAsyncEnumerable<CanFrame> ReadAsync(Stream stream, CanLogReadOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync(OpenAgain(stream, options ?? new()), cancellationToken);

    private static Func<LogPass> OpenAgain(Stream stream, CanLogReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var position = stream.CanSeek ? stream.Position : -1;
        var isRead = 0;
        return () =>
        {
            if (position >= 0)
                stream.Position = position;
            else if (Interlocked.Exchange(ref isRead, 1) != 0)
                throw new InvalidOperationException("This stream cannot seek, so that its log can be read once only. Give the path, or a stream that can seek.");
            return new(LogFormats.OpenReader(stream, options, leaveOpen: true), options);
        };
    }

    private static IObservable<CanFrame> Read(Func<LogPass> open, IScheduler? scheduler) =>
        Observable.Create<CanFrame>(observer => LogReading.Start(open, observer, scheduler ?? CurrentThreadScheduler.Instance));

    private static IEnumerable<CanFrame> Enumerate(Func<LogPass> open)
    {
        using var pass = open();
        while (pass.Read(out var frame))
            yield return frame;
    }

    private static async IAsyncEnumerable<CanFrame> ReadAsync(Func<LogPass> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var pass = await Task.Run(open, cancellationToken).ConfigureAwait(false);
        var batch = new CanFrame[FramesPerBatch];
        while (true)
        {
            var (count, error) = await Task.Run(() => (pass.Read(batch, out var failed), failed), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < count; i++)
                yield return batch[i];
            error?.Throw();
            if (count < batch.Length)
                yield break;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
