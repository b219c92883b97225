namespace RxCan.Frames;

/// <summary>
/// The names of all interfaces that frames came from, as small numbers: a frame holds two bytes instead of a reference,
/// which makes it cheap to copy into arrays.
/// </summary>
internal static class InterfaceNames
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, ushort> Numbers = new() { [""] = 0 };
    private static string[] _names = [""];

    public static string Of(ushort number) => Volatile.Read(ref _names)[number];

    /// <summary>The number of a name, valid for the life of the process; 0 (no name) once 65,535 are in use.</summary>
    public static ushort NumberOf(string name)
    {
        lock (Gate)
        {
            if (Numbers.TryGetValue(name, out var number) || _names.Length > ushort.MaxValue)
                return number;
            number = (ushort)_names.Length;
            Numbers.Add(name, number);
            Volatile.Write(ref _names, [.. _names, name]);
            return number;
        }
    }
}
