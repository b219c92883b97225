using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using RxCan.Logs.Formats;

namespace RxCan.Benchmarks.Logs;

/// <summary>Reads and writes a BLF of 1,000,000 classic frames of 60 ids in memory, beside inflating its containers and no more.</summary>
public class BlfBenchmarks
{
    private const int Count = 1_000_000;

    private readonly CanFrame[] _frames = new CanFrame[Count];
    private readonly byte[] _buffer = new byte[1 << 18];
    private byte[] _file = [];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var contents = new byte[60][];
        foreach (ref var content in contents.AsSpan())
            random.NextBytes(content = new byte[CanFrame.MaxLength]);
        var time = 1_700_000_000_123_456_789;
        for (var i = 0; i < Count; i++)
        {
            var id = random.Next(contents.Length);
            contents[id][0]++;
            if (random.Next(4) == 0)
                contents[id][random.Next(CanFrame.MaxLength)] = (byte)random.Next(256);
            time += 100_000 + random.Next(150_000);
            _frames[i] = new CanFrame(0x100 + (7 * id), contents[id]).WithUnixTimeNanoseconds(time).WithInterface(id < 40 ? "can0" : "can1");
        }

        _file = Written().ToArray();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public long Inflate()
    {
        long length = 0;
        for (var at = 144; at + 32 <= _file.Length;)
        {
            var size = BitConverter.ToInt32(_file, at + 8);
            using var inflater = new ZLibStream(new MemoryStream(_file, at + 32, size - 32), CompressionMode.Decompress);
            for (int read; (read = inflater.Read(_buffer, 0, _buffer.Length)) > 0;)
                length += read;
            at += size + (size % 4);
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public long Read()
    {
        using var reader = new BlfReader(new MemoryStream(_file));
        long sum = 0;
        while (reader.Read(out var frame))
            sum += frame.Length;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public MemoryStream Write() => Written();

    private MemoryStream Written()
    {
        var stream = new MemoryStream(Count * 48);
        using var writer = new BlfWriter(stream);
        foreach (ref readonly var frame in _frames.AsSpan())
            writer.Write(frame);
        return stream;
    }
}
