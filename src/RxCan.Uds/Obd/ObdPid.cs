namespace RxCan.Uds;

/// <summary>A parameter identifier (PID) of OBD-II: its number, the length of its data, and the values in it.</summary>
/// <remarks>Source: SAE J1979 and J1979-DA, ISO 15031-5.</remarks>
public sealed class ObdPid
{
    private readonly ObdItem[] _items;

    internal ObdPid(byte id, int length, string name, params ObdItem[] items)
    {
        Id = id;
        Length = length;
        Name = name;
        _items = items;
    }

    /// <summary>The number.</summary>
    public byte Id { get; }

    /// <summary>The length of its data in bytes.</summary>
    public int Length { get; }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>Whether it tells which of the next 32 identifiers are supported.</summary>
    public bool IsSupportMask => Id % 0x20 == 0;

    /// <summary>The identifier of a number; null if the standard does not define it, or its data is not public.</summary>
    /// <param name="id">The number.</param>
    public static ObdPid? Find(byte id) => ObdPids.Find(id);

    /// <summary>The values of its data; empty if they are not known, or the data is too short.</summary>
    /// <param name="data">The data.</param>
    public IReadOnlyList<ObdValue> Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < Length)
            return [];
        var values = new List<ObdValue>(_items.Length);
        foreach (var item in _items)
        {
            if (item.IsPresent(data))
                values.Add(item.Decode(this, data));
        }

        return values;
    }

    /// <summary>The number and the name.</summary>
    public override string ToString() => $"{Id:X2} {Name}";
}
