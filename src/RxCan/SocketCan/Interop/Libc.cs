using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RxCan.SocketCan.Interop;

/// <summary>The C library calls that SocketCAN needs. After one that returns -1, <see cref="LastError"/> says why.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial FileDescriptor Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(FileDescriptor socket, void* address, int length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(FileDescriptor socket, void* address, int length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(FileDescriptor socket, int level, int name, void* value, int length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(FileDescriptor socket, int level, int name, void* value, ref int length);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(FileDescriptor socket, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(FileDescriptor socket, void* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(FileDescriptor socket, void* buffer, nint length, int flags, void* address, int addressLength);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Recv(FileDescriptor socket, void* buffer, nint length, int flags);

    /// <summary>Like <see cref="RecvMMsg"/>, it is called for each frame: it takes a number, and looks for the reason of a failure only after one.</summary>
    public static nint RecvMsg(nint socket, MsgHdr* message, int flags) => (nint)Reported(ReceiveMessage(socket, message, flags));

    public static int RecvMMsg(nint socket, MMsgHdr* messages, uint count, int flags) => (int)Reported(ReceiveMessages(socket, messages, count, flags, null));

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMMsg(FileDescriptor socket, MMsgHdr* messages, uint count, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* files, nuint count, int timeout);

    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int PPoll(PollFd* files, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport(Library, EntryPoint = "if_nameindex", SetLastError = true)]
    public static partial IfNameIndex* GetIfNameIndex();

    [LibraryImport(Library, EntryPoint = "if_freenameindex")]
    public static partial void FreeIfNameIndex(IfNameIndex* names);

    [LibraryImport(Library, EntryPoint = "pthread_self")]
    public static partial nuint PthreadSelf();

    [LibraryImport(Library, EntryPoint = "pthread_kill")]
    public static partial int PthreadKill(nuint thread, int signal);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial FileDescriptor EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollCtl(FileDescriptor epoll, int operation, FileDescriptor file, void* registration);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(FileDescriptor epoll, void* events, int count, int timeout);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial FileDescriptor EventFd(uint value, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(FileDescriptor file, void* buffer, nint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(FileDescriptor file, void* buffer, nint length);

    /// <summary>Leaves <see cref="LastError"/> alone: a file may be closed between a call that failed and the question why.</summary>
    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(nint file);

    [LibraryImport(Library, EntryPoint = "recvmsg")]
    private static partial nint ReceiveMessage(nint socket, MsgHdr* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmmsg")]
    private static partial int ReceiveMessages(nint socket, MMsgHdr* messages, uint count, int flags, void* timeout);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Reported(long result)
    {
        if (result < 0)
            Marshal.SetLastPInvokeError(Marshal.GetLastSystemError());
        return result;
    }
}
