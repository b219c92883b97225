using System.Globalization;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using RxCan.Tests.Bus;

namespace RxCan.Tests.Cyclic;

public class CyclicJobsAtRandomTests
{
    private const int Slots = 6;

    private enum Call
    {
        Subscribe,
        Update,
        Dispose,
        Complete,
        Fail,
        Pass,
    }

    [Fact]
    public void Random_calls_send_what_a_list_of_due_times_predicts_and_leave_nothing_behind()
    {
        var call = Gen.Select(Gen.Enum<Call>(), Gen.Int[0, Slots - 1], Gen.Int[1, 40]);
        call.Array[1, 60].Sample(calls =>
        {
            var time = new VirtualTime();
            var bus = new VirtualCanBus(time);
            using var can = new CountedBus(bus.Connect());
            using var peer = bus.Connect();
            var seen = new Recorder<CanFrame>();
            using var watch = peer.Subscribe(seen);
            var start = time.Now;
            var jobs = new ModelJob?[Slots];
            var expected = new List<(double At, byte Job, byte Value)>();
            byte tag = 0;
            byte value = 0;
            foreach (var (kind, slot, ms) in (IEnumerable<(Call, int, int)>)[.. calls, (Call.Pass, 0, 100)])
            {
                var now = (time.Now - start).TotalMilliseconds;
                if (kind == Call.Pass)
                {
                    time.AdvanceBy(TimeSpan.FromMilliseconds(ms));
                    foreach (var job in jobs)
                        job?.Expect(now + ms, expected);
                }
                else if (jobs[slot] is not { } job)
                {
                    if (kind == Call.Subscribe)
                    {
                        jobs[slot] = job = new(can, ++tag, ms, now);
                        job.Update(++value, expected);
                    }
                }
                else if (kind == Call.Update)
                {
                    job.Update(++value, expected);
                }
                else if (kind != Call.Subscribe)
                {
                    job.End(kind);
                    jobs[slot] = null;
                }
            }

            foreach (var job in jobs)
                job?.Dispose();
            time.AdvanceBy(TimeSpan.FromSeconds(1));

            Assert.Equal(
                expected.Order(), seen.Values.Select(f => ((f.Timestamp - start).TotalMilliseconds, f.Data[0], f.Data[1])).Order());
            Assert.True(time.IsIdle);
            Assert.Equal(0, can.Subscriptions);
        }, iter: RandomCases.Of(500));
    }

    [Fact]
    public async Task Jobs_created_updated_and_disposed_by_four_threads_send_nothing_afterwards()
    {
        var bus = new VirtualCanBus();
        using var can = bus.Connect();
        using var peer = bus.Connect();
        var seen = new Recorder<CanFrame>();
        using var watch = peer.Subscribe(seen);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => CallAtRandom(can, thread, RandomCases.Of(2_500)))));
        var end = DateTimeOffset.UtcNow;
        await can.SendCyclic(new CanFrame(0x7FF, []), TimeSpan.FromMilliseconds(2), new() { Count = 20 });

        Assert.Contains(seen.Values, f => f.Id != 0x7FF);
        Assert.DoesNotContain(seen.Values, f => f.Id != 0x7FF && f.Timestamp > end);
    }

    private static void CallAtRandom(ICanBus can, int thread, int calls)
    {
        var random = new Random(thread);
        var jobs = new (Subject<CanFrame> Values, IDisposable Job)?[8];
        var frames = jobs.Select((_, i) => new CanFrame(0x10 + i, [(byte)thread])).ToArray();
        for (var i = 0; i < calls; i++)
        {
            var slot = random.Next(jobs.Length);
            if (jobs[slot] is not { } job)
            {
                var values = new Subject<CanFrame>();
                var options = new CyclicOptions { Count = random.Next(3), AnnounceUpdates = random.Next(2) == 0 };
                jobs[slot] = (values, values.SendCyclic(can, TimeSpan.FromMicroseconds(random.Next(1, 2_000)), options).Subscribe());
                values.OnNext(frames[slot]);
            }
            else if (random.Next(3) > 0)
            {
                job.Values.OnNext(frames[slot]);
            }
            else
            {
                if (random.Next(2) == 0)
                    job.Values.OnCompleted();
                job.Job.Dispose();
                jobs[slot] = null;
            }
        }

        foreach (var job in jobs)
            job?.Job.Dispose();
    }

    /// <summary>A bus that counts its subscriptions.</summary>
    private sealed class CountedBus(ICanBus bus) : ICanBus
    {
        private int _subscriptions;

        public int Subscriptions => _subscriptions;

        public string Name => bus.Name;

        public CanBusOptions Options => bus.Options;

        public IScheduler Scheduler => bus.Scheduler;

        public CanBusState State => bus.State;

        public IObservable<CanBusEvent> Events => bus.Events;

        public IObservable<CanFrame> Where(CanFilter filter) => Observable.Create<CanFrame>(observer =>
        {
            _subscriptions++;
            var subscription = bus.Where(filter).Subscribe(observer);
            return () =>
            {
                _subscriptions--;
                subscription.Dispose();
            };
        });

        public IDisposable Subscribe(IObserver<CanFrame> observer) => Where(CanFilter.All).Subscribe(observer);

        public void Send(in CanFrame frame) => bus.Send(frame);

        public ValueTask SendAsync(
            CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default) =>
            bus.SendAsync(frame, timeout, scheduler, cancellationToken);

        public void Dispose() => bus.Dispose();
    }

    /// <summary>A job, and what it should send: from its first value on, the latest value in each period.</summary>
    private sealed class ModelJob : IDisposable
    {
        private readonly Subject<CanFrame> _values = new();
        private readonly IDisposable _subscription;
        private readonly byte _tag;
        private readonly int _period;
        private double _due;
        private byte _value;

        public ModelJob(ICanBus can, byte tag, int period, double now)
        {
            (_tag, _period, _due) = (tag, period, now);
            _subscription = _values.SendCyclic(can, TimeSpan.FromMilliseconds(period)).Subscribe(_ => { }, _ => { });
        }

        public void Update(byte value, List<(double At, byte Job, byte Value)> expected)
        {
            var isFirst = _value == 0;
            _value = value;
            _values.OnNext(new(0x10, [_tag, value]));
            if (isFirst)
                Expect(_due, expected);
        }

        public void Expect(double until, List<(double At, byte Job, byte Value)> expected)
        {
            for (; _due <= until; _due += _period)
                expected.Add((_due, _tag, _value));
        }

        public void End(Call call)
        {
            if (call == Call.Complete)
                _values.OnCompleted();
            else if (call == Call.Fail)
                _values.OnError(new InvalidOperationException());
            Dispose();
        }

        public void Dispose()
        {
            _subscription.Dispose();
            _values.Dispose();
        }
    }
}
