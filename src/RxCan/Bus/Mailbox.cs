using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Bus;

/// <summary>
/// Handles what happens to a session, a node or a bus: one item at a time, without a lock, on whichever thread finds no other thread doing so.
/// Users' calls are carried out at once, on their own threads if necessary. Notifications to observers are queued and made in order, on the
/// threads that deliver and on the scheduler: a user's call never runs an observer's code.
/// </summary>
/// <param name="act">Handles a call or a notice.</param>
/// <param name="scheduler">Notifies observers of the results of users' calls.</param>
internal sealed class Mailbox<T>(Action<T> act, IScheduler scheduler)
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _calls = new();
    private readonly Queue<(T Notice, bool IsQuiet)> _notices = new();
    private bool _isActing;
    private bool _isScheduled;

    /// <summary>Carries out a user's call, at once or after the thread acting now. It notifies no observer, but may queue notifications.</summary>
    public void Do(in T call)
    {
        lock (_gate)
            _calls.Enqueue(call);
        Run(tells: false);
    }

    /// <summary>Queues a notice. Call <see cref="Flush"/> afterwards, unless this is called while acting.</summary>
    /// <param name="notice">What happened.</param>
    /// <param name="isQuiet">Whether handling it notifies no observer, so it need not wait for a thread that delivers.</param>
    public void Note(in T notice, bool isQuiet = false)
    {
        lock (_gate)
            _notices.Enqueue((notice, isQuiet));
    }

    /// <summary>Queues a notice from a user's call. The thread acting now, or the scheduler, handles it.</summary>
    public void Post(in T notice)
    {
        Note(notice);
        Run(tells: false);
    }

    /// <summary>Queues a notice and acts, on a thread that delivers.</summary>
    public void Tell(in T notice)
    {
        Note(notice);
        Flush();
    }

    /// <summary>Handles what is waiting, unless another thread is doing so. Only on a thread that delivers, or while acting.</summary>
    public void Flush() => Run(tells: true);

    private void Run(bool tells)
    {
        lock (_gate)
        {
            if (_isActing)
                return;
            _isActing = true;
        }

        while (TryTake(tells, out var next))
        {
            try
            {
                act(next);
            }
            catch (Exception e)
            {
                Unhandled.Throw(e); // the scheduler's fault; the owner continues
            }
        }
    }

    private bool TryTake(bool tells, out T next)
    {
        lock (_gate)
        {
            if (_calls.TryDequeue(out next!))
                return true;
            if (_notices.TryPeek(out var first) && (tells || first.IsQuiet))
            {
                next = _notices.Dequeue().Notice;
                return true;
            }

            _isActing = false;
            if (_notices.Count == 0 || _isScheduled)
                return false;
            _isScheduled = true;
        }

        scheduler.Schedule(this, static (_, mailbox) =>
        {
            lock (mailbox._gate)
                mailbox._isScheduled = false;
            mailbox.Flush();
            return Disposable.Empty;
        });
        return false;
    }
}
