using System.Runtime.InteropServices;

namespace RxCan.Cli;

/// <summary>The reader of a pipe.</summary>
internal static partial class PipeReader
{
    private const int StandardOutput = 1; // STDOUT_FILENO
    private const int EINTR = 4;
    private const int POLLERR = 8;

    /// <summary>
    /// Calls back when standard output is a pipe and its reader has gone, even if nothing is written to it any more: a program that holds
    /// something until it is interrupted would otherwise never know.
    /// </summary>
    public static void WhenGone(Action gone)
    {
        if (OperatingSystem.IsLinux())
            new Thread(() => Watch(gone)) { IsBackground = true, Name = "rxcan reader" }.Start();
    }

    private static void Watch(Action gone)
    {
        var file = new PollFd { File = StandardOutput };
        int ready;
        do
        {
            ready = Poll(ref file, 1, Timeout.Infinite);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == EINTR);

        if (ready > 0 && (file.Returned & POLLERR) != 0)
            gone();
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollFd files, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int File;
        public short Events; // none: errors are always reported
        public short Returned;
    }
}
