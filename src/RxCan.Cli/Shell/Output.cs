using System.Text;

namespace RxCan.Cli;

/// <summary>
/// Standard output. Whoever writes only fills a buffer, or a <see cref="LineQueue{T}"/>; a thread of its own empties it, so that a slow reader
/// holds up nobody until a megabyte waits. Then the writer waits too: frames stay in the kernel, which counts what it drops.
/// </summary>
internal sealed class Output : IDisposable
{
    private const int Limit = 1 << 20;
    private const int Piece = 1 << 16; // of lines that this thread makes

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(1);

    private readonly Stream _stream;
    private readonly Action<Action>? _whenGone;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _room = new(true);
    private readonly CancellationTokenSource _closed = new();
    private readonly Thread _thread;
    private LineBuffer _filling = new();
    private LineBuffer _writing = new();
    private ILineQueue? _queue;
    private volatile bool _isAsleep; // the thread, until a line comes
    private volatile bool _isComplete;
    private bool _isWriting;

    /// <param name="stream">Where it goes.</param>
    /// <param name="whenGone">
    /// Calls back when nobody reads the stream any more. It is asked once something was written: who only reads the talk does not end a recording.
    /// </param>
    public Output(Stream stream, Action<Action>? whenGone = null)
    {
        (_stream, _whenGone) = (stream, whenGone);
        _thread = new Thread(Empty) { IsBackground = true, Name = "rxcan output" };
        _thread.Start();
    }

    /// <summary>Cancelled when nobody reads the output any more.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Why the output could not be written; null for a reader that went away, which is no failure.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether everything is written.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (Gate)
                return _filling.Length == 0 && !_isWriting && _queue is not { IsEmpty: false };
        }
    }

    /// <summary>Whether nothing is taken any more.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>Guards what waits to be written.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Adds the one whose lines this thread makes.</summary>
    public void Add(ILineQueue queue) => _queue = queue;

    /// <summary>Writes whole lines, which no others interrupt.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        while (!TryWrite(text))
            WaitForRoom(text.Length);
        Wake();
    }

    /// <summary>Writes a line.</summary>
    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + '\n'));

    /// <summary>Returns when everything is written.</summary>
    public void Dispose()
    {
        lock (Gate)
            _isComplete = true;
        _room.Set();
        _wake.Set();
        _thread.Join();
    }

    /// <summary>Makes the thread see what was put down.</summary>
    public void Wake()
    {
        Interlocked.MemoryBarrier(); // before it is asked whether it sleeps, as it asks for more once it has said so
        if (!_isAsleep)
            return;
        _isAsleep = false;
        _wake.Set();
    }

    /// <summary>Waits until the thread has made room.</summary>
    public void WaitWhile(Func<bool> isFull)
    {
        _room.Reset();
        if (!isFull() || _isComplete)
            return;
        _wake.Set();
        _room.Wait();
    }

    /// <summary>Takes lines, or drops them if nothing is taken any more; false if they have no room.</summary>
    private bool TryWrite(ReadOnlySpan<byte> text)
    {
        lock (Gate)
        {
            if (_isComplete)
                return true;
            if (!HasRoomFor(text.Length))
                return false;
            _filling.AddLines(text);
            return true;
        }
    }

    private void WaitForRoom(int length) => WaitWhile(() => !HasRoomFor(length)); // apart, so that only who waits allocates

    private bool HasRoomFor(int length) => _filling.Length == 0 || _filling.Length + length <= Limit;

    /// <summary>Nobody reads the output any more.</summary>
    private void Leave()
    {
        lock (Gate)
            (_isComplete, _isWriting) = (true, false);
        _room.Set();
        _wake.Set();
        _closed.Cancel();
    }

    private void Empty()
    {
        var isWatched = false;
        while (true)
        {
            if (!Take())
            {
                _isAsleep = true;
                Interlocked.MemoryBarrier();
                if (!Take())
                {
                    if (_isComplete)
                        return;
                    _wake.WaitOne();
                }

                _isAsleep = false;
                continue;
            }

            try
            {
                bool hasMore;
                do
                {
                    hasMore = _queue?.MoveTo(_writing, Piece) is true;
                    _room.Set();
                    _writing.MoveTo(_stream);
                }
                while (hasMore);
            }
            catch (Exception e)
            {
                const int BrokenPipe = 32; // EPIPE: rxcan dump | head has read enough
                Failure = e is IOException { HResult: BrokenPipe } ? null : e;
                Leave();
                return;
            }

            lock (Gate)
                _isWriting = false;
            if (!isWatched)
                _whenGone?.Invoke(Leave);
            isWatched = true;
            _wake.WaitOne(Linger); // a line that comes alone is written at once, and those that follow it soon together: a write costs more than a line
        }
    }

    /// <summary>Takes what waits; returns whether that was something.</summary>
    private bool Take()
    {
        lock (Gate)
        {
            (_filling, _writing) = (_writing, _filling);
            return _isWriting = _queue?.Take() is true || _writing.Length > 0;
        }
    }
}
