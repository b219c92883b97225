using System.Globalization;

namespace RxCan.Logs.Formats;

/// <summary>The channel numbers that a format writes instead of interfaces' names; see <see cref="CanLogWriteOptions.Channels"/>.</summary>
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

    /// <summary>The channel of an interface; a frame without an interface has the first.</summary>
    /// <exception cref="InvalidOperationException">All numbers are in use.</exception>
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
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < _min || number > _max || !_used.Add(number))
        {
            number = _min;
            while (!_used.Add(number))
                number++;
            if (number > _max)
                throw new InvalidOperationException($"This format has {_max - _min + 1} channels, and there is one interface more: '{name}'.");
        }

        _numbers.Add(name, number);
        return number;
    }
}
