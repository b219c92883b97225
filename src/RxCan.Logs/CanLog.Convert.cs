using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan;

/// <content>Converting.</content>
public static partial class CanLog
{
    private const int FramesPerCheck = 1024;

    /// <summary>
    /// Converts a log into another format, frame by frame. The new file appears under its name when it is complete; after any exception there is
    /// none, and one that was there before is unchanged.
    /// </summary>
    /// <param name="from">The log; its content tells the format. May be the same file as <paramref name="to"/>.</param>
    /// <param name="to">The new file; its extension tells the format, see <see cref="Create(string, CanLogWriteOptions?)"/>.</param>
    /// <param name="options">What to take over; everything if null.</param>
    /// <param name="cancellationToken">Stops converting.</param>
    /// <exception cref="ArgumentException">No format has the extension of <paramref name="to"/>, or it cannot be written.</exception>
    /// <exception cref="CanLogException"><paramref name="from"/> is damaged, or no log. <see cref="CanLogReadOptions.SkipDamage"/> takes over what can be read.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static CanLogConversion Convert(string from, string to, CanLogConvertOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentException.ThrowIfNullOrEmpty(to);
        options ??= new();
        var format = LogFormats.FormatToWrite(to, options.Writing ?? new());
        var writing = (options.Writing ?? new()) with { Format = format };
        writing = writing with { Compress = writing.Compress ?? LogFormats.IsCompressed(to) };
        var unfinished = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(to))!, $".{Path.GetFileName(to)}.{Guid.NewGuid():N}.tmp");
        try
        {
            CanLogConversion result;
            using (var pass = LogPass.Open(from, options.Reading ?? new()))
            using (var writer = Create(unfinished, writing))
                result = Copy(pass, writer, options, cancellationToken);
            using (var file = File.OpenHandle(unfinished, access: FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            File.Move(unfinished, to, overwrite: true);
            return result;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static CanLogConversion Copy(LogPass pass, CanLogWriter writer, CanLogConvertOptions options, CancellationToken cancellationToken)
    {
        var from = options.From?.UtcTicks ?? long.MinValue;
        var until = options.Until?.UtcTicks ?? long.MaxValue;
        long read = 0, leftOut = 0;
        while (pass.Read(out var frame))
        {
            if (read++ % FramesPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var time = frame.Ticks;
            if (time < from || time >= until || options.Filter?.Matches(frame) == false)
                continue;
            if (options.Interfaces?.TryGetValue(frame.Interface, out var name) == true)
                frame = frame.WithInterface(name);
            if (!writer.Write(frame))
                leftOut++;
        }

        return new(writer.Count, leftOut, pass.DamageCount);
    }
}
