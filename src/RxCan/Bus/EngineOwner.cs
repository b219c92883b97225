namespace RxCan.Bus;

/// <summary>
/// What sessions and nodes have in common: an engine, the bus's own or the portable one. After the bus's stream has failed, another one is opened
/// when it is wanted. Its members are called one at a time, in the owner's mailbox.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="wanted">Which engine the options ask for.</param>
/// <param name="protocol">The protocol's name, for messages.</param>
internal abstract class EngineOwner<TEngine>(ICanBus bus, EngineKind wanted, string protocol)
    where TEngine : class, IDisposable
{
    private bool _isEnding; // it could not connect; the notice is in the mailbox
    private volatile bool _isDisposed;

    public ICanBus Bus => bus;

    public EngineKind Engine { get; private set; }

    /// <summary>The engine; null if the last one has ended.</summary>
    protected TEngine? Active { get; private set; }

    protected bool IsDisposed => _isDisposed;

    /// <summary>Marks the owner as disposed; false if it is already.</summary>
    protected bool TryDispose() => !Interlocked.Exchange(ref _isDisposed, true);

    /// <exception cref="CanBusException">The engine cannot be opened.</exception>
    protected void Connect()
    {
        string? reason = null;
        var own = wanted == EngineKind.Portable ? null : OpenOwn(out reason);
        if (own is null && wanted == EngineKind.Kernel)
        {
            throw new CanNotSupportedException(
                bus.Name, $"{bus.Name}: {reason ?? $"this bus cannot use the kernel's {protocol} engine"}. Use EngineKind.Portable or EngineKind.Auto.");
        }

        Engine = own is null ? EngineKind.Portable : EngineKind.Kernel;
        Active = own ?? OpenPortable();
        Start(Active);
    }

    /// <summary>Reconnects if the bus's stream has failed; if that fails too, whatever is waiting fails.</summary>
    protected void EnsureConnected()
    {
        if (Active is not null || _isEnding || _isDisposed)
            return;
        try
        {
            Connect();
        }
        catch (CanBusException e)
        {
            _isEnding = true;
            NoteEnd(e);
        }
    }

    /// <summary>The engine has ended: with the bus or the owner if there is no error.</summary>
    protected void Ended(Exception? error)
    {
        _isEnding = false;
        if (error is null)
            _isDisposed = true;
        Release();
    }

    protected virtual void Release()
    {
        Active?.Dispose();
        Active = null;
    }

    /// <summary>The bus's own engine; null, and why, if it has none for these options.</summary>
    protected abstract TEngine? OpenOwn(out string? reason);

    protected abstract TEngine OpenPortable();

    protected abstract void Start(TEngine engine);

    /// <summary>Puts the notice of an end into the mailbox.</summary>
    protected abstract void NoteEnd(Exception error);
}
