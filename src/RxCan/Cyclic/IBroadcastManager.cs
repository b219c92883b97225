using System.Reactive;
using RxCan.SocketCan.Cyclic;

namespace RxCan.Cyclic;

/// <summary>A bus that has a broadcast manager of its own, such as the kernel's.</summary>
internal interface IBroadcastManagerHost
{
    /// <summary>The bus's broadcast manager; null if there is none now (the kernel lacks the module), which leaves it to the portable one.</summary>
    IBroadcastManager? BroadcastManager { get; }
}

/// <summary>
/// What runs cyclic jobs and watches content. Each call is a job of its own, whatever others of the same identifier exist, and lives
/// until it is disposed, the interface is removed (<c>OnError</c>) or the bus is disposed (<c>OnCompleted</c>).
/// </summary>
/// <remarks>
/// No call throws for a device's sake: that goes to the observer's <c>OnError</c>, during the call too. A manager serialises its calls of
/// an observer and makes none while it holds a lock that disposing takes. Disposing never throws and never blocks; a job that cannot be
/// deleted is reported as <see cref="CanCyclicDeleteFailed"/> in the events of its bus. Arguments are checked already.
/// </remarks>
internal interface IBroadcastManager
{
    /// <summary>Sets a job up (<c>TX_SETUP</c>) and sends its first frame before it returns, then gives a value, and one for each update.</summary>
    ICyclicJob SendCyclic(CyclicSetup setup, IObserver<Unit> observer);

    /// <summary>Reports changed content (<c>RX_SETUP</c> with masks).</summary>
    IDisposable Changes(ContentWatch watch, IObserver<CanFrame> observer);

    /// <summary>Reports when data frames of an identifier, classic and FD alike, stop and resume (<c>RX_SETUP</c> with a time-out).</summary>
    IDisposable Presence(CanId id, TimeSpan timeout, IObserver<CanPresence> observer);

    /// <summary>Answers remote frames (<c>RX_SETUP</c> with <c>RX_RTR_FRAME</c>), and gives a value once it does.</summary>
    IDisposable AnswerRemote(CanFrame answer, IObserver<Unit> observer);
}

/// <summary>A job that is set up. Disposing it deletes it (<c>TX_DELETE</c>): no frame of it is sent after that.</summary>
internal interface ICyclicJob : IDisposable
{
    /// <summary>
    /// Replaces what is sent, as many frames of the same identifier and kind, in place: the periods, the count and the place in the
    /// sequence go on. One call at a time. Without effect once the job has ended.
    /// </summary>
    void Update(ReadOnlySpan<CanFrame> frames);
}
