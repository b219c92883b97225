namespace RxCan.Dbc;

/// <summary>Makes one string of names that occur often. It forgets some of those that share a hash, so that no file can slow it down.</summary>
internal sealed class NameTable
{
    private const int MaxProbes = 8;

    private string?[] _names = new string?[256];
    private uint[] _hashes = new uint[256];
    private int _count;

    /// <summary>The start of a hash; each character goes through <see cref="Hash(uint, char)"/>.</summary>
    public const uint EmptyHash = 2166136261;

    public static uint Hash(uint hash, char next) => (hash ^ next) * 16777619;

    public string Get(string text, int start, int length, uint hash)
    {
        hash ^= hash >> 15;
        var mask = (uint)_names.Length - 1;
        var slot = hash & mask;
        for (var i = 0; i < MaxProbes; i++, slot = (slot + 1) & mask)
        {
            if (_names[slot] is not { } name)
            {
                _hashes[slot] = hash;
                name = _names[slot] = text.Substring(start, length);
                if (++_count > _names.Length / 2)
                    Grow();
                return name;
            }

            if (_hashes[slot] == hash && name.Length == length && string.CompareOrdinal(text, start, name, 0, length) == 0)
                return name;
        }

        return text.Substring(start, length);
    }

    private void Grow()
    {
        var (names, hashes) = (_names, _hashes);
        _names = new string?[names.Length * 2];
        _hashes = new uint[names.Length * 2];
        var mask = (uint)_names.Length - 1;
        _count = 0;
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] is not { } name)
                continue;
            var slot = hashes[i] & mask;
            for (var probe = 0; probe < MaxProbes; probe++, slot = (slot + 1) & mask)
            {
                if (_names[slot] is not null)
                    continue;
                (_names[slot], _hashes[slot]) = (name, hashes[i]);
                _count++;
                break;
            }
        }
    }
}
