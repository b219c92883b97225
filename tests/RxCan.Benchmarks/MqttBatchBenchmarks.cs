using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using RxCan.Mqtt;
using RxCan.Mqtt.Batches;

namespace RxCan.Benchmarks;

/// <summary>
/// Batches of 256 frames as an uplink packs and a remote bus unpacks them, beside the plainest form: identifier, length, time and eight bytes of
/// data, one frame after the other. The time is that of one frame.
/// </summary>
public class MqttBatchBenchmarks
{
    private const int Count = 256;
    private const int Plain = 24;

    private readonly CanFrame[] _frames = new CanFrame[Count];
    private readonly byte[] _plain = new byte[Count * Plain];
    private readonly BatchDecoder _decoder = new();
    private BatchEncoder _encoder = null!;
    private byte[] _batch = [];

    [Params(MqttCompression.None, MqttCompression.Deflate)]
    public MqttCompression Compression { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var time = 1_700_000_000_000_000_000;
        Span<byte> data = stackalloc byte[8];
        for (var i = 0; i < Count; i++)
        {
            time += random.Next(100_000, 900_000);
            BinaryPrimitives.WriteInt32LittleEndian(data, i / 40);
            data[5] = (byte)random.Next(16);
            _frames[i] = new CanFrame(0x100 + (7 * (i % 40)), data).WithUnixTimeNanoseconds(time);
        }

        _encoder = new(Count, BatchFormat.MaxBody, Compression);
        PackPlain();
        Pack();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public byte[] PackPlain()
    {
        for (var i = 0; i < Count; i++)
        {
            ref readonly var frame = ref _frames[i];
            var record = _plain.AsSpan(i * Plain, Plain);
            BinaryPrimitives.WriteUInt32LittleEndian(record, frame.Id.Value);
            BinaryPrimitives.WriteInt32LittleEndian(record[4..], frame.Length);
            BinaryPrimitives.WriteInt64LittleEndian(record[8..], frame.UnixTimeNanoseconds);
            frame.Data.CopyTo(record[16..]);
        }

        return _plain;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public long UnpackPlain()
    {
        var sum = 0L;
        for (var i = 0; i < Count; i++)
        {
            var record = _plain.AsSpan(i * Plain, Plain);
            var length = BinaryPrimitives.ReadInt32LittleEndian(record[4..]);
            var frame = new CanFrame(BinaryPrimitives.ReadUInt32LittleEndian(record), record.Slice(16, length))
                .WithUnixTimeNanoseconds(BinaryPrimitives.ReadInt64LittleEndian(record[8..]));
            sum += frame.Length;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public byte[] Pack()
    {
        foreach (ref readonly var frame in _frames.AsSpan())
            _encoder.TryAdd(frame, frame.UnixTimeNanoseconds);
        return _batch = _encoder.Take(1, 0);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Unpack()
    {
        _decoder.Decode(_batch);
        return _decoder.Entries.Length;
    }
}
