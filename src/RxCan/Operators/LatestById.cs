using System.Collections.Immutable;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Runtime.InteropServices;

namespace RxCan;

/// <content>The newest frame of each identifier.</content>
public static partial class CanObservable
{
    /// <summary>
    /// The newest frame of each identifier that had one since the last tick, with count, period and jitter, as one batch a tick: the source
    /// for a user interface, which pays per tick and not per frame.
    /// </summary>
    /// <remarks>
    /// <para>Ticks are at whole periods from the subscription. There is no batch for a tick without a new frame, and no timer runs meanwhile.
    /// While the observer is busy with a batch, ticks are left out and the next batch has all that came.</para>
    /// <para>A batch never changes and may be kept; read it in place with <c>foreach (ref readonly var row in batch.AsSpan())</c>. Its order
    /// is that in which the identifiers came.</para>
    /// <para>Data frames, remote frames and each class of error frames have rows of their own, so that a request does not displace its
    /// answer. Frames of several interfaces share rows: group by <see cref="CanFrame.Interface"/> before.</para>
    /// <para>Completion of the source is preceded by a last batch, an error is passed on at once. It keeps some 180 bytes for each
    /// identifier that it has seen; a frame costs no allocation, a tick that of its batch.</para>
    /// </remarks>
    /// <param name="frames">The frames.</param>
    /// <param name="period">The time between ticks, such as 50 ms.</param>
    /// <param name="scheduler">Runs the ticks; the bus's if null and the source is one, else <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is zero or negative.</exception>
    public static IObservable<ImmutableArray<LatestFrame>> LatestById(
        this IObservable<CanFrame> frames, TimeSpan period, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ThrowUnlessPositive(period, nameof(period));
        var clock = scheduler ?? SchedulerOf(frames);
        return Observable.Create<ImmutableArray<LatestFrame>>(observer =>
        {
            var rows = new LatestRows(observer, period, clock);
            return StableCompositeDisposable.Create(frames.SubscribeSafe(rows), rows);
        });
    }

    private sealed class LatestRows(IObserver<ImmutableArray<LatestFrame>> observer, TimeSpan period, IScheduler scheduler)
        : IObserver<CanFrame>, IDisposable
    {
        private readonly DateTimeOffset _start = scheduler.Now;
        private readonly SerialDisposable _timer = new();
        private readonly ushort[] _standard = new ushort[CanId.MaxStandard + 1]; // rows, counted from one
        private readonly Dictionary<uint, int> _others = [];
        private SpinLock _gate = new(enableThreadOwnerTracking: false); // held for one row; with a Lock a frame takes half as long again
        private Row[] _rows = new Row[16];
        private int[] _fresh = new int[16];
        private int[] _taken = new int[16];
        private int _rowCount;
        private int _freshCount;
        private bool _waiting; // for a tick, or for the observer
        private bool _emitting;
        private bool _disposed;
        private bool _ended;
        private Exception? _error;

        public void OnNext(CanFrame value)
        {
            var arm = false;
            Enter();
            try
            {
                var index = RowOf(value.RawId);
                ref var row = ref _rows[index];
                row.Frame = value;
                row.Period.Add(value.Ticks);
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
            _timer.Dispose();
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
            if (_rowCount == _rows.Length)
            {
                Array.Resize(ref _rows, 2 * _rows.Length);
                Array.Resize(ref _fresh, _rows.Length);
            }

            return _rowCount++;
        }

        private void ScheduleTick()
        {
            var timer = new SingleAssignmentDisposable();
            _timer.Disposable = timer; // before the tick can run, and schedule the next
            var sinceTick = (scheduler.Now - _start).Ticks % period.Ticks;
            if (sinceTick < 0) // the clock was set back
                sinceTick += period.Ticks;
            timer.Disposable = scheduler.Schedule(this, new TimeSpan(period.Ticks - sinceTick), static (_, rows) =>
            {
                rows.Tick();
                return Disposable.Empty;
            });
        }

        private void Tick()
        {
            Enter();
            var stopped = _ended || _disposed;
            _emitting = !stopped;
            Exit();
            if (stopped)
                return;

            observer.OnNext(TakeBatch());

            Enter();
            _emitting = false;
            _waiting = _freshCount > 0 && !_ended && !_disposed;
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
            var emitting = _emitting; // then the tick that does so goes on with the end
            Exit();
            if (!emitting)
                Finish();
        }

        private void Finish()
        {
            _timer.Dispose();
            if (_error is not null)
            {
                observer.OnError(_error);
                return;
            }

            if (_freshCount > 0)
                observer.OnNext(TakeBatch());
            observer.OnCompleted();
        }

        /// <summary>Takes row by row, so that the source never waits for more than one. What comes to a row that is taken is for the next batch.</summary>
        private ImmutableArray<LatestFrame> TakeBatch()
        {
            Enter();
            var count = _freshCount;
            _freshCount = 0;
            (_fresh, _taken) = (_taken, _fresh);
            if (_fresh.Length < _rows.Length)
                _fresh = new int[_rows.Length];
            Exit();

            var batch = new LatestFrame[count];
            for (var i = 0; i < count; i++)
            {
                Enter();
                ref var row = ref _rows[_taken[i]];
                batch[i] = new(row.Frame, row.Count, row.Period);
                row.Count = 0;
                Exit();
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(batch);
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
            public FramePeriod Period;
            public long Count;
        }
    }
}
