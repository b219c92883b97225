using System.Buffers.Binary;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using BenchmarkDotNet.Attributes;
using RxCan.Dbc;

namespace RxCan.Benchmarks;

/// <summary>
/// The eight signals of a message, both byte orders, with and without sign, factor and offset: decoded by hand, with a database, and in the
/// database's streams. The time is that of one signal; 33 ns are 30 million a second.
/// </summary>
public class DbcDecodingBenchmarks
{
    private const int Signals = 8;

    private const string Motor = """
        BO_ 256 Motor: 8 X
         SG_ Speed : 0|13@1+ (0.25,0) [0|0] "rpm" X
         SG_ Torque : 13|11@1- (0.5,0) [0|0] "Nm" X
         SG_ Temperature : 31|8@0+ (1,-40) [0|0] "degC" X
         SG_ Current : 39|12@0- (0.1,0) [0|0] "A" X
         SG_ State : 48|3@1+ (1,0) [0|0] "" X
         SG_ Ready : 51|1@1+ (1,0) [0|0] "" X
         SG_ Counter : 52|4@1+ (1,0) [0|0] "" X
         SG_ Checksum : 56|8@1+ (1,0) [0|0] "" X
        """;

    // The message among 100 others.
    private readonly CanDatabase _database = CanDatabase.Parse(
        Motor + string.Concat(Enumerable.Range(0, 100).Select(i => $"\nBO_ {512 + i} Other{i}: 8 X\n SG_ Value : 0|8@1+ (1,0) [0|0] \"\" X\n")));

    private readonly DbcMessage _message;
    private readonly Traffic _traffic = new(1);
    private readonly Subject<CanFrame> _messages = new();
    private readonly Subject<CanFrame> _speeds = new();
    private double _sum;

    public DbcDecodingBenchmarks() => _message = _database["Motor"];

    [GlobalSetup]
    public void Setup()
    {
        _messages.Decode(_database).Subscribe(message =>
        {
            foreach (var signal in message)
                _sum += signal.Value;
        });
        _speeds.Signal(_message["Speed"]).Subscribe(value => _sum += value);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Traffic.Count * Signals)]
    public double ByHand()
    {
        var sum = 0.0;
        foreach (ref readonly var frame in _traffic.Frames)
        {
            var little = BinaryPrimitives.ReadUInt64LittleEndian(frame.Data);
            var big = BinaryPrimitives.ReadUInt64BigEndian(frame.Data);
            sum += (little & 0x1FFF) * 0.25;
            sum += ((long)(little << 40) >> 53) * 0.5;
            sum += (double)(big >> 32 & 0xFF) - 40;
            sum += ((long)(big << 32) >> 52) * 0.1;
            sum += little >> 48 & 7;
            sum += little >> 51 & 1;
            sum += little >> 52 & 0xF;
            sum += little >> 56;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count * Signals)]
    public double WithMessage()
    {
        var sum = 0.0;
        foreach (ref readonly var frame in _traffic.Frames)
        {
            foreach (var signal in _message.Decode(frame))
                sum += signal.Value;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count * Signals)]
    public double WithDatabase()
    {
        var sum = 0.0;
        foreach (ref readonly var frame in _traffic.Frames)
        {
            foreach (var signal in _database.Decode(frame)!.Value)
                sum += signal.Value;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count * Signals)]
    public void StreamOfMessages()
    {
        foreach (ref readonly var frame in _traffic.Frames)
            _messages.OnNext(frame);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count)]
    public void StreamOfOneSignal()
    {
        foreach (ref readonly var frame in _traffic.Frames)
            _speeds.OnNext(frame);
    }

    [Benchmark(OperationsPerInvoke = Traffic.Count * Signals)]
    public int Encode()
    {
        var sum = 0;
        for (var i = 0; i < Traffic.Count; i++)
        {
            sum += _message.Encode(
                ("Speed", 1000), ("Torque", -5), ("Temperature", 20), ("Current", 1.5), ("State", 2), ("Ready", 1), ("Counter", i & 15), ("Checksum", 7)).Length;
        }

        return sum;
    }
}
