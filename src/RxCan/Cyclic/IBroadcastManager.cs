using System.Reactive;
using RxCan.SocketCan.Cyclic;

namespace RxCan.Cyclic;

/// <summary>A bus that has its own broadcast manager, such as the kernel's.</summary>
internal interface IBroadcastManagerHost
{
    /// <summary>The bus's broadcast manager; null if there is none now (the kernel lacks the module): then the portable one is used.</summary>
    IBroadcastManager? BroadcastManager { get; }
}

/// <summary>
/// Runs cyclic jobs and watches content. Each call is a separate job, even if others have the same identifier, and lives
/// until it is disposed, the interface is removed (<c>OnError</c>) or the bus is disposed (<c>OnCompleted</c>).
/// </summary>
/// <remarks>
/// No call throws because of a device: such errors go to the observer's <c>OnError</c>, possibly during the call. A manager serializes its
/// calls to an observer, and makes none while it holds a lock that disposing takes. Disposing never throws and never blocks; a job that
/// cannot be deleted is reported as <see cref="CanCyclicDeleteFailed"/> in the events of its bus. Arguments are already validated.
/// </remarks>
internal interface IBroadcastManager
{
    /// <summary>Sets up a job (<c>TX_SETUP</c>) and sends its first frame before it returns, then emits one value, and one for each update.</summary>
    ICyclicJob SendCyclic(CyclicSetup setup, IObserver<Unit> observer);

    /// <summary>Reports changed content (<c>RX_SETUP</c> with masks).</summary>
    IDisposable Changes(ContentWatch watch, IObserver<CanFrame> observer);

    /// <summary>Reports when data frames of an identifier, classic and FD alike, stop and resume (<c>RX_SETUP</c> with a time-out).</summary>
    IDisposable Presence(CanId id, TimeSpan timeout, IObserver<CanPresence> observer);

    /// <summary>Answers remote frames (<c>RX_SETUP</c> with <c>RX_RTR_FRAME</c>), and emits a value once it does.</summary>
    IDisposable AnswerRemote(CanFrame answer, IObserver<Unit> observer);
}

/// <summary>A job that is set up. Disposing it deletes it (<c>TX_DELETE</c>): after that, it sends no more frames.</summary>
internal interface ICyclicJob : IDisposable
{
    /// <summary>
    /// Replaces the frames in place with as many of the same identifier and kind: the periods, the count and the position in the
    /// sequence continue. One call at a time. No effect once the job has ended.
    /// </summary>
    void Update(ReadOnlySpan<CanFrame> frames);
}
