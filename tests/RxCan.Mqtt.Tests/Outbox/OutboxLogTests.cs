using RxCan.Mqtt;
using RxCan.Mqtt.Outbox;

namespace RxCan.Tests.Outbox;

/// <summary>What an outbox keeps, in which order, and what it gives up when it must.</summary>
public sealed class OutboxLogTests
{
    private const long Size = 1 << 20;

    [Fact]
    public void Messages_come_out_in_order_and_stay_until_they_are_acknowledged()
    {
        using var log = new OutboxLog(new MemoryFiles(), Size, MqttOverflow.DropOldest);
        Add(log, 0, 100);

        Assert.Equal(Enumerable.Range(0, 100), Read(log).Select(Number));
        Assert.False(log.TryRead(out _));
        log.Rewind();
        var again = Read(log);
        Assert.Equal(Enumerable.Range(0, 100), again.Select(Number));
        log.Acknowledge(again[59]);
        log.Rewind();
        Assert.Equal(Enumerable.Range(60, 40), Read(log).Select(Number));
    }

    [Fact]
    public void After_a_restart_the_rest_comes_out()
    {
        var files = new FaultyFiles();
        var log = new OutboxLog(files, Size, MqttOverflow.DropOldest);
        Add(log, 0, 100);
        AcknowledgeNext(log, 30);
        log.Dispose();

        using var next = new OutboxLog(files.After(null), Size, MqttOverflow.DropOldest);
        Assert.Equal(700, next.Waiting);
        Add(next, 100, 5);
        Assert.Equal(Enumerable.Range(30, 75), Read(next).Select(Number));
    }

    [Fact]
    public void Segments_that_were_acknowledged_are_deleted()
    {
        var files = new FaultyFiles();
        using var log = new OutboxLog(files, Size, MqttOverflow.DropOldest);
        for (var round = 0; round < 100; round++)
        {
            Add(log, round * 10, 10, size: 1000);
            AcknowledgeNext(log, 10);
            log.Flush();
        }

        Assert.InRange(files.Used, 0, 300_000);
        Assert.Equal((0L, 0L), (log.Waiting, log.Lost));
    }

    [Theory]
    [InlineData(MqttOverflow.DropOldest)]
    [InlineData(MqttOverflow.DropNewest)]
    public void A_full_outbox_gives_up_the_oldest_or_the_newest_and_counts_them(MqttOverflow whenFull)
    {
        using var log = new OutboxLog(new MemoryFiles(), Size, whenFull);
        Add(log, 0, 2000, size: 1000);

        var left = Read(log).Select(Number).ToArray();
        var first = whenFull == MqttOverflow.DropOldest ? 2000 - left.Length : 0;
        Assert.Equal(Enumerable.Range(first, left.Length), left);
        Assert.Equal((2000 - left.Length) * 10, log.Lost);
        Assert.InRange(left.Length, 850, 1040); // of 1,013 bytes each in 1 MB
        Assert.InRange(log.Bytes, 0, Size);
    }

    [Theory]
    [InlineData(MqttOverflow.DropOldest)]
    [InlineData(MqttOverflow.DropNewest)]
    public void A_full_disk_is_a_full_outbox(MqttOverflow whenFull)
    {
        const int Disk = 4_000_000;
        var files = new FaultyFiles { Capacity = Disk };
        using var log = new OutboxLog(files, 16 * Disk, whenFull); // as by default
        Add(log, 0, 9000, size: 1000);

        var left = Read(log);
        Assert.Equal((9000 - left.Count) * 10, log.Lost);
        Assert.InRange(left.Count, Disk / 1020 * 7 / 8, Disk / 1010); // of 1,013 bytes each; the oldest go in eighths
        Assert.Equal(left.Select(Number).Order(), left.Select(Number));
        Assert.Equal(whenFull == MqttOverflow.DropOldest ? 8999 : left.Count - 1, Number(left[^1]));
        foreach (var record in left)
            log.Acknowledge(record);
        Add(log, 9000, 1, size: 1000); // there is room again
        Assert.Equal([9000], Read(log).Select(Number));
    }

    [Fact]
    public void A_torn_tail_is_cut_off()
    {
        var files = new FaultyFiles();
        var log = new OutboxLog(files, Size, MqttOverflow.DropOldest);
        Add(log, 0, 10);
        var whole = files.Contents[0];
        for (var length = whole.Length - 1; length > whole.Length - 60; length--)
        {
            var torn = new FaultyFiles();
            torn.Put(1, whole[..length]);
            using var next = new OutboxLog(torn, Size, MqttOverflow.DropOldest);
            var left = Read(next).Select(Number).ToArray();
            Assert.Equal(Enumerable.Range(0, (length - 8) / (OutboxLog.RecordHeader + 20)), left);
            Assert.Equal((length - 8) % (OutboxLog.RecordHeader + 20) == 0 ? 0 : 1, next.Damaged);
        }
    }

