using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Bus;

/// <summary>
/// Whatever happens to a session, a node or a bus, whoever says so: it is noted, and then acted on one thing at a time and in order, without
/// a lock. That runs on the threads that deliver and on the scheduler, never on the thread of a user's call.
/// </summary>
/// <param name="act">Acts on one notice.</param>
/// <param name="scheduler">Acts on what users <see cref="Post"/>.</param>
internal sealed class Mailbox<T>(Action<T> act, IScheduler scheduler)
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _notices = new();
    private bool _isActing;
    private bool _isScheduled;

    /// <summary>Notes something. <see cref="Flush"/> follows.</summary>
    public void Note(in T notice)
    {
        lock (_gate)
            _notices.Enqueue(notice);
    }

    /// <summary>Notes what a user's call says, and has it acted on by whoever acts now, or on the scheduler.</summary>
    public void Post(in T notice)
    {
        lock (_gate)
        {
            _notices.Enqueue(notice);
            if (_isActing || _isScheduled)
                return;
            _isScheduled = true;
        }

        scheduler.Schedule(this, static (_, mailbox) =>
        {
            lock (mailbox._gate)
                mailbox._isScheduled = false;
            mailbox.Flush();
            return Disposable.Empty;
        });
    }

    /// <summary>Notes something and acts, on a thread that delivers.</summary>
    public void Act(in T notice)
    {
        Note(notice);
        Flush();
    }

    /// <summary>Acts on what waits, unless somebody is doing so. Only on a thread that delivers.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isActing)
                return;
            _isActing = true;
        }

        while (true)
        {
            T? notice;
            lock (_gate)
            {
                if (!_notices.TryDequeue(out notice))
                {
                    _isActing = false;
                    return;
                }
            }

            try
            {
                act(notice);
            }
            catch (Exception e)
            {
                Unhandled.Throw(e); // a scheduler's fault; the owner goes on
            }
        }
    }
}
