using System.Text;

namespace RxCan.Cli;

/// <summary>
/// Standard output. Whoever writes only fills a buffer; a thread of its own empties it, so that a slow reader holds up nobody until a
/// megabyte waits. Then the writer waits too: frames stay in the kernel, which counts what it drops.
/// </summary>
internal sealed class Output : IDisposable
{
    private const int Limit = 1 << 20;

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(1);

    private readonly Stream _stream;
    private readonly Action<Action>? _whenGone;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _room = new(true);
    private readonly CancellationTokenSource _closed = new();
    private readonly Thread _thread;
    private byte[] _filling = new byte[1 << 16];
    private byte[] _writing = new byte[1 << 16];
    private int _count;
    private bool _isAsleep; // the thread, until a line comes
    private bool _isWriting;
    private bool _isComplete; // nothing is taken any more

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
            lock (_gate)
                return _count == 0 && !_isWriting;
        }
    }

    /// <summary>Begins lines, which no others interrupt, until <see cref="Lines.End"/>.</summary>
    /// <param name="maxLength">How many bytes they take at most.</param>
    public Lines Begin(int maxLength)
    {
        _gate.Enter();
        while (_count > 0 && _count + maxLength > Limit && !_isComplete)
        {
            _room.Reset();
            _wake.Set();
            _gate.Exit();
            _room.Wait();
            _gate.Enter();
        }

        if (_filling.Length < _count + maxLength)
            Array.Resize(ref _filling, Math.Max(_count + maxLength, 2 * _filling.Length));
        return new(this, _filling.AsSpan(_count, maxLength));
    }

    /// <summary>Writes whole lines, which no others interrupt.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        var lines = Begin(text.Length);
        lines.Add(text);
        lines.End();
    }

    /// <summary>Writes a line.</summary>
    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + '\n'));

    /// <summary>Returns when everything is written.</summary>
    public void Dispose()
    {
        lock (_gate)
            _isComplete = true;
        _room.Set();
        _wake.Set();
        _thread.Join();
    }

    private void End(int length)
    {
        var wakes = false;
        if (!_isComplete)
        {
            _count += length;
            wakes = _isAsleep && _count > 0;
            _isAsleep &= !wakes;
        }

        _gate.Exit();
        if (wakes)
            _wake.Set();
    }

    /// <summary>Nobody reads the output any more.</summary>
    private void Leave()
    {
        lock (_gate)
            (_isComplete, _isWriting, _count) = (true, false, 0);
        _room.Set();
        _wake.Set();
        _closed.Cancel();
    }

    private void Empty()
    {
        var isWatched = false;
        while (true)
        {
            int count;
            lock (_gate)
            {
                (_filling, _writing, count, _count) = (_writing, _filling, _count, 0);
                _isWriting = count > 0;
                _isAsleep = !_isWriting;
                if (_isAsleep && _isComplete)
                    return;
            }

            _room.Set();
            if (count == 0)
            {
                _wake.WaitOne();
                continue;
            }

            try
            {
                _stream.Write(_writing, 0, count);
                _stream.Flush();
            }
            catch (IOException e)
            {
                const int BrokenPipe = 32; // EPIPE: rxcan dump | head has read enough
                Failure = e.HResult == BrokenPipe ? null : e;
                Leave();
                return;
            }

            lock (_gate)
                _isWriting = false;
            if (!isWatched)
                _whenGone?.Invoke(Leave);
            isWatched = true;
            _wake.WaitOne(Linger); // a line that comes alone is written at once, and those that follow it soon together: a write costs more than a line
        }
    }

    /// <summary>Lines that are written where the output has room for them.</summary>
    internal ref struct Lines(Output output, Span<byte> room)
    {
        private readonly Span<byte> _room = room;
        private int _length;

        /// <summary>The room that is left. See <see cref="Advance"/>.</summary>
        public readonly Span<byte> Rest => _room[_length..];

        /// <summary>Takes what was written to the beginning of <see cref="Rest"/>.</summary>
        public void Advance(int length) => _length += length;

        public void Add(byte c) => _room[_length++] = c;

        public void Add(scoped ReadOnlySpan<byte> text)
        {
            text.CopyTo(Rest);
            _length += text.Length;
        }

        /// <summary>Adds text; a character takes up to three bytes.</summary>
        public void Add(string text) => _length += Encoding.UTF8.GetBytes(text, Rest);

        public void Pad(int count)
        {
            if (count <= 0)
                return;
            Rest[..count].Fill((byte)' ');
            _length += count;
        }

        public readonly void End() => output.End(_length);
    }
}
