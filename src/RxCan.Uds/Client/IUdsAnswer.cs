using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>What one control unit answered.</summary>
/// <typeparam name="T">The value.</typeparam>
public interface IUdsAnswer<out T>
{
    /// <summary>The control unit.</summary>
    IsoTpAddress Ecu { get; }

    /// <summary>The value.</summary>
    /// <exception cref="UdsException">The control unit refused, or its response is malformed.</exception>
    T Value { get; }

    /// <summary>Why there is no value; null if there is one.</summary>
    Exception? Error { get; }
}
