using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RxCan.Monitor;

/// <summary>
/// The samples of a page's plots: each frame of their signals, from the trace. A new plot begins with what the trace keeps. More samples than
/// a page can show become the lowest and the highest of short times, so that no peak is lost.
/// </summary>
internal sealed class PlotFeed(TraceRing ring)
{
    private const int MaxPerTick = 60;
    private const int MaxHistory = 2000;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly CanFrame[] _buffer = new CanFrame[256];
    private readonly Dictionary<string, Lane> _lanes = [];
    private long _next = ring.Count;
    private long _sequence;

    /// <summary>What came since the last call, for app.js.</summary>
    /// <param name="plots">The signals.</param>
    /// <param name="span">The time that is shown, in s.</param>
    /// <param name="clocks">Where the lanes of each bus end.</param>
    /// <param name="end">The number of the first frame that is not plotted yet.</param>
    public string Take(ImmutableArray<PlottedSignal> plots, int span, BusClocks clocks, long end)
    {
        foreach (var gone in _lanes.Keys.Except(plots.Select(plot => plot.Name)).ToArray())
            _lanes.Remove(gone);
        foreach (var plot in plots.Where(plot => !_lanes.ContainsKey(plot.Name)))
        {
            var lane = _lanes[plot.Name] = new(plot);
            Read([lane], ring.First, _next, clocks);
        }

        Read([.. _lanes.Values], _next, end, clocks);
        _next = Math.Max(_next, end);

        var text = new StringBuilder(256);
        text.Append(CultureInfo.InvariantCulture, $"{{\"sequence\":{++_sequence},\"span\":{span},\"lanes\":[");
        foreach (var plot in plots)
        {
            var lane = _lanes[plot.Name];
            var (here, from) = clocks[lane.Bus];
            if (lane.From < from)
                lane.BeginAgain(from);
            // Much may have come while the page was hidden, and of a log that plays fast.
            var max = lane.IsNew ? MaxHistory : (int)Math.Clamp(MaxPerTick * ((here - lane.Taken) / LiveBuses.TickPeriod), MaxPerTick, MaxHistory);
            lane.Taken = here;
            if (text[^1] != '[')
                text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{{\"name\":{JsonSerializer.Serialize(plot.Name)},\"unit\":{JsonSerializer.Serialize(plot.Unit)},\"now\":{here.ToUnixTimeMilliseconds()},\"isNew\":{(lane.IsNew ? "true" : "false")},\"samples\":[");
            foreach (var (time, value) in Thinned(lane.Samples, max))
                text.Append(CultureInfo.InvariantCulture, $"{(text[^1] == '[' ? "" : ",")}{(time - here).TotalMilliseconds:F1},{value:R}");
            text.Append("]}");
            lane.Samples.Clear();
            lane.IsNew = false;
        }

        return text.Append("]}").ToString();
    }

    private void Read(ReadOnlySpan<Lane> lanes, long from, long end, BusClocks clocks)
    {
        if (lanes.IsEmpty)
            return;
        while (from < end)
        {
            from = ring.Read(from, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - from)), out var count);
            for (var i = 0; i < count; i++)
            {
                ref readonly var frame = ref _buffer[i];
                foreach (var lane in lanes)
                {
                    if (lane.Plot.Id != frame.Id || frame.IsRemote || frame.IsError || (lane.Bus != "" && lane.Bus != frame.Interface))
                        continue;
                    var (now, first) = clocks[frame.Interface];
                    if (from + i < first || frame.Timestamp < now - Kept || lane.Plot.Value(frame) is not { } value || !double.IsFinite(value))
                        continue;
                    lane.Bus = frame.Interface;
                    if (lane.From < first)
                        lane.BeginAgain(first);
                    lane.Samples.Add((frame.Timestamp, value));
                }
            }

            from += count;
            if (count == 0)
                return;
        }
    }

    private static IEnumerable<(DateTimeOffset Time, double Value)> Thinned(List<(DateTimeOffset Time, double Value)> samples, int max)
    {
        if (samples.Count <= max)
            return samples;
        return samples.Chunk((samples.Count * 2 / max) + 1).SelectMany(part =>
        {
            var (low, high) = (part.MinBy(s => s.Value), part.MaxBy(s => s.Value));
            return low.Time == high.Time ? [low] : low.Time < high.Time ? new[] { low, high } : [high, low];
        });
    }

    private sealed class Lane(PlottedSignal plot)
    {
        public PlottedSignal Plot { get; } = plot;

        public List<(DateTimeOffset Time, double Value)> Samples { get; } = [];

        /// <summary>The bus of the first sample, if the signal does not say: two buses are not one curve.</summary>
        public string Bus { get; set; } = plot.Bus;

        public bool IsNew { get; set; } = true;

        /// <summary>Where its bus was when samples were last taken.</summary>
        public DateTimeOffset Taken { get; set; }

        /// <summary>The number of the first frame that may be in it.</summary>
        public long From { get; private set; }

        public void BeginAgain(long from)
        {
            Samples.Clear();
            (From, IsNew) = (from, true);
        }
    }
}
