using RxCan.Cyclic;
using RxCan.SocketCan.Interop;

namespace RxCan.SocketCan.Cyclic;

/// <summary>What the kernel's broadcast manager does for one subscription: one or more kernel operations, on one socket.</summary>
internal abstract class BroadcastOperation(BroadcastManager manager) : IDisposable
{
    /// <summary>Its keys in the kernel.</summary>
    public abstract IReadOnlyList<BroadcastKey> Keys { get; }

    /// <summary>Whether the kernel reports anything about it.</summary>
    public abstract bool Reports { get; }

    /// <summary>The socket it is set up on; null before and after. Under the manager's gate.</summary>
    public BroadcastSocket? Socket { get; set; }

    protected BroadcastManager Manager { get; } = manager;

    /// <summary>Checks that the interface supports it. Under the manager's gate.</summary>
    /// <exception cref="CanBusException">The interface does not support it.</exception>
    public virtual void Check(BroadcastSocket socket)
    {
    }

    /// <summary>Sends the messages that set it up; returns why one failed. Under the manager's gate.</summary>
    public abstract Errno SetUp(BroadcastSocket socket);

    /// <summary>Recovers after reports about it may have been lost. Under the manager's gate.</summary>
    public virtual void Recover(BroadcastSocket socket)
    {
    }

    /// <summary>Handles a report. One call at a time.</summary>
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

    /// <summary>Sets it up; false if the kernel has no broadcast manager. Any other error goes to the observer.</summary>
    public bool TryStart()
    {
        lock (Serial) // reports that arrive in the meantime come after the result of the set-up
        {
            if (!Manager.TrySetUp(this))
                return false;
            try
            {
                OnSetUp();
            }
            catch
            {
                Dispose(); // the caller does not get it, so it cannot dispose it
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
