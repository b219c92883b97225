using RxCan.J1939;

namespace RxCan;

/// <summary>Opens J1939 nodes on a bus.</summary>
public static class J1939Extensions
{
    /// <summary>Opens a node with a fixed address.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="address">Its address; <see cref="J1939Address.Null"/> to listen only.</param>
    /// <param name="options">How it behaves; <see cref="J1939Options.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="address"/> is the global address.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine, which is not available.</exception>
    public static IJ1939Node OpenJ1939(this ICanBus can, byte address, J1939Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentOutOfRangeException.ThrowIfEqual(address, J1939Address.Global);
        return new J1939Node(can, address, null, options ?? J1939Options.Default);
    }

    /// <summary>Opens a node with a NAME, which has no address until it has claimed one: <see cref="IJ1939Node.ClaimAddress"/>.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="name">Its NAME.</param>
    /// <param name="options">How it behaves; <see cref="J1939Options.Default"/> if null.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is 0.</exception>
    /// <exception cref="CanNotSupportedException">The options require the kernel's engine, which is not available.</exception>
    public static IJ1939Node OpenJ1939(this ICanBus can, J1939Name name, J1939Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        if (name.Value == 0)
            throw new ArgumentException("A NAME cannot be 0: set its fields.", nameof(name));
        return new J1939Node(can, J1939Address.Null, name, options ?? J1939Options.Default);
    }
}
