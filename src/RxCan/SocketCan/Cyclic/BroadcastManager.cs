using System.Reactive;
using System.Reactive.Disposables;
using RxCan.Bus;
using RxCan.Cyclic;
using RxCan.Frames;
using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.Cyclic;

/// <summary>
/// The kernel's broadcast manager (<c>CAN_BCM</c>) for a bus: what the kernel can do exactly is an operation on one of its sockets; the
/// portable engine does the rest.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="loop">The thread that waits for the sockets' reports.</param>
/// <param name="openSibling">Opens another socket for the same interface, which the same thread reads.</param>
internal sealed partial class BroadcastManager(CanBusBase bus, PollLoop loop, Func<CanBusBase> openSibling) : IBroadcastManager, IPollClient
{
    public string Name => bus.Name;

    public CanBusOptions Options => bus.Options;

    /// <summary>The interface of the frames it reports.</summary>
    public ushort Interface { get; } = InterfaceNames.NumberOf(bus.Name);

    private PortableBroadcastManager WithoutKernel => new(bus, bus.Scheduler);

    public ICyclicJob SendCyclic(CyclicSetup setup, IObserver<Unit> observer)
    {
        var job = new BroadcastJob(this, setup, observer);
        return job.TryStart() ? job : WithoutKernel.SendCyclic(setup, observer);
    }

    public IDisposable Changes(ContentWatch watch, IObserver<CanFrame> observer)
    {
        if (watch.Filter.ExactIds is not { Count: > 0 } ids)
            return Receive(observer, manager => manager.Changes(watch, observer));
        var changes = new BroadcastChanges(this, watch, ids, observer);
        return changes.TryStart() ? changes : WithoutKernel.Changes(watch, observer);
    }

    public IDisposable Presence(CanId id, TimeSpan timeout, IObserver<CanPresence> observer)
    {
        var silence = new BroadcastPresence(this, id, timeout, observer);
        return silence.TryStart() ? silence : WithoutKernel.Presence(id, timeout, observer);
    }

    public IDisposable AnswerRemote(CanFrame answer, IObserver<Unit> observer)
    {
        var answers = new BroadcastAnswer(this, answer, observer);
        return answers.TryStart() ? answers : WithoutKernel.AnswerRemote(answer, observer);
    }

    /// <summary>The operations that receive an identifier.</summary>
    internal IEnumerable<BroadcastKey> ReceivedKeys(uint id) =>
        Options.Fd ? [new(IsReceived: true, id, IsFd: false), new(IsReceived: true, id, IsFd: true)] : [new(IsReceived: true, id, IsFd: false)];

    /// <summary>Has the portable engine watch on a separate socket, which receives this bus's frames like any other sender's.</summary>
    private IDisposable Receive<T>(IObserver<T> observer, Func<PortableBroadcastManager, IDisposable> watch)
    {
        CanBusBase sibling;
        try
        {
            lock (Gate)
            {
                ObjectDisposedException.ThrowIf(_isClosed, bus);
                _siblings.Add(sibling = openSibling());
            }
        }
        catch (Exception e) when (e is CanBusException or ObjectDisposedException)
        {
            PortableBroadcastManager.End(observer, e);
            return Disposable.Empty;
        }

        return StableCompositeDisposable.Create(watch(new(sibling, bus.Scheduler)), Disposable.Create(() =>
        {
            lock (Gate)
                _siblings.Remove(sibling);
            sibling.Dispose();
        }));
    }
}
