using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Mqtt.Transport;

/// <summary>Runs actions one at a time and in order, on a scheduler.</summary>
internal sealed class SerialQueue(IScheduler scheduler)
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = new();
    private bool _isRunning;

    public void Post(Action action)
    {
        lock (_gate)
        {
            _waiting.Enqueue(action);
            if (_isRunning)
                return;
            _isRunning = true;
        }

        Start();
    }

    private void Start() => scheduler.Schedule(this, static (_, queue) =>
    {
        queue.Run();
        return Disposable.Empty;
    });

    /// <summary>Runs what waits now; what follows from it is another action of the scheduler, so that virtual time can advance.</summary>
    private void Run()
    {
        try
        {
            int count;
            lock (_gate)
                count = _waiting.Count;
            for (; count > 0; count--)
            {
                Action action;
                lock (_gate)
                    action = _waiting.Dequeue();
                action();
            }
        }
        finally
        {
            bool isMore;
            lock (_gate)
                isMore = _isRunning = _waiting.Count > 0;
            if (isMore)
                Start();
        }
    }
}
