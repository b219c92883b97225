using System.Globalization;

namespace RxCan.Logs.Formats;

/// <summary>
/// The channel numbers of one file that is written, for formats that know channels and no names: a name that is a number is that channel,
/// <c>can0</c> is channel 1, and so on; any other name, and any whose channel is taken, gets the lowest free one.
/// </summary>
internal sealed class LogChannels(int max = ushort.MaxValue)
{
    private readonly Dictionary<string, int> _channels = [];
    private readonly HashSet<int> _taken = [];
    private string _last = "";
    private int _lastChannel;

    /// <summary>The channel of an interface, from 1; the last one if there are too many.</summary>
    public int Of(string name)
    {
        if (ReferenceEquals(name, _last) && _lastChannel != 0)
            return _lastChannel;
        if (!_channels.TryGetValue(name, out var channel))
        {
            channel = Preferred(name);
            for (var free = 1; (channel is < 1 || channel > max || _taken.Contains(channel)) && free <= max; free++)
                channel = free;
            _taken.Add(channel);
            _channels.Add(name, channel);
        }

        (_last, _lastChannel) = (name, channel);
        return channel;
    }

    private static int Preferred(string name)
    {
        var digits = name.AsSpan(name.AsSpan().TrimEnd("0123456789").Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= ushort.MaxValue
            ? number + (digits.Length == name.Length ? 0 : 1)
            : 0;
    }
}
