using System.Collections.Immutable;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Runtime.InteropServices;
using RxCan.Bus;
using RxCan.Operators;

namespace RxCan;

/// <content>The newest frame of each identifier.</content>
public static partial class CanObservable
{
    /// <summary>
    /// The newest frame of each identifier that had one since the last tick, with count, period and jitter, as one batch per tick. It is a
    /// source for user interfaces: they pay per tick, not per frame.
    /// </summary>
    /// <remarks>
    /// <para>Ticks are at whole periods from the subscription. A tick without a new frame has no batch, and no timer runs meanwhile.
    /// While the observer is busy with a batch, ticks are skipped, and the next batch has everything that came.</para>
    /// <para>A batch never changes and may be kept; read it in place with <c>foreach (ref readonly var row in batch.AsSpan())</c>. Its
    /// order is the order in which the identifiers first came.</para>
    /// <para>Data frames, remote frames and each class of error frames have separate rows, so a request does not replace its
    /// answer. Frames of several interfaces share rows: to separate them, group by <see cref="CanFrame.Interface"/> first.</para>
    /// <para>A last batch precedes the source's completion; an error is forwarded at once. The operator keeps about 180 bytes for each
    /// identifier that it has seen. A frame costs no allocation; a tick allocates its batch.</para>
    /// </remarks>
    /// <param name="frames">The frames.</param>
    /// <param name="period">The time between ticks, such as 50 ms.</param>
    /// <param name="scheduler">Runs the ticks. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is zero or negative.</exception>
    public static IObservable<ImmutableArray<LatestFrame>> LatestById(
        this IObservable<CanFrame> frames, TimeSpan period, IScheduler? scheduler = null)
    {
        return LatestOf(frames, period, 0, scheduler);
    }

    /// <summary>
    /// As <see cref="LatestById(IObservable{CanFrame}, TimeSpan, IScheduler?)"/>, but forgets identifiers that fall silent: a table of what
    /// is on the bus now, in bounded memory.
    /// </summary>
    /// <remarks>
    /// A forgotten identifier is in the batch of that tick once more, with its last frame and a <see cref="LatestFrame.Count"/> of
    /// zero. When it returns, its period starts again. While any identifier is remembered, every tick has a batch, even an empty one, so
    /// the observer can use them as a clock.
    /// </remarks>
    /// <param name="frames">The frames.</param>
    /// <param name="period">The time between ticks, such as 50 ms.</param>
    /// <param name="forgetAfter">
    /// How long after its last batch a silent identifier is forgotten, rounded up to whole periods. Skipped ticks do not count.
    /// </param>
    /// <param name="scheduler">Runs the ticks. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period or <paramref name="forgetAfter"/> is zero or negative.</exception>
    public static IObservable<ImmutableArray<LatestFrame>> LatestById(
        this IObservable<CanFrame> frames, TimeSpan period, TimeSpan forgetAfter, IScheduler? scheduler = null)
    {
        ThrowUnlessPositive(forgetAfter, nameof(forgetAfter));
        return LatestOf(frames, period, forgetAfter.Ticks, scheduler);
    }

