using RxCan.Logs.Formats;
using RxCan.Logs.Recording;

namespace RxCan.Tests.Recordings;

/// <summary>A folder in memory, in which things can go wrong. A frame has ten bytes.</summary>
internal sealed class DiskInMemory(string path, bool isNumbered) : LogFolder(path, isNumbered, new())
{
    private readonly Lock _gate = new();

    /// <summary>The files, with the frames that are in them for good.</summary>
    public SortedDictionary<string, List<CanFrame>> Files { get; } = [];

    /// <summary>Called before each operation, with its name.</summary>
    public Action<string>? Doing { get; set; }

    public CanFrame[] Of(string path)
    {
        lock (_gate)
            return [.. Files[path]];
    }

    public override IReadOnlyList<(long Number, string Path, long Size)> List()
    {
        Doing?.Invoke("list");
        return [.. Files.Select((file, i) => (long.Parse(file.Key.Split('-')[^1].Split('.')[0]), file.Key, 10L * file.Value.Count))];
    }

    public override ILogWriter Create(string file)
    {
        Doing?.Invoke("create");
        lock (_gate)
            Files[file] = [];
        return new Writer(this, file);
    }

    public override long? SizeOf(string file)
    {
        lock (_gate)
            return Files.TryGetValue(file, out var frames) ? 10 * frames.Count : null;
    }

    public override void Cut(string file, long size)
    {
        Doing?.Invoke("cut");
        lock (_gate)
            Files[file].RemoveRange((int)size / 10, Files[file].Count - ((int)size / 10));
    }

    public override void Delete(string file)
    {
        Doing?.Invoke("delete");
        lock (_gate)
            Files.Remove(file);
    }

    private sealed class Writer(DiskInMemory disk, string file) : ILogWriter
    {
        private readonly List<CanFrame> _buffered = [];
        private int _written;

        public long Length => 10 * (_written + _buffered.Count);

        public void Write(in CanFrame frame)
        {
            disk.Doing?.Invoke("write");
            _buffered.Add(frame);
        }

        public void Flush()
        {
            disk.Doing?.Invoke("flush");
            lock (disk._gate)
            {
                if (disk.Files.TryGetValue(file, out var frames))
                    frames.AddRange(_buffered);
            }

            _written += _buffered.Count;
            _buffered.Clear();
        }

        public void Dispose()
        {
            disk.Doing?.Invoke("close");
            Flush();
        }
    }
}
