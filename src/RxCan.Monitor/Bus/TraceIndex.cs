namespace RxCan.Monitor;

/// <summary>Tests a frame.</summary>
internal delegate bool FrameTest(in CanFrame frame);

/// <summary>The numbers of those frames of a ring that pass a test: what one page's trace shows. Each <see cref="Update"/> reads only what came since the last.</summary>
/// <param name="ring">The frames.</param>
/// <param name="test">Which of them; null for all.</param>
/// <param name="from">The number of the first one.</param>
internal sealed class TraceIndex(TraceRing ring, FrameTest? test, long from)
{
    private readonly CanFrame[] _buffer = new CanFrame[256];
    private readonly List<long> _numbers = [];
    private int _forgotten; // at the front of the list
    private long _next = from;
    private long _first = from;

    /// <summary>How many there are.</summary>
    public int Count => test is null ? (int)(_next - _first) : _numbers.Count - _forgotten;

    /// <summary>The number of the frame at an index.</summary>
    public long this[int index] => test is null ? _first + index : _numbers[_forgotten + index];

    /// <summary>The index of the first frame that has a number or a later one.</summary>
    public int IndexOf(long number)
    {
        if (test is null)
            return (int)Math.Clamp(number - _first, 0, Count);
        var index = _numbers.BinarySearch(_forgotten, Count, number, null);
        return (index < 0 ? ~index : index) - _forgotten;
    }

    public void Update()
    {
        if (test is null)
        {
            _next = Math.Max(_next, ring.Count);
        }
        else
        {
            for (var end = ring.Count; _next < end;)
            {
                var first = ring.Read(_next, _buffer, out var count);
                for (var i = 0; i < count; i++)
                {
                    if (test(_buffer[i]))
                        _numbers.Add(first + i);
                }

                _next = first + count;
            }
        }

        _first = Math.Max(_first, ring.First);
        _next = Math.Max(_next, _first);
        while (_forgotten < _numbers.Count && _numbers[_forgotten] < _first)
            _forgotten++;
        if (_forgotten > 4096 && _forgotten > _numbers.Count / 2)
        {
            _numbers.RemoveRange(0, _forgotten);
            _forgotten = 0;
        }
    }
}
