using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Cyclic;

namespace RxCan;

/// <summary>The broadcast manager's operations as subscriptions: cyclic jobs, watches for content and silence, answers to remote frames.</summary>
/// <remarks>
/// On SocketCAN, the kernel runs them (<c>CAN_BCM</c>). On other buses, without the kernel's module, or when a scheduler is given, the
/// portable engine does.
/// </remarks>
public static partial class CyclicExtensions
{
    /// <summary>
    /// Sends a frame periodically while subscribed: subscribing sets up the job (<c>TX_SETUP</c>) and sends the first frame at once,
    /// disposing deletes it (<c>TX_DELETE</c>). Any number of jobs can have the same identifier.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="frame">A data or remote frame, classic or CAN FD.</param>
    /// <param name="period">1 us to 400 days; the period of the burst if <paramref name="options"/> has one. The kernel counts whole microseconds.</param>
    /// <param name="options">Burst and updates; <see cref="CyclicOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine sends on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>
    /// A cold observable: one value when the job is set up, completion when its burst has ended or the bus is disposed,
    /// <see cref="CanInterfaceNotFoundException"/> when the interface is removed, <see cref="CanNotSupportedException"/> for a CAN FD frame
    /// that the bus cannot send. A link going down does not end it: the job continues when the link is up, without the frames it missed.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is out of range.</exception>
    /// <exception cref="ArgumentException">The frame is an error frame, or the options contradict each other.</exception>
    public static IObservable<Unit> SendCyclic(
        this ICanBus can, CanFrame frame, TimeSpan period, CyclicOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        return Job(can, new(new ReadOnlySpan<CanFrame>(in frame), period, options, nameof(frame)), scheduler);
    }

    /// <summary>
    /// Sends a sequence of frames periodically while subscribed, one per period and the first again after the last: for rolling counters
    /// and precomputed checksums. Otherwise like the overload for one frame.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="sequence">1 to 256 data or remote frames of one identifier and kind; copied.</param>
    /// <param name="period">The time from one frame to the next, 1 us to 400 days.</param>
    /// <param name="options">Burst and updates; <see cref="CyclicOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine sends on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>A cold observable, like that of the overload for one frame.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is out of range.</exception>
    /// <exception cref="ArgumentException">The sequence is empty, too long, mixed or of error frames, or the options contradict each other.</exception>
    public static IObservable<Unit> SendCyclic(
        this ICanBus can, IReadOnlyList<CanFrame> sequence, TimeSpan period, CyclicOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        ArgumentNullException.ThrowIfNull(sequence);
        return Job(can, new([.. sequence], period, options, nameof(sequence)), scheduler);
    }

    /// <summary>
    /// Sends the latest frame of a stream periodically. The first frame sets up the job; each later one replaces the payload of the running
    /// job, without a gap, and without an extra frame unless <see cref="CyclicOptions.AnnounceUpdates"/> is set. Completion or an error of
    /// the stream deletes the job and is forwarded.
    /// </summary>
    /// <param name="frames">The frames, all of one identifier and kind; any other ends the job with <see cref="ArgumentException"/>.</param>
    /// <param name="can">The bus.</param>
    /// <param name="period">1 us to 400 days; the period of the burst if <paramref name="options"/> has one, which the first frame starts.</param>
    /// <param name="options">Burst and updates; <see cref="CyclicOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine sends on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>
    /// A cold observable: one value for each frame that the job has taken over. It ends like the stream, or like
    /// <see cref="SendCyclic(ICanBus, CanFrame, TimeSpan, CyclicOptions?, IScheduler?)"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is out of range.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static IObservable<Unit> SendCyclic(
        this IObservable<CanFrame> frames, ICanBus can, TimeSpan period, CyclicOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(can);
        scheduler.Checked();
        var setup = new CyclicSetup(period, options);
        return Observable.Create<Unit>(observer =>
        {
            var job = new UpdatedJob(can, setup, scheduler, observer);
            return StableCompositeDisposable.Create(frames.Subscribe(job.OnFrame, job.OnError, job.OnCompleted), job);
        }).From(can);
    }

    /// <summary>
    /// Sends the latest sequence of a stream periodically: like the overload for a stream of frames, with a sequence instead of a frame. An
    /// update keeps the position in the sequence, so that rolling counters continue.
    /// </summary>
    /// <param name="sequences">
    /// Sequences of 1 to 256 frames, all of one identifier, kind and length; any other ends the job with <see cref="ArgumentException"/>.
    /// </param>
    /// <param name="can">The bus.</param>
    /// <param name="period">The time from one frame to the next, 1 us to 400 days.</param>
    /// <param name="options">Burst and updates; <see cref="CyclicOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine sends on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>A cold observable, like that of the overload for a stream of frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is out of range.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static IObservable<Unit> SendCyclic(
        this IObservable<IReadOnlyList<CanFrame>> sequences, ICanBus can, TimeSpan period, CyclicOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(can);
        scheduler.Checked();
        var setup = new CyclicSetup(period, options);
        return Observable.Create<Unit>(observer =>
        {
            var job = new UpdatedJob(can, setup, scheduler, observer);
            return StableCompositeDisposable.Create(sequences.Subscribe(job.OnSequence, job.OnError, job.OnCompleted), job);
        }).From(can);
    }

    private static IObservable<Unit> Job(ICanBus can, CyclicSetup setup, IScheduler? scheduler)
    {
        scheduler.Checked();
        return Observable.Create<Unit>(observer => PortableBroadcastManager.Of(can, scheduler).SendCyclic(setup, observer)).From(can);
    }

    /// <summary>A job that the values of a stream set up and update.</summary>
    private sealed class UpdatedJob(ICanBus can, CyclicSetup setup, IScheduler? scheduler, IObserver<Unit> observer) : IDisposable
    {
        private readonly IObserver<Unit> _observer = Observer.Synchronize(observer); // the job can also end by itself
        private readonly SingleAssignmentDisposable _deletion = new();
        private CyclicSetup _setup = setup;
        private ICyclicJob? _job;
        private bool _isSettingUp;
        private CanFrame[]? _next;

        public void OnFrame(CanFrame frame) => Send(new ReadOnlySpan<CanFrame>(in frame));

        public void OnSequence(IReadOnlyList<CanFrame> sequence) => Send([.. sequence]);

        public void OnError(Exception error)
        {
            _deletion.Dispose();
            _observer.OnError(error);
        }

        public void OnCompleted()
        {
            _deletion.Dispose();
            _observer.OnCompleted();
        }

        public void Dispose() => _deletion.Dispose();

        private void Send(ReadOnlySpan<CanFrame> frames)
        {
            if (_deletion.IsDisposed)
                return;
            try
            {
                if (_isSettingUp)
                    _setup.CheckUpdate(frames);
                else
                    _setup = _setup.With(frames);
            }
            catch (ArgumentException e)
            {
                OnError(e);
                return;
            }

            if (_job is not null)
            {
                _job.Update(frames);
            }
            else if (_isSettingUp) // the observer of the job's first value caused the source to emit the next one
            {
                _next = frames.ToArray();
            }
            else
            {
                _isSettingUp = true;
                _deletion.Disposable = _job = PortableBroadcastManager.Of(can, scheduler).SendCyclic(_setup, _observer);
                if (_next is not null)
                    _job.Update(_next);
            }
        }
    }
}
