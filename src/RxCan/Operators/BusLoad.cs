using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;

namespace RxCan;

/// <content>Bus load.</content>
public static partial class CanObservable
{
    /// <summary>
    /// How busy the wire is, once per window, even if no frame came. It counts the exact bits of every data and remote frame that it sees
    /// (<see cref="CanFrameBits"/>): subscribe it to the whole bus, opened with <see cref="CanBusOptions.ReceiveOwnMessages"/> if this
    /// process sends. Error frames have no countable bits and do not count.
    /// </summary>
    /// <param name="frames">The frames.</param>
    /// <param name="bitrate">The nominal bit rate in bit/s.</param>
    /// <param name="window">How long to count, at least one scheduler tick.</param>
    /// <param name="dataBitrate">The bit rate in bit/s of the data phase of CAN FD frames with BRS; the nominal one if null.</param>
    /// <param name="scheduler">Measures the windows. If null: the bus's, if the source is a bus or made from one by RxCan only; otherwise <see cref="DefaultScheduler"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bit rate or the window is zero or negative.</exception>
    public static IObservable<CanBusLoad> BusLoad(
        this IObservable<CanFrame> frames, int bitrate, TimeSpan window, int? dataBitrate = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bitrate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dataBitrate ?? bitrate, nameof(dataBitrate));
        ThrowUnlessPositive(window, nameof(window));
        var clock = SchedulerOf(frames, scheduler);
        return Observable.Defer(() =>
        {
            var counter = new BitCounter(clock, bitrate, dataBitrate ?? bitrate);
            var ended = frames.Do(counter.Add).IgnoreElements().Append(default);
            return DueTimer.Every(window, clock).Select(_ => counter.Take()).TakeUntil(ended);
        }).From(frames);
    }

    private sealed class BitCounter(IScheduler scheduler, int bitrate, int dataBitrate)
    {
        private readonly Lock _gate = new();
        private readonly IStopwatch _time = scheduler.StartStopwatch();
        private Bits _actual;
        private Bits _worst;
        private long _frames;
        private TimeSpan _from;

        public void Add(CanFrame frame)
        {
            if (frame.IsError)
                return;
            var actual = CanFrameBits.Of(frame);
            var worst = CanFrameBits.WorstCase(frame);
            lock (_gate)
            {
                _actual.Add(actual);
                _worst.Add(worst);
                _frames++;
            }
        }

        public CanBusLoad Take()
        {
            lock (_gate)
            {
                var now = _time.Elapsed;
                var elapsed = now - _from;
                var load = new CanBusLoad(Load(_actual, elapsed), Load(_worst, elapsed), _frames, elapsed);
                (_from, _actual, _worst, _frames) = (now, default, default, 0);
                return load;
            }
        }

        private double Load(Bits bits, TimeSpan elapsed) =>
            (((double)bits.Nominal / bitrate) + ((double)bits.Data / dataBitrate)) / elapsed.TotalSeconds;

        private record struct Bits(long Nominal, long Data)
        {
            public void Add(CanFrameBits bits) => (Nominal, Data) = (Nominal + bits.Nominal, Data + bits.Data);
        }
    }
}
