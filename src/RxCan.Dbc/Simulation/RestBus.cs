using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using RxCan.Dbc.Simulation;

namespace RxCan.Dbc;

/// <summary>
/// The messages of nodes that are not there, see <see cref="RestBusExtensions.RestBus"/>. Disposing it ends all of them, and deletes the kernel's jobs.
/// </summary>
/// <remarks>
/// <para>A message with a cycle time (<c>GenMsgCycleTime</c>) is sent periodically, the first time at once. If its send type
/// (<c>GenMsgSendType</c>) or that of one of its signals (<c>GenSigSendType</c>) is on change, such as <c>OnChange</c>, <c>OnWrite</c> or
/// <c>CyclicAndSpontaneous</c>, a change also sends it between two periods. A message without a cycle time is sent when a signal changes, and by
/// <see cref="Update"/>.</para>
/// <para>Signals have their start values (<c>GenSigStartValue</c>) until they are set. Any thread may set them.</para>
/// </remarks>
public sealed class RestBus : IDisposable
{
    private readonly Dictionary<DbcMessage, SimulatedMessage> _messages = [];
    private readonly ISubject<Exception, Exception> _errors = Subject.Synchronize(new Subject<Exception>());

    internal RestBus(ICanBus can, IEnumerable<DbcMessage> messages, RestBusOptions options, IScheduler? scheduler)
    {
        foreach (var message in messages.Where(IsOneFrame))
            _messages.Add(message, new(can, message, options.Protection(message), scheduler, _errors.OnNext));
        try
        {
            foreach (var message in _messages.Values)
                message.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The messages that it sends: all of the nodes' but those that need many J1939 frames.</summary>
    public IReadOnlyCollection<DbcMessage> Messages => _messages.Keys;

    /// <summary>
    /// What went wrong, while the rest goes on: a value that a signal cannot have, a source of values that failed, a message that the bus could not
    /// send. A periodic message whose job failed is not sent any more. Completes when the rest bus is disposed.
    /// </summary>
    public IObservable<Exception> Errors => _errors.AsObservable();

    /// <summary>An observer that sets a signal to each value, in the unit of the signal. It never throws: see <see cref="Errors"/>.</summary>
    /// <param name="signal">The message's and the signal's name, such as <c>WheelSpeeds.FrontLeft</c>.</param>
    /// <returns>An observer. When its source ends, the signal keeps its value.</returns>
    /// <exception cref="KeyNotFoundException">It sends no such message, or the message has no such signal.</exception>
    public IObserver<double> Signal(string signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        // Names may have a point in them.
        foreach (var message in _messages.Keys)
        {
            if (signal.StartsWith(message.Name, StringComparison.Ordinal) && signal.Length > message.Name.Length && signal[message.Name.Length] == '.' &&
                message.TryGet(signal[(message.Name.Length + 1)..], out var found))
            {
                return Signal(found);
            }
        }

        throw new KeyNotFoundException($"The rest bus sends no {signal}. Write Message.Signal, of a message among: {Names}.");
    }

    /// <summary>An observer that sets a signal, see <see cref="Signal(string)"/>.</summary>
    /// <param name="signal">The signal.</param>
    /// <exception cref="KeyNotFoundException">It does not send the signal's message.</exception>
    public IObserver<double> Signal(DbcSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        var message = Find(signal.Message);
        return Observer.Create<double>(
            value =>
            {
                try
                {
                    message.Update(isAlwaysSent: false, (signal.Name, value));
                }
                catch (ArgumentException error)
                {
                    _errors.OnNext(error);
                }
            },
            _errors.OnNext);
    }

    /// <summary>Sets signals of a message together. A message without a cycle time is sent, also if nothing changes.</summary>
    /// <param name="message">The name of the message.</param>
    /// <param name="values">The names of signals, and their values.</param>
    /// <exception cref="KeyNotFoundException">It sends no such message, or the message has no such signal.</exception>
    /// <exception cref="ArgumentException">A signal cannot have its value, or the multiplexer selects other signals.</exception>
    public void Update(string message, params ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        ArgumentNullException.ThrowIfNull(message);
        var found = _messages.Keys.FirstOrDefault(candidate => candidate.Name == message)
            ?? throw new KeyNotFoundException($"The rest bus sends no {message}. It sends: {Names}.");
        _messages[found].Update(isAlwaysSent: true, values);
    }

    /// <summary>Ends all messages, at once: no job is left. Observers of signals then do nothing.</summary>
    public void Dispose()
    {
        foreach (var message in _messages.Values)
            message.Dispose();
        _errors.OnCompleted();
    }

    private string Names => string.Join(", ", _messages.Keys.Select(message => message.Name));

    private static bool IsOneFrame(DbcMessage message) => message.Length <= (message.IsFd ? CanFrame.MaxFdLength : CanFrame.MaxLength);

    private SimulatedMessage Find(DbcMessage message) => _messages.TryGetValue(message, out var found)
        ? found
        : throw new KeyNotFoundException($"The rest bus does not send {message.Name}. It sends: {Names}.");
}
