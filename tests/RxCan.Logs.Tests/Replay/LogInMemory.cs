using RxCan.Logs;
using RxCan.Logs.Formats;

namespace RxCan.Tests.Replay;

/// <summary>A log without a file, opened any number of times.</summary>
internal sealed class LogInMemory(params CanFrame[] frames)
{
    public static readonly DateTimeOffset Beginning = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public int Open { get; private set; }

    /// <summary>What is wrong after the last frame.</summary>
    public CanLogException? Damage { get; init; }

    /// <summary>Called before each read.</summary>
    public Action? Reading { get; init; }

    /// <summary>A frame at a time in ms from the beginning; its first byte is the index.</summary>
    public static CanFrame At(double ms, int index = 0, int id = 0x100) =>
        new CanFrame(id, [(byte)index]).WithTimestamp(Beginning + TimeSpan.FromTicks((long)(ms * TimeSpan.TicksPerMillisecond))).WithInterface("can0");

    public static LogInMemory Of(params double[] ms) => new([.. ms.Select((time, i) => At(time, i))]);

    public ILogReader NewReader()
    {
        Open++;
        return new Reader(this, frames);
    }

    private sealed class Reader(LogInMemory log, CanFrame[] frames) : ILogReader
    {
        private int _next;
        private bool _isDisposed;

        public bool Read(out CanFrame frame)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            log.Reading?.Invoke();
            if (_next < frames.Length)
            {
                frame = frames[_next++];
                return true;
            }

            frame = default;
            return log.Damage is null ? false : throw log.Damage;
        }

        public bool TrySkip() => false;

        public void Dispose()
        {
            if (!_isDisposed)
                log.Open--;
            _isDisposed = true;
        }
    }
}
