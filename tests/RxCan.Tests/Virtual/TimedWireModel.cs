using System.Numerics;
using RxCan.Tests.Frames;

namespace RxCan.Tests.Virtual;

/// <summary>
/// A timed bus, written as naively as possible: frames as strings of bits, time in fractions of 1 / (bitrate * dataBitrate) of a tick,
/// one frame after another.
/// </summary>
internal sealed class TimedWireModel(int nodes, int bitrate, int dataBitrate, int queueLength)
{
    private readonly List<(CanFrame Frame, int Order, string Wire)>[] _queues =
        [.. Enumerable.Range(0, nodes).Select(_ => new List<(CanFrame, int, string)>())];

    private readonly BigInteger _tick = (BigInteger)bitrate * dataBitrate;
    private BigInteger _free;
    private (int Node, BigInteger End)? _sending;
    private int _order;

    public List<(int Node, string Frame, long Ticks)> Arrived { get; } = [];

    public bool Send(int node, CanFrame frame, long tick)
    {
        RunTo(tick);
        if (_queues[node].Count > queueLength)
            return false;
        if (_sending is null && _queues.All(q => q.Count == 0))
            _free = BigInteger.Max(_free, tick * _tick);
        _queues[node].Add((frame, _order++, Wire(frame)));
        return true;
    }

    public void RunTo(long tick)
    {
        while (true)
        {
            if (_sending is var (node, end))
            {
                var arrival = (long)BigInteger.Divide(end + _tick - 1, _tick);
                if (arrival > tick)
                    return;
                Arrived.Add((node, _queues[node][0].Frame.ToString(), arrival));
                _queues[node].RemoveAt(0);
                _free = end + Time(3, 0);
                _sending = null;
            }
            else
            {
                if (_queues.All(q => q.Count == 0) || _free / _tick >= tick)
                    return;
                var winner = Enumerable.Range(0, nodes).Where(n => _queues[n].Count > 0)
                    .OrderBy(n => _queues[n][0].Wire, StringComparer.Ordinal).ThenBy(n => _queues[n][0].Order).First();
                var frame = _queues[winner][0].Frame;
                var (nominal, data) = frame.IsError ? (6 + 8 + 3, 0) : BitSequence.Count(frame);
                _sending = (winner, _free + Time(nominal - 3, data));
            }
        }
    }

    private static string Wire(CanFrame frame)
    {
        if (frame.IsError)
            return "0000000"; // the seventh bit: after six dominant ones it is a frame's stuff bit
        var id = BitSequence.Bits(frame.Id.Value, frame.Id.IsExtended ? 29 : 11);
        var remote = frame.IsRemote ? "1" : "0";
        var fd = frame.IsFd ? "1" : "0";
        var bits = frame.Id.IsExtended ? id[..11] + "11" + id[11..] + remote + fd : id + remote + "0" + fd;
        return bits.StartsWith("00000", StringComparison.Ordinal) ? "000001" + bits[5..] : bits;
    }

    private BigInteger Time(int nominal, int data) => ((BigInteger)nominal * dataBitrate + (BigInteger)data * bitrate) * TimeSpan.TicksPerSecond;
}
