using RxCan.Dbc;

namespace RxCan;

/// <summary>Sends messages of a <see cref="CanDatabase"/>.</summary>
public static class DbcBusExtensions
{
    /// <summary>Sends a message without waiting: <see cref="DbcMessage.Encode"/>, then <see cref="ICanBus.Send"/>, whose exceptions come from here too.</summary>
    /// <param name="can">The bus.</param>
    /// <param name="message">The message.</param>
    /// <param name="values">The names of signals, and their values; the others have their start value.</param>
    public static void Send(this ICanBus can, DbcMessage message, params ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(message);
        can.Send(message.Encode(values));
    }
}
