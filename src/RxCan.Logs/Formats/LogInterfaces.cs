using System.Globalization;
using RxCan.Frames;

namespace RxCan.Logs.Formats;

/// <summary>
/// The interfaces of one file that is read. Names last for the life of the process, so a file may bring only so many: the frames of further
/// ones have no interface.
/// </summary>
internal sealed class LogInterfaces
{
    private const int MaxNames = 1_000;

    private readonly ushort[] _small = new ushort[256];
    private readonly Dictionary<int, ushort> _channels = [];
    private readonly Dictionary<string, ushort> _names = [];

    /// <summary>The number of the interface that has a channel's number as its name.</summary>
    public ushort Of(int channel)
    {
        if ((uint)channel < (uint)_small.Length)
            return _small[channel] is not 0 and var known ? known : _small[channel] = NumberOf(channel);
        if (!_channels.TryGetValue(channel, out var number) && _channels.Count < MaxNames)
            _channels[channel] = number = NumberOf(channel);
        return number;
    }

    public ushort Of(string name)
    {
        if (!_names.TryGetValue(name, out var number) && _names.Count < MaxNames)
            _names[name] = number = InterfaceNames.NumberOf(name);
        return number;
    }

    private ushort NumberOf(int channel) => Of(channel.ToString(CultureInfo.InvariantCulture));
}
