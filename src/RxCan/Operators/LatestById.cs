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
        private readonly Lock _gate = new();
        private readonly DateTimeOffset _start = scheduler.Now;
        private readonly SerialDisposable _timer = new();
        private readonly Dictionary<uint, int> _rowOf = [];
        private Row[] _rows = new Row[16];
        private int[] _fresh = new int[16];
        private int _freshCount;
        private bool _waiting; // for a tick, or for the observer
        private bool _emitting;
        private bool _disposed;
        private bool _ended;
        private Exception? _error;

        public void OnNext(CanFrame value)
        {
            SingleAssignmentDisposable? timer = null;
            lock (_gate)
            {
                ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_rowOf, value.RawId, out var known);
                if (!known)
                    index = AddRow();
                ref var row = ref _rows[index];
                row.Frame = value;
                row.Period.Add(value.Timestamp.UtcTicks);
                if (row.Count++ == 0)
                    _fresh[_freshCount++] = index;
                if (!_waiting)
                    timer = NewTimer();
            }

            if (timer is not null)
                Start(timer);
        }

        public void OnCompleted() => End(null);

        public void OnError(Exception error) => End(error);

        public void Dispose()
        {
            lock (_gate)
                _disposed = true;
            _timer.Dispose();
        }

        private int AddRow()
        {
            var count = _rowOf.Count;
            if (count > _rows.Length)
            {
                Array.Resize(ref _rows, 2 * _rows.Length);
                Array.Resize(ref _fresh, _rows.Length);
            }

            return count - 1;
        }

        /// <summary>A place for the next tick's timer, taken under the gate, so that timers replace one another in their order.</summary>
        private SingleAssignmentDisposable NewTimer()
        {
            _waiting = true;
            var timer = new SingleAssignmentDisposable();
            _timer.Disposable = timer;
            return timer;
        }

        private void Start(SingleAssignmentDisposable timer)
        {
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
            ImmutableArray<LatestFrame> batch;
            lock (_gate)
            {
                if (_ended || _disposed)
                    return;
                batch = TakeBatch();
                _emitting = true;
            }

            observer.OnNext(batch);
            bool ended;
            SingleAssignmentDisposable? timer = null;
            lock (_gate)
            {
                _emitting = false;
                _waiting = false;
                ended = _ended && !_disposed;
                if (!_ended && !_disposed && _freshCount > 0)
                    timer = NewTimer();
            }

            if (timer is not null)
                Start(timer);
            if (ended)
                Finish();
        }

        private void End(Exception? error)
        {
            lock (_gate)
            {
                if (_ended)
                    return;
                _ended = true;
                _error = error;
                if (_emitting) // the tick that does so goes on with the end
                    return;
            }

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

        private ImmutableArray<LatestFrame> TakeBatch()
        {
            var batch = new LatestFrame[_freshCount];
            for (var i = 0; i < batch.Length; i++)
            {
                ref var row = ref _rows[_fresh[i]];
                batch[i] = new(row.Frame, row.Count, row.Period);
                row.Count = 0;
            }

            _freshCount = 0;
            return ImmutableCollectionsMarshal.AsImmutableArray(batch);
        }

        private struct Row
        {
            public CanFrame Frame;
            public FramePeriod Period;
            public long Count;
        }
    }
}