    [Fact]
    public void Two_outboxes_cannot_share_a_folder()
    {
        var folder = Directory.CreateTempSubdirectory("rxcan-outbox-");
        try
        {
            using (var log = new OutboxLog(new DiskFiles(folder.FullName), Size, MqttOverflow.DropOldest))
            {
                Add(log, 0, 3);
                Assert.Contains("another uplink", Assert.Throws<IOException>(() => new DiskFiles(folder.FullName)).Message, StringComparison.Ordinal);
            }

            using var next = new OutboxLog(new DiskFiles(folder.FullName), Size, MqttOverflow.DropOldest);
            Assert.Equal([0, 1, 2], Read(next).Select(Number));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Against a model: appends, reads, acknowledgements, rewinds, flushes, kills, power losses and full disks.</summary>
    [Fact]
    [Trait("Length", "Long")]
    public void Whatever_happens_messages_come_out_in_order_and_losses_are_counted()
    {
        var seed = Random.Shared.Next();
        for (var n = 0; n < RandomCases.Of(300); n++)
            Play(new Random(seed + n), $"Seed {seed + n}");

        static void Play(Random random, string which)
        {
            var files = new FaultyFiles();
            var whenFull = random.Next(2) == 0 ? MqttOverflow.DropOldest : MqttOverflow.DropNewest;
            var log = new OutboxLog(files, 200_000, whenFull);
            var (added, acknowledged, flushed, lostBefore) = (0, -1, 0, 0L);
            var isExact = true; // no power loss yet
            var reading = new Queue<OutboxRecord>();
            var last = -1; // read since the latest rewind
            for (var step = random.Next(10, 200); step > 0; step--)
            {
                switch (random.Next(12))
                {
                    case < 5:
                        var count = random.Next(1, 20);
                        Add(log, added, count, random.Next(4, 4000), frames: 1);
                        added += count;
                        break;
                    case < 8:
                        for (var reads = random.Next(20); reads > 0 && log.TryRead(out var record); reads--)
                        {
                            Assert.True(Number(record) > last && Number(record) < added, $"{which}: {Number(record)} after {last}");
                            last = Number(record);
                            reading.Enqueue(record);
                        }

                        break;
                    case 8:
                        for (var acks = random.Next(20); acks > 0 && reading.TryDequeue(out var record); acks--)
                        {
                            log.Acknowledge(record);
                            acknowledged = Math.Max(acknowledged, Number(record));
                        }

                        break;
                    case 9:
                        log.Rewind();
                        reading.Clear();
                        last = acknowledged;
                        break;
                    case 10:
                        log.Flush();
                        flushed = added;
                        files.Capacity = random.Next(3) == 0 ? files.Used + random.Next(5000) : long.MaxValue;
                        break;
                    default:
                        var isPowerLoss = random.Next(2) == 0;
                        isExact &= !isPowerLoss;
                        lostBefore += log.Lost;
                        if (random.Next(2) == 0)
                            log.Dispose();
                        files = files.After(isPowerLoss ? random : null);
                        files.Capacity = long.MaxValue;
                        log = new(files, 200_000, whenFull);
                        reading.Clear();
                        (last, acknowledged) = (-1, -1); // a crash may repeat what was acknowledged
                        break;
                }
            }

            log.Rewind();
            var rest = Read(log).Select(Number).ToArray();
            Assert.Equal(rest.Distinct().Order(), rest);
            Assert.InRange(log.Bytes, 0, 200_000);
            Assert.True(log.Waiting == rest.Length, $"{which}: {log.Waiting} wait, {rest.Length} come");
            if (isExact && rest.Length > 0 && whenFull == MqttOverflow.DropOldest && log.Lost + lostBefore == 0)
                Assert.True(rest[^1] == added - 1 && rest.Length == added - rest[0], $"{which}: {rest.Length} of {added}");
        }
    }

    [Fact]
    [Trait("Length", "Long")]
    public void Fuzzed_segments_throw_nothing_and_allocate_within_the_bound()
    {
        var good = new FaultyFiles();
        var log = new OutboxLog(good, Size, MqttOverflow.DropOldest);
        Add(log, 0, 20, size: 40);
        AcknowledgeNext(log, 3);
        log.Flush();
        Add(log, 20, 5, size: 300);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var whole = good.Contents[0];
        for (var n = 0; n < RandomCases.Of(5_000); n++)
        {
            byte[] damaged = [.. whole];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var files = new FaultyFiles();
            files.Put(random.Next(1, 3), damaged[..(random.Next(3) == 0 ? random.Next(damaged.Length) : damaged.Length)]);
            files.Put(random.Next(1, 3), damaged);
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var next = new OutboxLog(files, Size, MqttOverflow.DropOldest);
            var read = Read(next);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
            Assert.True(read.Count <= 50 && next.Waiting >= 0, $"Seed {seed}, case {n}");
        }
    }

    private static void Add(OutboxLog log, int first, int count, int size = 20, int frames = 10)
    {
        for (var i = first; i < first + count; i++)
        {
            var payload = new byte[size];
            BitConverter.TryWriteBytes(payload, i);
            log.Append(payload, frames);
        }
    }

    private static List<OutboxRecord> Read(OutboxLog log)
    {
        var records = new List<OutboxRecord>();
        while (log.TryRead(out var record))
            records.Add(record);
        return records;
    }

    private static void AcknowledgeNext(OutboxLog log, int count)
    {
        for (; count > 0 && log.TryRead(out var record); count--)
            log.Acknowledge(record);
    }

    private static int Number(OutboxRecord record) => BitConverter.ToInt32(record.Payload);
}
