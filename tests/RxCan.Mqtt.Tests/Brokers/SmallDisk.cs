using RxCan.Tests.Bus;

namespace RxCan.Tests.Brokers;

/// <summary>A disk of 4 MiB, in memory. The test is skipped where this user may not mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk()
    {
        Folder = Directory.CreateTempSubdirectory("rxcan-disk-").FullName;
        try
        {
            Kernel.Run("mount", $"-t tmpfs -o size=4m tmpfs {Folder}");
        }
        catch (InvalidOperationException e)
        {
            Directory.Delete(Folder);
            Assert.Skip($"needs to mount a disk: run as root ({e.Message.Trim()})");
        }
    }

    public string Folder { get; }

    public void Dispose()
    {
        Kernel.Run("umount", $"-l {Folder}"); // the uplink may be closing it yet
        Directory.Delete(Folder);
    }
}