    private static IObservable<ImmutableArray<LatestFrame>> LatestOf(
        IObservable<CanFrame> frames, TimeSpan period, long forgetAfter, IScheduler? scheduler)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ThrowUnlessPositive(period, nameof(period));
        var clock = SchedulerOf(frames, scheduler);
        return Observable.Create<ImmutableArray<LatestFrame>>(observer =>
        {
            var (ticks, rest) = Math.DivRem(forgetAfter, period.Ticks);
            var rows = new LatestRows(observer, period, rest == 0 ? ticks : ticks + 1);
            rows.Timer = new(clock, rows.Tick);
            return StableCompositeDisposable.Create(frames.SubscribeSafe(rows), rows);
        }).From(frames);
    }

    /// <param name="observer">Receives the batches.</param>
    /// <param name="period">The time between ticks.</param>
    /// <param name="forgetAfter">In ticks; zero for never.</param>
    private sealed class LatestRows(IObserver<ImmutableArray<LatestFrame>> observer, TimeSpan period, long forgetAfter)
        : IObserver<CanFrame>, IDisposable
    {
        private readonly ushort[] _standard = new ushort[CanId.MaxStandard + 1]; // row numbers, from one
        private readonly Dictionary<uint, int> _others = [];
        private readonly Stack<int> _forgotten = []; // rows to reuse
        private readonly List<LatestFrame> _silent = [];
        private SpinLock _gate = new(enableThreadOwnerTracking: false); // held for one row; with a Lock, a frame takes 1.5 times as long
        private Row[] _rows = new Row[16];
        private int[] _fresh = new int[16];
        private int[] _taken = new int[16];
        private int _rowCount;
        private int _freshCount;
        private long _tick;
        private long _oldest; // no row was last seen at an earlier tick
        private bool _waiting; // for a tick, or for the observer
        private bool _emitting;
        private bool _disposed;
        private bool _ended;
        private Exception? _error;

        public DueTimer Timer { get; set; } = null!; // counts from the subscription

        public void OnNext(CanFrame value)
        {
            var arm = false;
            Enter();
            try
            {
                var index = RowOf(value.RawId);
                ref var row = ref _rows[index];
                row.Frame = value;
                row.Meter.Add(value.Ticks);
                if (row.Count++ == 0)
                    _fresh[_freshCount++] = index;
                arm = !_waiting;
                _waiting = true;
            }
            finally
            {
                Exit();
            }

            if (arm)
                ScheduleTick();
        }

        public void OnCompleted() => End(null);

        public void OnError(Exception error) => End(error);

        public void Dispose()
        {
            Enter();
            _disposed = true;
            Exit();
            Timer.Dispose();
        }

        private int RowOf(uint rawId)
        {
            if (rawId <= CanId.MaxStandard)
            {
                ref var row = ref _standard[rawId];
                if (row == 0)
                    row = (ushort)(AddRow() + 1);
                return row - 1;
            }

            ref var other = ref CollectionsMarshal.GetValueRefOrAddDefault(_others, rawId, out var known);
            if (!known)
                other = AddRow();
            return other;
        }

        private int AddRow()
        {
            if (_forgotten.TryPop(out var forgotten))
                return forgotten;
            if (_rowCount == _rows.Length)
            {
                Array.Resize(ref _rows, 2 * _rows.Length);
                Array.Resize(ref _fresh, _rows.Length);
            }

            return _rowCount++;
        }

        private void ScheduleTick() => Timer.Set(DueTime.Next(TimeSpan.Zero, Timer.Now, period));

        public void Tick()
        {
            if (!Timer.IsElapsed())
                return;
            Enter();
            var stopped = _ended || _disposed;
            _emitting = !stopped;
            Exit();
            if (stopped)
                return;

            _tick++;
            observer.OnNext(TakeBatch());

            Enter();
            _emitting = false;
            var remembers = forgetAfter > 0 && _rowCount > _forgotten.Count;
            _waiting = (_freshCount > 0 || remembers) && !_ended && !_disposed;
            var (arm, ended) = (_waiting, _ended && !_disposed);
            Exit();
            if (arm)
                ScheduleTick();
            if (ended)
                Finish();
        }

        private void End(Exception? error)
        {
            Enter();
            _error = error;
            _ended = true;
            var emitting = _emitting; // if so, that tick handles the end
            Exit();
            if (!emitting)
                Finish();
        }

        private void Finish()
        {
            Timer.Dispose();
            if (_error is not null)
            {
                observer.OnError(_error);
                return;
            }

            if (_freshCount > 0)
                observer.OnNext(TakeBatch());
            observer.OnCompleted();
        }

        /// <summary>Takes row by row, so that the source never waits for more than one row. A frame for a row already taken goes into the next batch.</summary>
        private ImmutableArray<LatestFrame> TakeBatch()
        {
            Enter();
            var count = _freshCount;
            _freshCount = 0;
            (_fresh, _taken) = (_taken, _fresh);
            if (_fresh.Length < _rows.Length)
                _fresh = new int[_rows.Length];
            if (forgetAfter > 0 && _tick - _oldest >= forgetAfter)
                ForgetSilent();
            Exit();

            var batch = GC.AllocateUninitializedArray<LatestFrame>(count + _silent.Count); // completely written below
            for (var i = 0; i < count; i++)
            {
                Enter();
                ref var row = ref _rows[_taken[i]];
                batch[i] = new(row.Frame, row.Count, row.Meter.Period);
                row.Count = 0;
                row.Seen = _tick;
                Exit();
            }

            _silent.CopyTo(batch, count);
            _silent.Clear();
            return ImmutableCollectionsMarshal.AsImmutableArray(batch);
        }

        /// <summary>Moves rows last seen too long ago to <see cref="_silent"/>. It scans all rows, but rarely: once in that time if none is silent.</summary>
        private void ForgetSilent()
        {
            _oldest = _tick;
            for (var i = 0; i < _rowCount; i++)
            {
                ref var row = ref _rows[i];
                if (row.Count > 0)
                    continue;
                if (_tick - row.Seen < forgetAfter)
                {
                    _oldest = Math.Min(_oldest, row.Seen);
                    continue;
                }

                var rawId = row.Frame.RawId;
                _silent.Add(new(row.Frame, 0, row.Meter.Period));
                row = new() { Seen = long.MaxValue };
                _forgotten.Push(i);
                if (rawId <= CanId.MaxStandard)
                    _standard[rawId] = 0;
                else
                    _others.Remove(rawId);
            }
        }

        private void Enter()
        {
            var entered = false;
            _gate.Enter(ref entered);
        }

        private void Exit() => _gate.Exit(useMemoryBarrier: false);

        private struct Row
        {
            public CanFrame Frame;
            public PeriodMeter Meter;
            public long Count;
            public long Seen; // the tick of its last batch; long.MaxValue if forgotten
        }
    }
}
