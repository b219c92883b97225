using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RxCan.Tests.SocketCan;

/// <summary>
/// A CAN adapter that speaks the serial text protocol (<c>slcan</c>) on a pseudoterminal: an interface with a controller whose
/// states the test sets. A watch must not configure it when it appears: the terminal is not ready then, and configuring times out.
/// </summary>
internal sealed partial class SerialAdapter : IDisposable
{
    private const int O_RDWR = 2;
    private const int O_NOCTTY = 0x100;
    private const uint TIOCSETD = 0x5423;
    private const int N_SLCAN = 17;

    private readonly SafeFileHandle _adapter;
    private readonly SafeFileHandle _terminal;
    private readonly FileStream _line;
    private readonly StringBuilder _sent = new();

    public SerialAdapter()
    {
        var before = CanLinks.All().Select(link => link.Index).ToHashSet();
        _adapter = Check(Open("/dev/ptmx", O_RDWR | O_NOCTTY));
        Assert.Equal(0, UnlockPt(_adapter));
        _terminal = Check(Open(Marshal.PtrToStringUTF8(PtsName(_adapter))!, O_RDWR | O_NOCTTY));
        Assert.Equal(0, Ioctl(_terminal, TIOCSETD, N_SLCAN));
        Name = Assert.Single(CanLinks.All(), link => !before.Contains(link.Index)).Name;
        _line = new(_adapter, FileAccess.ReadWrite, bufferSize: 0);
        new Thread(Read) { IsBackground = true }.Start();
    }

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    /// <summary>What the kernel has sent to it, in lines that end with <c>\r</c>.</summary>
    public string Sent
    {
        get
        {
            lock (_sent)
                return _sent.ToString();
        }
    }

    /// <summary>Makes it say something, such as <c>t12320102</c> for a frame or <c>sb000000</c> for bus-off.</summary>
    public void Say(string line) => _line.Write(Encoding.ASCII.GetBytes(line + "\r"));

    public void Dispose()
    {
        _terminal.Dispose(); // this ends the reading
        _line.Dispose();
    }

    private static SafeFileHandle Check(SafeFileHandle file) =>
        !file.IsInvalid ? file : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockPt(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "ptsname", SetLastError = true)]
    private static partial nint PtsName(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, in int value);

    private void Read()
    {
        var buffer = new byte[256];
        try
        {
            while (_line.Read(buffer) is > 0 and var length)
            {
                lock (_sent)
                    _sent.Append(Encoding.ASCII.GetString(buffer, 0, length));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // it was unplugged
        }
    }
}
