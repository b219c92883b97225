using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RxCan.SocketCan.Interop;

/// <summary>Waits for input or other events on files, each identified by a number that the caller chooses.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    /// <summary>The most that one <see cref="Wait"/> returns.</summary>
    public const int MaxEvents = 16;

    // struct epoll_event: a word of events, then eight bytes for the caller, on x86 without a gap.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16;

    private readonly FileDescriptor _epoll;

    public Epoll()
    {
        _epoll = Libc.EpollCreate(Abi.EPOLL_CLOEXEC);
        if (_epoll.IsInvalid)
            throw new IOException($"epoll_create1: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Add(FileDescriptor file, int number, uint events = Abi.EPOLLIN)
    {
        var registration = stackalloc byte[EventSize];
        Unsafe.WriteUnaligned(registration, events);
        Unsafe.WriteUnaligned(registration + EventSize - sizeof(long), (long)number);
        if (Libc.EpollCtl(_epoll, Abi.EPOLL_CTL_ADD, file, registration) < 0)
            throw new IOException($"epoll_ctl: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Stops waiting for a file. A closed one has already been removed.</summary>
    public void Remove(FileDescriptor file)
    {
        try
        {
            _ = Libc.EpollCtl(_epoll, Abi.EPOLL_CTL_DEL, file, null);
        }
        catch (ObjectDisposedException)
        {
            // closed
        }
    }

    /// <summary>Waits for at least one file, or until a time is over; writes the numbers of those that are ready and their events, and returns how many.</summary>
    public int Wait(Span<(int Number, uint Events)> ready, TimeSpan limit)
    {
        var events = stackalloc byte[MaxEvents * 16];
        var count = Math.Max(0, Libc.EpollWait(_epoll, events, Math.Min(MaxEvents, ready.Length), (int)limit.TotalMilliseconds));
        for (var i = 0; i < count; i++)
        {
            var reported = events + (i * EventSize);
            ready[i] = ((int)Unsafe.ReadUnaligned<long>(reported + EventSize - sizeof(long)), Unsafe.ReadUnaligned<uint>(reported));
        }

        return count;
    }

    public void Dispose() => _epoll.Dispose();
}
