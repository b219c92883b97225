using System.Reactive;
using System.Reactive.Concurrency;
using RxCan.SocketCan.Cyclic;

namespace RxCan.Cyclic;

/// <summary>
/// A broadcast manager over any bus: it sends and receives as any user of the bus does, and a scheduler tells the time. One bus to send and
/// another to watch make it a party of its own, whose frames the watched one receives.
/// </summary>
internal sealed class PortableBroadcastManager(ICanBus can, ICanBus watched, IScheduler scheduler) : IBroadcastManager
{
    public PortableBroadcastManager(ICanBus can, IScheduler scheduler)
        : this(can, can, scheduler)
    {
    }

    /// <summary>The broadcast manager for a bus: its own if it has one, unless a scheduler is asked for, which only the portable one can serve.</summary>
    public static IBroadcastManager Of(ICanBus can, IScheduler? scheduler) =>
        scheduler is null && can is IBroadcastManagerHost { BroadcastManager: { } own }
            ? own
            : new PortableBroadcastManager(can, scheduler ?? can.Scheduler);

    public ICyclicJob SendCyclic(CyclicSetup setup, IObserver<Unit> observer)
    {
        var job = new PortableCyclicJob(can, scheduler, setup, observer);
        Start(job, job.Start);
        return job;
    }

    public IDisposable Changes(ContentWatch watch, IObserver<CanFrame> observer)
    {
        var changes = new PortableChanges(scheduler, watch, observer);
        changes.Start(watched);
        return changes;
    }

    public IDisposable Presence(CanId id, TimeSpan timeout, IObserver<CanPresence> observer)
    {
        var silence = new PortablePresence(scheduler, id, timeout, observer);
        silence.Start(watched);
        return silence;
    }

    public IDisposable AnswerRemote(CanFrame answer, IObserver<Unit> observer)
    {
        var answers = new PortableAnswers(can, answer, observer);
        Start(answers, () => answers.Start(watched));
        return answers;
    }

    /// <summary>
    /// Sends as the broadcast manager does: what the link down or a full queue swallows is lost and no trouble of the job's. Returns
    /// what else is wrong.
    /// </summary>
    internal static Exception? TrySend(ICanBus can, in CanFrame frame)
    {
        try
        {
            can.Send(frame);
            return null;
        }
        catch (Exception e) when (e is CanInterfaceDownException or CanQueueFullException)
        {
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Starts what gives a value at once: if its observer throws, nobody gets it to dispose.</summary>
    private static void Start(IDisposable job, Action start)
    {
        try
        {
            start();
        }
        catch
        {
            job.Dispose();
            throw;
        }
    }

    /// <summary>Ends an observer for what is wrong: a disposed bus completes, as its frame stream does.</summary>
    internal static void End<T>(IObserver<T> observer, Exception? failure)
    {
        if (failure is null or ObjectDisposedException)
            observer.OnCompleted();
        else
            observer.OnError(failure);
    }
}
