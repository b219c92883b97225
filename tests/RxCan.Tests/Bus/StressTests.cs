using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reactive.Linq;

namespace RxCan.Tests.Bus;

/// <summary>
/// Eight threads send, subscribe, dispose and change filters while the link goes down and up and the interface is removed and comes back:
/// nothing is out of order, no loss is uncounted, nothing hangs, and nothing is left. <c>RXCAN_STRESS</c> is the time in seconds; 5 if it is not set.
/// </summary>
public abstract class StressContract : IDisposable
{
    private const int Lanes = 3;
    private const int FirstId = 0x100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TestBus _wire;
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly long[] _sent = new long[Lanes]; // the next number of each

    protected StressContract(TestBus wire)
    {
        _wire = wire;
        Eventually.True(() => ProcessState.Threads() == 0, "no thread of an earlier test is left");
    }

    public void Dispose()
    {
        _wire.Dispose();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Nothing_is_lost_uncounted_out_of_order_or_left_behind_under_stress()
    {
        var descriptors = ProcessState.Descriptors();
        var duration = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("RXCAN_STRESS") ?? "5", CultureInfo.InvariantCulture));
        var bus = _wire.Open();
        var senders = Enumerable.Range(0, Lanes).Select(_ => _wire.Open()).ToArray();
        var watcher = new Watcher(_faults, bus, _sent);
        var threads = senders.Select((sender, lane) => Start(() => Send(sender, lane)))
            .Concat(Enumerable.Range(0, 4).Select(seed => Start(() => Churn(bus, new Random(seed)))))
            .Append(Start(() => MakeTrouble(watcher, new Random(8))))
            .ToArray();

