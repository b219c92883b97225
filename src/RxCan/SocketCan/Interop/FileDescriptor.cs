using Microsoft.Win32.SafeHandles;

namespace RxCan.SocketCan.Interop;

/// <summary>A file descriptor, closed once it is no longer in use.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Keeps it open until the lease is disposed, for calls that take its number.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Lease Use()
    {
        var isUsed = false;
        DangerousAddRef(ref isUsed);
        return new(this);
    }

    protected override bool ReleaseHandle() => Libc.Close(handle) == 0;

    internal readonly ref struct Lease(FileDescriptor file)
    {
        public nint Number => file.handle;

        public void Dispose() => file.DangerousRelease();
    }
}
