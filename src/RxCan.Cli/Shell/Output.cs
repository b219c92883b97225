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
    private readonly object _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Thread _thread;
    private byte[] _filling = new byte[1 << 16];
    private byte[] _writing = new byte[1 << 16];
    private int _count;
    private bool _isWaiting;
    private bool _isComplete;

    public Output(Stream stream)
    {
        _stream = stream;
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
                return _count == 0 && (_isWaiting || _isComplete);
        }
    }

    /// <summary>Writes whole lines, which no others interrupt.</summary>
    public void Write(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            while (_count > 0 && _count + lines.Length > Limit && !_closed.IsCancellationRequested)
                Monitor.Wait(_gate);
            if (_closed.IsCancellationRequested || _isComplete)
                return;
            if (_filling.Length < _count + lines.Length)
                Array.Resize(ref _filling, Math.Max(_count + lines.Length, 2 * _filling.Length));
            lines.CopyTo(_filling.AsSpan(_count));
            _count += lines.Length;
            if (_isWaiting)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Writes a line.</summary>
    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + '\n'));

    /// <summary>Returns when everything is written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Empty()
    {
        while (true)
        {
            int count;
            lock (_gate)
            {
                while (_count == 0 && !_isComplete)
                {
                    _isWaiting = true;
                    Monitor.Wait(_gate);
                    _isWaiting = false;
                    if (!_isComplete)
                        Monitor.Wait(_gate, Linger); // other lines follow: one write for all of them, not a wake-up and a write for each
                }

                if (_count == 0)
                    return;
                (_filling, _writing, count, _count) = (_writing, _filling, _count, 0);
                Monitor.PulseAll(_gate);
            }

            try
            {
                _stream.Write(_writing, 0, count);
                _stream.Flush();
            }
            catch (IOException e)
            {
                const int BrokenPipe = 32; // EPIPE: rxcan dump | head has read enough
                lock (_gate)
                {
                    Failure = e.HResult == BrokenPipe ? null : e;
                    _closed.Cancel();
                    Monitor.PulseAll(_gate);
                }

                return;
            }
        }
    }
}
