using System.Globalization;

namespace RxCan.Dbc.Generator;

/// <summary>The names that are taken in a class, a struct, an enum or a set of files.</summary>
internal sealed class NameScope(IEqualityComparer<string> comparer, params string[] reserved)
{
    private readonly HashSet<string> _reserved = new(reserved, comparer);
    private readonly HashSet<string> _taken = new(reserved, comparer);

    public NameScope(params string[] reserved)
        : this(StringComparer.Ordinal, reserved)
    {
    }

    /// <summary>Takes a name, with an ending if it is reserved, and a number if it is taken.</summary>
    public string TakeUnreserved(string wanted, string ending) => Take(_reserved.Contains(wanted) ? wanted + ending : wanted);

    /// <summary>Takes the first name that is free, else the last one with a number.</summary>
    public string Take(params string[] wanted)
    {
        foreach (var name in wanted)
        {
            if (TryTake(name))
                return name;
        }

        for (var number = 2; ; number++)
        {
            var name = wanted[wanted.Length - 1] + number.ToString(CultureInfo.InvariantCulture);
            if (TryTake(name))
                return name;
        }
    }

    // A property also takes the names of its accessors.
    private bool TryTake(string name)
    {
        if (_taken.Contains(name) || _taken.Contains("get_" + name) || _taken.Contains("set_" + name) || IsAccessorOfTaken(name))
            return false;
        _taken.Add(name);
        return true;
    }

    private bool IsAccessorOfTaken(string name) =>
        (name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal)) && _taken.Contains(name.Substring(4));
}
