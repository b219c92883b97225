using RxCan.SocketCan.Sockets;

namespace RxCan.SocketCan.IsoTp;

/// <summary>The thread that waits for what the kernel's ISO-TP engines of a bus receive and have sent.</summary>
internal sealed class IsoTpReader : SocketReader
{
    private readonly KernelIsoTp _sessions;

    public IsoTpReader(KernelIsoTp sessions, string name, int longest)
    {
        _sessions = sessions;
        Message = new byte[longest];
        Start($"RxCan TP {name}");
    }

    /// <summary>Room for the longest message.</summary>
    public byte[] Message { get; }

    public FrameBatch Control { get; } = new(wantsAddress: false);

    public override void Dispose()
    {
        base.Dispose();
        Control.Dispose();
    }

    protected override void OnReady(int number) => _sessions.Find(number)?.OnReady(this);

    protected override bool OnWoken() => !_sessions.TryRetire(this);
}
