using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RxCan.Dbc.Simulation;

/// <summary>One message of a rest bus: its content, its count, and how it is sent.</summary>
internal sealed class SimulatedMessage(ICanBus can, DbcMessage message, MessageProtection? protection, IScheduler? scheduler, Action<Exception> onError) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Subject<IReadOnlyList<CanFrame>> _sequences = new();
    private readonly SingleAssignmentDisposable _job = new();
    private readonly TimeSpan? _cycle = message.CycleTime;
    private CanFrame _frame = message.Encode();
    private int _count;
    private bool _isSending;
    private bool _isDue;

    /// <summary>Sets up the job of a periodic message.</summary>
    public void Start()
    {
        if (_cycle is not { } cycle)
            return;
        var options = new CyclicOptions { AnnounceUpdates = IsSentOnChange(message) };
        _job.Disposable = _sequences.StartWith([Sequence(_frame)]).SendCyclic(can, cycle, options, scheduler).Subscribe(_ => { }, onError);
    }

    /// <summary>Sets signals, and sends the message if that is due.</summary>
    /// <exception cref="ArgumentException">A signal cannot have its value.</exception>
    public void Update(bool isAlwaysSent, params ReadOnlySpan<(string Signal, SignalValue Value)> values)
    {
        lock (_gate)
        {
            if (_job.IsDisposed)
                return;
            var changed = message.Update(_frame, values);
            var isChanged = changed != _frame;
            _frame = changed;
            _isDue |= isChanged || (isAlwaysSent && _cycle is null);
            // An observer of the bus may set signals while it gets the message; whoever sends also sends what came meanwhile.
            if (!_isDue || _isSending)
                return;
            _isSending = true;
        }

        while (true)
        {
            CanFrame frame;
            lock (_gate)
            {
                if (!_isDue || _job.IsDisposed)
                {
                    _isSending = false;
                    return;
                }

                _isDue = false;
                frame = _frame;
            }

            Send(frame);
        }
    }

    public void Dispose() => _job.Dispose();

    private void Send(in CanFrame frame)
    {
        try
        {
            if (_cycle is not null)
                _sequences.OnNext(Sequence(frame));
            else
                can.Send(protection is null ? frame : protection.Protect(frame, _count));
        }
        catch (Exception error)
        {
            onError(error);
        }

        _count = (_count + 1) % (protection?.Counts ?? 1);
    }

    /// <summary>The frames of all counts.</summary>
    private CanFrame[] Sequence(CanFrame frame) =>
        protection is null ? [frame] : [.. Enumerable.Range(0, protection.Counts).Select(count => protection.Protect(frame, count))];

    /// <summary>Tools write the names of send types in several ways.</summary>
    private static bool IsSentOnChange(DbcMessage message) => message.Signals
        .Select(signal => signal.Attributes["GenSigSendType"]?.Text)
        .Append(message.SendType)
        .Any(type => type is not null && OnChange.Any(word => type.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static readonly string[] OnChange = ["Change", "Write", "Spontan", "Event", "Trigger"];
}
