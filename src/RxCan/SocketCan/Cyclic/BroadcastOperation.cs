using RxCan.Cyclic;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>What the kernel's broadcast manager does for one subscription: one or more of its own operations, on one socket.</summary>
internal abstract class BroadcastOperation(BroadcastManager manager) : IDisposable
{
    /// <summary>What the kernel knows it by.</summary>
    public abstract IReadOnlyList<BroadcastKey> Keys { get; }

    /// <summary>Whether the kernel reports something of it.</summary>
    public abstract bool Reports { get; }

    /// <summary>Where it is set up; null before and after. Under the manager's gate.</summary>
    public BroadcastSocket? Socket { get; set; }

    protected BroadcastManager Manager { get; } = manager;

    /// <summary>Checks that the interface can do it. Under the manager's gate.</summary>
    /// <exception cref="CanBusException">It cannot.</exception>
    public virtual void Check(BroadcastSocket socket)
    {
    }

    /// <summary>Sends the messages that set it up; returns why one failed. Under the manager's gate.</summary>
    public abstract Errno SetUp(BroadcastSocket socket);

    /// <summary>Finds its way back after reports of it may have been lost. Under the manager's gate.</summary>
    public virtual void Recover(BroadcastSocket socket)
    {
    }

    /// <summary>Takes a report. One call at a time.</summary>
    public abstract void OnReport(in BroadcastKey key, in BcmMsgHead head, in CanFrame frame);

    /// <summary>Ends the subscription, once it is no longer set up.</summary>
    public abstract void End(Exception? error);

    public void Dispose() => Manager.Delete(this);
}

/// <summary>An operation with an observer. Its calls are serialised by a lock that disposing does not take.</summary>
internal abstract class BroadcastOperation<T>(BroadcastManager manager, IObserver<T> observer) : BroadcastOperation(manager)
{
    private bool _ended;

    protected Lock Serial { get; } = new();

    /// <summary>Sets it up; false if the kernel has no broadcast manager. What else is wrong goes to the observer.</summary>
    public bool TryStart()
    {
        lock (Serial) // what is reported meanwhile comes after what the set-up tells
        {
            if (!Manager.TrySetUp(this))
                return false;
            try
            {
                OnSetUp();
            }
            catch
            {
                Dispose(); // nobody gets it to dispose
                throw;
            }

            return true;
        }
    }

    public override void End(Exception? error)
    {
        lock (Serial)
        {
            if (_ended)
                return;
            _ended = true;
            PortableBroadcastManager.End(observer, error);
        }
    }

    protected virtual void OnSetUp()
    {
    }

    protected void Tell(T value)
    {
        lock (Serial)
        {
            if (!_ended)
                observer.OnNext(value);
        }
    }
}