        var memory = 0L;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration && _faults.IsEmpty;)
        {
            Pause(50);
            if (memory == 0 && clock.Elapsed > duration / 2)
                memory = GC.GetTotalMemory(forceFullCollection: true);
        }

        _stop.Cancel();
        foreach (var thread in threads)
            Assert.True(thread.Join(Patience), "a thread hangs");
        watcher.AssertAllCounted();
        foreach (var opened in senders.Append(bus))
            opened.Dispose();

        Assert.Empty(_faults);
        Assert.True(watcher.Frames > 100 && watcher.Removals > 0, $"too little happened: {watcher.Frames} frames, {watcher.Removals} removals");
        Eventually.True(() => ProcessState.Threads() == 0, "no thread is left");
        Eventually.True(() => ProcessState.Descriptors() <= descriptors, "no descriptor is left");
        Eventually.True(() => GC.GetTotalMemory(forceFullCollection: true) < memory + (32 << 20), "no memory is left");
        if (_wire is VcanTestBus)
            Assert.Equal(0, Kernel.Receivers(_wire.Name, "raw"));
    }

    private void Pause(int milliseconds) => _stop.Token.WaitHandle.WaitOne(milliseconds);

    private Thread Start(Action work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                while (!_stop.IsCancellationRequested)
                    work();
            }
            catch (Exception e)
            {
                _faults.Enqueue(e.ToString());
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return thread;
    }

    /// <summary>Sends numbered frames of one identifier; a number is used until its frame is sent.</summary>
    private void Send(ICanBus bus, int lane)
    {
        ref var next = ref _sent[lane];
        while (!_stop.IsCancellationRequested)
        {
            if (bus.TrySend(new CanFrame(FirstId + lane, BitConverter.GetBytes(next)), out var reason))
                Volatile.Write(ref next, next + 1);
            else if (reason is not CanBusException)
                _faults.Enqueue(reason.ToString());
            if (next % 64 == 0)
                Pause(1);
        }
    }

    private void Churn(ICanBus bus, Random random)
    {
        var lane = random.Next(Lanes);
        var check = new OrderCheck(_faults);
        using var subscription = random.Next(6) switch
        {
            0 => bus.Subscribe(check),
            1 => bus.Where(CanFilter.Id(FirstId + lane)).Subscribe(check),
            2 => bus.Where(CanFilter.Range(FirstId, FirstId + lane)).Subscribe(check),
            3 => bus.Where(~CanFilter.Id(FirstId + lane)).Subscribe(check),
            4 => bus.Where(CanFilter.Id(FirstId + lane)).Take(1).Subscribe(check),
            _ => bus.Events.Subscribe(_ => { }, check.OnError),
        };
        if (random.Next(4) == 0)
            Pause(random.Next(3));
    }

    private void MakeTrouble(Watcher watcher, Random random)
    {
        Pause(random.Next(50));
        if (random.Next(3) > 0)
        {
            _wire.LinkDown();
            Pause(random.Next(3));
            _wire.LinkUp();
        }
        else
        {
            _wire.Remove();
            if (!SpinWait.SpinUntil(() => watcher.HasEnded, Patience))
                throw new InvalidOperationException("the removal ends no subscription");
            _wire.Restore();
            watcher.Resubscribe();
        }
    }

    /// <summary>Checks that one call comes at a time, and that the numbers of each identifier rise.</summary>
    private class OrderCheck(ConcurrentQueue<string> faults) : IObserver<CanFrame>
    {
        private readonly long?[] _last = new long?[Lanes];
        private int _calls;

        public void OnNext(CanFrame frame)
        {
            if (Interlocked.Increment(ref _calls) != 1)
                faults.Enqueue("two calls at a time");
            ref var last = ref _last[frame.Id.Value - FirstId];
            var number = BitConverter.ToInt64(frame.Data);
            if (number <= last)
                faults.Enqueue($"{frame.Id}: {number} after {last}");
            OnStep((int)frame.Id.Value - FirstId, last, number);
            last = number;
            Interlocked.Decrement(ref _calls);
        }

        public virtual void OnError(Exception error)
        {
            if (error is not CanBusException)
                faults.Enqueue(error.ToString());
        }

        public void OnCompleted()
        {
        }

        protected virtual void OnStep(int lane, long? last, long number)
        {
        }
    }

    /// <summary>Receives everything, again after each removal, and compares what is missing with what the bus counts as lost.</summary>
    private sealed class Watcher
    {
        private readonly ConcurrentQueue<string> _faults;
        private readonly ICanBus _bus;
        private readonly long[] _sent;
        private readonly IDisposable _events;
        private long _lost;
        private long _missing;
        private Life _life;

        public Watcher(ConcurrentQueue<string> faults, ICanBus bus, long[] sent)
        {
            (_faults, _bus, _sent) = (faults, bus, sent);
            _events = bus.Events.Subscribe(happened => Interlocked.Add(ref _lost, happened is CanFramesDropped { Count: var count } ? count : 0));
            _life = Subscribe();
        }

        public bool HasEnded => _life.HasEnded;

        public long Frames { get; private set; }

        public long Removals { get; private set; }

        public void Resubscribe()
        {
            Removals++;
            End();
            _life = Subscribe();
        }

        public void AssertAllCounted()
        {
            End();
            var lost = () => Interlocked.Read(ref _lost);
            Eventually.True(() => _missing <= lost(), $"{_missing} frames are missing and {lost()} counted as lost");
            _events.Dispose();
        }

        private Life Subscribe()
        {
            var life = new Life(_faults);
            life.Start(_bus, _sent);
            return life;
        }

        private void End()
        {
            _life.Subscription.Dispose();
            _missing += _life.Missing;
            Frames += _life.Frames;
        }

        /// <summary>One subscription.</summary>
        private sealed class Life(ConcurrentQueue<string> faults) : OrderCheck(faults)
        {
            private volatile bool _hasEnded;
            private volatile long[]? _start; // frames up to here may have been sent before it subscribed, and not all of them arrive

            public IDisposable Subscription { get; private set; } = null!;

            public long Frames { get; private set; }

            public long Missing { get; private set; }

            public bool HasEnded => _hasEnded;

            public void Start(ICanBus bus, long[] sent)
            {
                Subscription = bus.Subscribe(this);
                _start = [.. sent];
            }

            public override void OnError(Exception error)
            {
                base.OnError(error);
                _hasEnded = true;
            }

            protected override void OnStep(int lane, long? last, long number)
            {
                Frames++;
                if (last >= _start?[lane])
                    Missing += number - 1 - last.Value;
            }
        }
    }
}

[Collection(nameof(Alone))]
[Trait("Length", "Long")]
public sealed class VirtualStressTests() : StressContract(new VirtualTestBus(new()));

[Collection(nameof(Alone))]
public sealed class VcanStressTests() : StressContract(new VcanTestBus());
