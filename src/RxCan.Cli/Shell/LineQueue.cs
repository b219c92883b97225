using System.Runtime.CompilerServices;
using System.Text;

namespace RxCan.Cli;

/// <summary>
/// The values of a stream, whose lines the thread of the output makes: the thread on which they come only puts them down, without a lock, and is
/// free for the next one.
/// </summary>
/// <typeparam name="T">What a line is made of.</typeparam>
internal sealed class LineQueue<T> : StreamRun<T>, ILineQueue
{
    private const int Limit = 1 << 13; // a power of two

    private readonly Output _output;
    private readonly WriteLine _write;
    private readonly T[] _values = new T[Limit];
    private readonly Queue<(long Before, string Line)> _lines = new(); // under the output's gate
    private long _put; // how many values, by the stream's thread
    private long _taken; // by the output's thread
    private long _toTake;
    private bool _hasLine;
    private volatile bool _isOver;

    /// <param name="output">Where the lines go.</param>
    /// <param name="write">Writes the line of a value; called on the output's thread. It makes its own room.</param>
    public LineQueue(Output output, WriteLine write)
    {
        (_output, _write) = (output, write);
        output.Add(this);
    }

    public delegate void WriteLine(LineBuffer lines, in T value);

    /// <summary>Whether it got anything.</summary>
    public bool HasAny => _put > 0 || _hasLine;

    bool ILineQueue.IsEmpty => _lines.Count == 0 && Volatile.Read(ref _put) == Volatile.Read(ref _taken);

    private bool IsFull => _put - Volatile.Read(ref _taken) == Limit;

    /// <summary>Puts a value down. It waits while <see cref="Limit"/> others do, and does nothing once nobody reads the output any more.</summary>
    public override void OnNext(T value)
    {
        if (_isOver || (IsFull && !WaitForRoom()))
            return;
        _values[_put & (Limit - 1)] = value;
        Volatile.Write(ref _put, _put + 1);
        _output.Wake();
    }

    /// <summary>Takes no more values; the lines of those that it has may still be made.</summary>
    public override void OnCompleted()
    {
        _isOver = true;
        End();
    }

    /// <summary>Puts down a line that is complete, to stand behind those of the values so far.</summary>
    public void Add(string line)
    {
        _hasLine = true;
        lock (_output.Gate)
            _lines.Enqueue((Volatile.Read(ref _put), line));
        _output.Wake();
    }

    bool ILineQueue.Take()
    {
        _toTake = Volatile.Read(ref _put);
        return _toTake > _taken || _lines.Count > 0;
    }

    bool ILineQueue.MoveTo(LineBuffer lines, int enough)
    {
        var next = _taken;
        var line = NextLine();
        while (lines.Length < enough)
        {
            if (line.Before <= next)
            {
                lines.AddLines(Encoding.UTF8.GetBytes(line.Line + '\n'));
                lock (_output.Gate)
                    _lines.Dequeue();
                line = NextLine();
            }
            else if (next < _toTake)
            {
                _write(lines, _values[next++ & (Limit - 1)]);
            }
            else
            {
                break;
            }
        }

        Volatile.Write(ref _taken, next);
        return lines.Length >= enough;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // so that a value without a wait costs less
    private bool WaitForRoom()
    {
        while (IsFull && !_output.IsComplete)
            _output.WaitWhile(() => IsFull);
        return !IsFull;
    }

    private (long Before, string Line) NextLine()
    {
        lock (_output.Gate)
            return _lines.TryPeek(out var line) ? line : (long.MaxValue, "");
    }
}

/// <summary>A <see cref="LineQueue{T}"/> to the output's thread.</summary>
internal interface ILineQueue
{
    /// <summary>Whether nothing waits. Under the output's gate.</summary>
    bool IsEmpty { get; }

    /// <summary>Takes what waits; returns whether that was something. Under the output's gate.</summary>
    bool Take();

    /// <summary>Writes the lines of what was taken until it is enough; returns whether there may be more.</summary>
    bool MoveTo(LineBuffer lines, int enough);
}
