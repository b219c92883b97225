using System.Collections;

namespace RxCan.Dbc;

/// <summary>The attributes of the database, a node, a message, a signal or an environment variable.</summary>
public sealed class DbcAttributes : IReadOnlyCollection<DbcAttribute>
{
    private readonly Dictionary<string, DbcAttributeDefinition> _definitions;
    private DbcAttribute[] _values = [];
    private Dictionary<string, int>? _index;

    private const int MaxScanned = 32;

    internal DbcAttributes(Dictionary<string, DbcAttributeDefinition> definitions) => _definitions = definitions;

    /// <summary>The number of attributes with a value of their own, which enumeration yields; the rest have their default.</summary>
    public int Count { get; private set; }

    /// <summary>The value of an attribute: its own, else the default of the definition; null if there is neither.</summary>
    /// <param name="name">The attribute's name, in its case.</param>
    public DbcAttribute? this[string name]
    {
        get
        {
            var at = IndexOf(name);
            return at >= 0 ? _values[at] : _definitions.TryGetValue(name, out var definition) ? definition.Default : null;
        }
    }

    /// <summary>Enumerates the values in the order of the file.</summary>
    public IEnumerator<DbcAttribute> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return _values[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets a value, instead of an earlier one.</summary>
    /// <returns>Whether there was an earlier one.</returns>
    internal bool Set(DbcAttribute attribute)
    {
        var at = IndexOf(attribute.Name);
        if (at >= 0)
        {
            _values[at] = attribute;
            return true;
        }

        if (Count == _values.Length)
            Array.Resize(ref _values, Math.Max(2, Count * 2));
        if (Count == MaxScanned)
        {
            _index = [];
            for (var i = 0; i < Count; i++)
                _index.Add(_values[i].Name, i);
        }

        _index?.Add(attribute.Name, Count);
        _values[Count++] = attribute;
        return false;
    }

    private int IndexOf(string name)
    {
        if (_index is not null)
            return _index.TryGetValue(name, out var at) ? at : -1;
        for (var i = 0; i < Count; i++)
        {
            if (_values[i].Name == name)
                return i;
        }

        return -1;
    }
}
