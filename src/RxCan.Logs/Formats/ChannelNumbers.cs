using System.Globalization;

namespace RxCan.Logs.Formats;

/// <summary>
/// The channel numbers of one file that is written, for formats that know channels and no names. Those that are not given: a name that is a number is
/// that channel, <c>can0</c> is the first, and so on; any other name, and any whose channel is taken, gets the lowest free one.
/// </summary>
internal sealed class ChannelNumbers
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly HashSet<int> _used = [];
    private readonly int _min;
    private readonly int _max;
    private string? _last;
    private int _lastNumber;

    /// <summary>Begins with those that are given.</summary>
    /// <param name="given">Channels by interface; null for none.</param>
    /// <param name="max">The largest number that the format can write.</param>
    /// <param name="min">The smallest.</param>
    /// <exception cref="ArgumentException">A given number is not <paramref name="min"/> to <paramref name="max"/>.</exception>
    public ChannelNumbers(IReadOnlyDictionary<string, int>? given, int max, int min = 1)
    {
        (_min, _max) = (min, max);
        foreach (var (name, number) in given ?? new Dictionary<string, int>())
        {
            if (number < min || number > max)
                throw new ArgumentException($"Channel {number} of '{name}' cannot be written in this format: number channels from {min} to {max}.", nameof(given));
            _numbers.Add(name, number);
            _used.Add(number);
        }
    }

    /// <summary>The channel of an interface; the first for a frame without one, the last when all are taken.</summary>
    public int Of(string name)
    {
        // Names are shared: the reference tells most of the time.
        if (!ReferenceEquals(name, _last))
            (_last, _lastNumber) = (name, Find(name));
        return _lastNumber;
    }

    private int Find(string name)
    {
        if (_numbers.TryGetValue(name, out var number))
            return number;
        if (name.Length == 0)
            return _min;
        number = Preferred(name);
        if (number < _min || number > _max || !_used.Add(number))
        {
            number = _min;
            while (!_used.Add(number) && number < _max)
                number++;
        }

        _numbers.Add(name, number);
        return number;
    }

    private int Preferred(string name)
    {
        var digits = name.AsSpan(name.AsSpan().TrimEnd("0123456789").Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= _max
            ? number + (digits.Length == name.Length ? 0 : _min)
            : -1;
    }
}
