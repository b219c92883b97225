using System.Reactive;
using System.Reactive.Concurrency;
using RxCan.SocketCan.Cyclic;

namespace RxCan.Cyclic;

/// <summary>
/// A broadcast manager over any bus. It sends and receives like any user of the bus, and uses a scheduler's time. With separate buses for
/// sending and watching, it is a separate node, and the watched bus receives its frames.
/// </summary>
internal sealed class PortableBroadcastManager(ICanBus can, ICanBus watched, IScheduler scheduler) : IBroadcastManager
{
    public PortableBroadcastManager(ICanBus can, IScheduler scheduler)
        : this(can, can, scheduler)
    {
    }

    /// <summary>The broadcast manager for a bus: its own if it has one, unless a scheduler is given, which only the portable one supports.</summary>
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
    /// Sends as the kernel's broadcast manager does: a frame lost to a link that is down or a full queue is not an error of the job.
    /// Returns any other error.
    /// </summary>
    internal static Exception? TrySend(ICanBus can, in CanFrame frame) =>
        can.TrySend(frame, out var reason) || reason is CanInterfaceDownException or CanQueueFullException ? null : reason;

    /// <summary>Starts a job that emits a value at once. If its observer throws, disposes the job, because no caller gets it.</summary>
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

    /// <summary>Ends an observer with an error; if the bus is disposed, completes it, like the frame stream.</summary>
    internal static void End<T>(IObserver<T> observer, Exception? failure)
    {
        if (failure is null or ObjectDisposedException)
            observer.OnCompleted();
        else
            observer.OnError(failure);
    }
}
