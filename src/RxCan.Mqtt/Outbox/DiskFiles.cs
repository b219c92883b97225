using System.Globalization;

namespace RxCan.Mqtt.Outbox;

/// <summary>Segments in a folder, which a lock file keeps for one process.</summary>
internal sealed class DiskFiles : IOutboxFiles
{
    private const string Extension = ".outbox";

    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>Opens the folder, which is created if there is none.</summary>
    /// <exception cref="IOException">It cannot be created, or another uplink has it.</exception>
    public DiskFiles(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        try
        {
            _lock = new(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"The outbox {_folder} cannot be locked: another uplink has it open. Give each uplink a folder of its own. ({e.Message})", e);
        }
    }

    public IReadOnlyList<long> List() =>
    [
        .. from file in Directory.EnumerateFiles(_folder, "*" + Extension)
           let name = Path.GetFileNameWithoutExtension(file)
           where name.Length == 16 && long.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number >= 0
           let parsed = long.Parse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
           orderby parsed
           select parsed,
    ];

    public IOutboxFile Open(long number) => new Segment(PathOf(number));

    public void Delete(long number) => File.Delete(PathOf(number));

    public void Dispose() => _lock.Dispose();

    private string PathOf(long number) => Path.Combine(_folder, number.ToString("x16", CultureInfo.InvariantCulture) + Extension);

    private sealed class Segment(string path) : IOutboxFile
    {
        private readonly FileStream _file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);

        public long Length => RandomAccess.GetLength(_file.SafeFileHandle);

        public void Append(ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file.SafeFileHandle, bytes, Length);

        public int Read(long offset, Span<byte> bytes)
        {
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(_file.SafeFileHandle, bytes[read..], offset + read) is > 0 and var more)
                read += more;
            return read;
        }

        public void Truncate(long length) => RandomAccess.SetLength(_file.SafeFileHandle, length);

        public void Flush() => RandomAccess.FlushToDisk(_file.SafeFileHandle);

        public void Dispose() => _file.Dispose();
    }
}
