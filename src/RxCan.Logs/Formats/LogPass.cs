using System.Runtime.ExceptionServices;

namespace RxCan.Logs.Formats;

/// <summary>One pass through a log, over its damages if the options say so.</summary>
internal sealed class LogPass(ILogReader reader, CanLogReadOptions options) : IDisposable
{
    /// <summary>Opens a file.</summary>
    /// <exception cref="CanLogException">It is no log.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static LogPass Open(string path, CanLogReadOptions options) => new(LogFormats.OpenReader(path, options), options);

    /// <summary>The damages that were passed over.</summary>
    public long DamageCount { get; private set; }

    /// <summary>Reads the next frame; false at the end.</summary>
    /// <exception cref="CanLogException">The file is damaged, and does not go on.</exception>
    public bool Read(out CanFrame frame)
    {
        while (true)
        {
            try
            {
                return reader.Read(out frame);
            }
            catch (CanLogException damage) when (options.SkipDamage)
            {
                DamageCount++;
                options.Damaged?.Invoke(damage);
                if (!reader.TrySkip())
                {
                    frame = default;
                    return false;
                }
            }
        }
    }

    /// <summary>Fills a batch; it has room left at the end of the log, or before an error.</summary>
    public int Read(Span<CanFrame> batch, out ExceptionDispatchInfo? error)
    {
        error = null;
        var count = 0;
        try
        {
            while (count < batch.Length && Read(out batch[count]))
                count++;
        }
        catch (Exception e)
        {
            error = ExceptionDispatchInfo.Capture(e);
        }

        return count;
    }

    public void Dispose() => reader.Dispose();
}
