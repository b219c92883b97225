using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.J1939;

namespace RxCan;

/// <content>Sending.</content>
public static partial class CanMessageExtensions
{
    /// <summary>Sends a message without waiting, as <see cref="ICanBus.Send"/> sends its frame.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="can">The bus.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="CanBusException">The frame cannot be sent: see <see cref="ICanBus.Send"/>.</exception>
    /// <exception cref="InvalidOperationException">The message is too long for a frame.</exception>
    public static void Send<T>(this ICanBus can, in T message)
        where T : struct, ICanMessage<T>
    {
        ArgumentNullException.ThrowIfNull(can);
        can.Send(message.ToFrame());
    }

    /// <summary>Sends a J1939 message of any length without waiting, from the node's address. <see cref="IJ1939Node.Errors"/> reports a failure.</summary>
    /// <typeparam name="T">The message's type, of a J1939 message.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="message">The message, which is sent with the priority of its identifier in the database.</param>
    /// <param name="destination">The receiver's address.</param>
    /// <exception cref="ArgumentException">The type is not that of a J1939 message.</exception>
    /// <exception cref="ObjectDisposedException">The node is disposed.</exception>
    public static void Send<T>(this IJ1939Node node, in T message, byte destination = J1939Address.Global)
        where T : struct, ICanMessage<T>
    {
        ArgumentNullException.ThrowIfNull(node);
        var pgn = PgnOf<T>();
        var data = new byte[T.Length];
        message.Encode(data);
        node.Send(pgn, data, destination, J1939Id.From(T.Id).Priority);
    }

    /// <summary>Sends a message periodically while subscribed, as <see cref="CyclicExtensions.SendCyclic(ICanBus, CanFrame, TimeSpan, CyclicOptions?, IScheduler?)"/> sends its frame.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="can">The bus.</param>
    /// <param name="message">The message.</param>
    /// <param name="period">1 us to 400 days; the cycle time of the database if null.</param>
    /// <param name="options">Burst and updates.</param>
    /// <param name="scheduler">If given, the portable engine sends on it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="period"/> is null, and the database has no cycle time for the message.</exception>
    /// <exception cref="InvalidOperationException">The message is too long for a frame.</exception>
    public static IObservable<Unit> SendCyclic<T>(
        this ICanBus can, in T message, TimeSpan? period = null, CyclicOptions? options = null, IScheduler? scheduler = null)
        where T : struct, ICanMessage<T> => can.SendCyclic(message.ToFrame(), PeriodOf<T>(period), options, scheduler);

    /// <summary>Sends the latest message of a stream periodically, without a gap when it changes.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="messages">The messages.</param>
    /// <param name="can">The bus.</param>
    /// <param name="period">1 us to 400 days; the cycle time of the database if null.</param>
    /// <param name="options">Burst and updates.</param>
    /// <param name="scheduler">If given, the portable engine sends on it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="period"/> is null, and the database has no cycle time for the message.</exception>
    public static IObservable<Unit> SendCyclic<T>(
        this IObservable<T> messages, ICanBus can, TimeSpan? period = null, CyclicOptions? options = null, IScheduler? scheduler = null)
        where T : struct, ICanMessage<T> => messages.Select(static message => message.ToFrame()).SendCyclic(can, PeriodOf<T>(period), options, scheduler);

    private static TimeSpan PeriodOf<T>(TimeSpan? period)
        where T : struct, ICanMessage<T> =>
        period ?? T.CycleTime ?? throw new ArgumentNullException(nameof(period), $"The database has no cycle time for {T.Name} (attribute GenMsgCycleTime): give a period.");
}
