using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Bus;

/// <summary>
/// Whatever happens to a session, a node or a bus is acted on one thing at a time, without a lock, by whichever thread finds nobody doing so. What
/// users say is done at once, on their own threads if need be. What observers are told is noted, and told in order on the threads that deliver
/// and on the scheduler: a user's call never runs the code of an observer.
/// </summary>
/// <param name="act">Acts on a call or a notice.</param>
/// <param name="scheduler">Tells observers what came of a user's call.</param>
internal sealed class Mailbox<T>(Action<T> act, IScheduler scheduler)
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _calls = new();
    private readonly Queue<(T Notice, bool IsQuiet)> _notices = new();
    private bool _isActing;
    private bool _isScheduled;

    /// <summary>Does what a user's call says, at once or when whoever acts now is through. It tells no observer, but may note what to tell.</summary>
    public void Do(in T call)
    {
        lock (_gate)
            _calls.Enqueue(call);
        Run(tells: false);
    }

    /// <summary>Notes something. <see cref="Flush"/> follows, unless this is called while acting.</summary>
    /// <param name="notice">What happened.</param>
    /// <param name="isQuiet">Whether acting on it tells no observer, so that it need not wait for a thread that delivers.</param>
    public void Note(in T notice, bool isQuiet = false)
    {
        lock (_gate)
            _notices.Enqueue((notice, isQuiet));
    }

    /// <summary>Notes what a user's call says, and has it told by whoever acts now, or on the scheduler.</summary>
    public void Post(in T notice)
    {
        Note(notice);
        Run(tells: false);
    }

    /// <summary>Notes something and acts, on a thread that delivers.</summary>
    public void Tell(in T notice)
    {
        Note(notice);
        Flush();
    }

    /// <summary>Acts on what waits, unless somebody is doing so. Only on a thread that delivers, or while acting.</summary>
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
                Unhandled.Throw(e); // a scheduler's fault; the owner goes on
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
