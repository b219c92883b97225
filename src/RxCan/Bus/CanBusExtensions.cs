using System.Diagnostics.CodeAnalysis;

namespace RxCan;

/// <summary>Calls that every bus has.</summary>
public static class CanBusExtensions
{
    /// <summary>Sends a frame without waiting, as <see cref="ICanBus.Send"/> does, but returns the reason if it cannot be sent. It does not throw.</summary>
    /// <remarks>For places where nobody catches an exception, such as an observer on a timer.</remarks>
    /// <param name="can">The bus.</param>
    /// <param name="frame">The frame; its timestamp and interface are ignored.</param>
    /// <param name="reason">What <see cref="ICanBus.Send"/> would throw; null if the frame is in the transmit queue.</param>
    /// <returns>Whether the frame is in the transmit queue.</returns>
    public static bool TrySend(this ICanBus can, in CanFrame frame, [NotNullWhen(false)] out Exception? reason)
    {
        ArgumentNullException.ThrowIfNull(can);
        try
        {
            can.Send(frame);
            reason = null;
            return true;
        }
        catch (Exception e)
        {
            reason = e;
            return false;
        }
    }
}
