using System.Text;
using RxCan.Frames;

namespace RxCan.Logs.Formats;

/// <summary>The interfaces that a log names, as numbers for its frames. A process cannot forget a name, so that a file may have a limited number.</summary>
internal sealed class InterfaceNumbers
{
    /// <summary>How many different interfaces a file may name.</summary>
    public const int MaxCount = 1000;

    /// <summary>How long a name may be, in bytes.</summary>
    public const int MaxLength = 64;

    private readonly Dictionary<string, ushort> _numbers = [];
    private readonly byte[] _last = new byte[MaxLength];
    private int _lastLength = -1;
    private ushort _lastNumber;

    /// <summary>The number of a name in UTF-8; null if it is too long, not text, or one too many.</summary>
    public ushort? Find(ReadOnlySpan<byte> name) =>
        name.Length == _lastLength && name.SequenceEqual(_last.AsSpan(0, _lastLength)) ? _lastNumber : FindOther(name);

    /// <summary>The number of a channel, whose name is its decimal number; null if it is one too many.</summary>
    public ushort? Find(int channel)
    {
        Span<byte> name = stackalloc byte[16];
        channel.TryFormat(name, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        return Find(name[..length]);
    }

    private ushort? FindOther(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[MaxLength];
        if (name.Length > MaxLength || !Encoding.UTF8.TryGetChars(name, text, out var length) || text[..length].ContainsAnyInRange('\0', ' '))
            return null;
        var known = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(text[..length], out var number))
        {
            if (_numbers.Count == MaxCount)
                return null;
            var one = text[..length].ToString();
            _numbers.Add(one, number = InterfaceNames.NumberOf(one));
        }

        name.CopyTo(_last);
        (_lastLength, _lastNumber) = (name.Length, number);
        return number;
    }
}
