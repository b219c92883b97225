using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Bus;
using RxCan.Cyclic;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>
    /// The frames whose content changed in a masked bit since the last one reported for that identifier and kind (classic, CAN FD, remote).
    /// The first frame of each is always reported. The kernel drops the others (<c>RX_SETUP</c>).
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="filter">What to watch, each identifier separately. Error frames are never reported.</param>
    /// <param name="mask">The bits to compare, from the first data byte on, at most 64 bytes; bytes after its end are ignored. If empty, all bits.</param>
    /// <param name="options">Throttle and length; <see cref="ChangesOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine watches on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>A cold observable that ends like the bus's frame stream.</returns>
    /// <remarks>
    /// As in the kernel, only the 8-byte words that the new frame has are compared, and missing data in the last word counts
    /// as zeros. So a frame without data never differs unless <see cref="ChangesOptions.CheckLength"/> is set.
    /// </remarks>
    /// <exception cref="ArgumentException">The mask is longer than 64 bytes.</exception>
    public static IObservable<CanFrame> Changes(
        this ICanBus can, CanFilter filter, ReadOnlySpan<byte> mask = default, ChangesOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        return Watch(can, new(filter, mask, options), scheduler);
    }

    private static IObservable<CanFrame> Watch(ICanBus can, ContentWatch watch, IScheduler? scheduler)
    {
        scheduler.Checked();
        return Observable.Create<CanFrame>(observer => PortableBroadcastManager.Of(can, scheduler).Changes(watch, observer)).From(can);
    }
}
