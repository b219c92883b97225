namespace RxCan.Tests.Batches;

/// <summary>
/// Frames like a vehicle's: 40 identifiers (a quarter of them extended) with periods of 10 to 1,000 ms, 8 bytes each: two signals that drift,
/// a noisy one, a 4-bit counter and a checksum; arrival times to the nanosecond with jitter.
/// </summary>
internal static class TypicalTraffic
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static List<CanFrame> Of(int count, int seed = 1)
    {
        var random = new Random(seed);
        int[] periods = [10, 10, 20, 20, 50, 100, 100, 1000];
        var due = new PriorityQueue<int, long>();
        var states = new (CanId Id, int Period, ushort Slow, ushort Steady, int Count)[40];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = (i % 4 == 3 ? CanId.Extended((uint)(0x18F00000 + (i * 0x113))) : CanId.Standard((uint)(0x100 + (i * 17))),
                periods[i % periods.Length], (ushort)random.Next(65536), (ushort)random.Next(65536), 0);
            due.Enqueue(i, random.Next(states[i].Period * 1_000_000));
        }

        var frames = new List<CanFrame>(count);
        var start = (Start - DateTimeOffset.UnixEpoch).Ticks * 100;
        Span<byte> data = stackalloc byte[8];
        while (frames.Count < count && due.TryDequeue(out var i, out var time))
        {
            ref var state = ref states[i];
            state.Slow = (ushort)(state.Slow + random.Next(-3, 4));
            if (random.Next(100) == 0)
                state.Steady = (ushort)random.Next(65536);
            BitConverter.TryWriteBytes(data, state.Slow);
            BitConverter.TryWriteBytes(data[2..], state.Steady);
            data[4] = (byte)random.Next(16);
            data[5] = 0;
            data[6] = (byte)(state.Count++ & 15);
            data[7] = 0;
            for (var at = 0; at < 7; at++)
                data[7] ^= data[at];
            frames.Add(new CanFrame(state.Id, data).WithUnixTimeNanoseconds(start + time));
            due.Enqueue(i, time + (state.Period * 1_000_000L) + random.Next(-200_000, 200_000));
        }

        return [.. frames.OrderBy(f => f.UnixTimeNanoseconds)];
    }
}
