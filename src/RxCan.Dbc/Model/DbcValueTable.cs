using System.Diagnostics.CodeAnalysis;

namespace RxCan.Dbc;

/// <summary>Names of raw values (<c>VAL_TABLE_</c> and <c>VAL_</c>).</summary>
public sealed class DbcValueTable
{
    private readonly DbcNamedValue[] _values;
    private Dictionary<long, string>? _names;

    internal DbcValueTable(string name, DbcNamedValue[] values) => (Name, _values) = (name, values);

    /// <summary>The name of a <c>VAL_TABLE_</c>; empty for the values of a signal or an environment variable.</summary>
    public string Name { get; }

    /// <summary>The values in the order of the file. Neither values nor names need to be unique: the first counts.</summary>
    public IReadOnlyList<DbcNamedValue> Values => _values;

    /// <summary>Finds the name of a raw value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it has one.</returns>
    public bool TryGetName(long value, [NotNullWhen(true)] out string? name)
    {
        if (_names is null)
        {
            var names = new Dictionary<long, string>(_values.Length);
            foreach (var entry in _values)
                names.TryAdd(entry.Value, entry.Name);
            _names = names;
        }

        return _names.TryGetValue(value, out name);
    }

    /// <summary>Finds the raw value of a name.</summary>
    /// <param name="name">The name, in its case.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue(string name, out long value)
    {
        foreach (var entry in _values)
        {
            if (entry.Name == name)
            {
                value = entry.Value;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>The name, or the values.</summary>
    public override string ToString() => Name.Length > 0 ? Name : string.Join(" ", _values);
}
