namespace RxCan.SocketCan.Interop;

/// <summary>An eventfd, with which any thread can wake the one that waits for it.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    public WakeEvent()
    {
        File = Libc.EventFd(0, Abi.EFD_CLOEXEC | Abi.EFD_NONBLOCK);
        if (File.IsInvalid)
            throw new IOException($"eventfd: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}");
    }

    public FileDescriptor File { get; }

    public void Set()
    {
        ulong one = 1;
        try
        {
            _ = Libc.Write(File, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // the waiting thread is already gone
        }
    }

    /// <summary>Waits until it is set, or for a time, which the kernel measures to about 0.05 ms.</summary>
    public void Wait(TimeSpan time)
    {
        PollFd poll = new() { File = (int)File.DangerousGetHandle(), Events = Abi.POLLIN };
        TimeSpec timeout = new()
        {
            Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick),
        };
        if (Libc.PPoll(&poll, 1, &timeout, null) > 0)
            Reset();
    }

    public void Reset()
    {
        ulong count;
        _ = Libc.Read(File, &count, sizeof(ulong));
    }

    public void Dispose() => File.Dispose();
}
