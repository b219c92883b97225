using System.Globalization;
using System.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats;

/// <summary>
/// The interfaces of one file that is read. Names last for the life of the process, so a file may bring only so many: the frames of further
/// ones have no interface.
/// </summary>
internal sealed class LogInterfaces
{
    /// <summary>The longest name in a text format, in bytes.</summary>
    public const int MaxLength = 64;

    private const int MaxNames = 1_000;

    private readonly ushort[] _small = new ushort[256];
    private readonly Dictionary<int, ushort> _channels = [];
    private readonly Dictionary<string, ushort> _names = [];
    private readonly byte[] _last = new byte[MaxLength];
    private int _lastLength = -1;
    private ushort _lastNumber;

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

    /// <summary>The number of a name in UTF-8; null if it is no word of up to <see cref="MaxLength"/> bytes.</summary>
    public ushort? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length == _lastLength && name.SequenceEqual(_last.AsSpan(0, _lastLength)))
            return _lastNumber;
        Span<char> text = stackalloc char[MaxLength];
        if (name.Length is 0 or > MaxLength || !Encoding.UTF8.TryGetChars(name, text, out var length) || text[..length].ContainsAnyInRange('\0', ' '))
            return null;
        text = text[..length];
        if (!_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var number))
            number = Of(text.ToString());
        name.CopyTo(_last);
        (_lastLength, _lastNumber) = (name.Length, number);
        return number;
    }

    private ushort NumberOf(int channel) => Of(channel.ToString(CultureInfo.InvariantCulture));
}
