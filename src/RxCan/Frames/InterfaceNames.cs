using System.Runtime.InteropServices;
using System.Text;

namespace RxCan.Frames;

/// <summary>
/// The names of all interfaces that frames came from, as small numbers: a frame holds two bytes instead of a reference,
/// which makes it cheap to copy into arrays.
/// </summary>
internal static class InterfaceNames
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, ushort> Numbers = new() { [""] = 0 };
    private static (string Text, byte[] Utf8)[] _names = [("", [])];

    public static string Of(ushort number) => Volatile.Read(ref _names)[number].Text;

    /// <summary>A name as characters, or as bytes of UTF-8.</summary>
    public static ReadOnlySpan<T> Of<T>(ushort number)
        where T : unmanaged
    {
        var (text, utf8) = Volatile.Read(ref _names)[number];
        return typeof(T) == typeof(char) ? MemoryMarshal.Cast<char, T>(text) : MemoryMarshal.Cast<byte, T>(utf8);
    }

    /// <summary>The number of a name, valid for the life of the process; 0 (no name) once 65,535 are in use.</summary>
    public static ushort NumberOf(string name)
    {
        lock (Gate)
        {
            if (Numbers.TryGetValue(name, out var number) || _names.Length > ushort.MaxValue)
                return number;
            number = (ushort)_names.Length;
            Numbers.Add(name, number);
            Volatile.Write(ref _names, [.. _names, (name, Encoding.UTF8.GetBytes(name))]);
            return number;
        }
    }
}
