using Microsoft.Win32.SafeHandles;

namespace RxCan.SocketCan.Interop;

/// <summary>A file descriptor, closed once it is no longer in use.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => Libc.Close(handle) == 0;
}
