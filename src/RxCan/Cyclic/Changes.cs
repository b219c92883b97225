using System.Reactive.Concurrency;
using System.Reactive.Linq;
using RxCan.Cyclic;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>
    /// The frames whose content changed in a masked bit since the last one reported of that identifier and kind (classic, CAN FD, remote);
    /// the first of each always. The kernel drops the others (<c>RX_SETUP</c>).
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="filter">What to watch; each identifier for itself. Error frames are never reported.</param>
    /// <param name="mask">The bits that count, from the first data byte on, at most 64 bytes; bytes without a mask do not count. Without any, all bits.</param>
    /// <param name="options">Throttle and length; <see cref="ChangesOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine watches, on this scheduler; by default the bus's own broadcast manager, or its scheduler.</param>
    /// <returns>A cold observable that ends as the bus's frame stream does.</returns>
    /// <remarks>
    /// As the kernel does it, only as many 8-byte words are compared as the new frame has, and data missing in the last of them counts
    /// as zeros: a frame without data never differs unless <see cref="ChangesOptions.CheckLength"/> is set.
    /// </remarks>
    /// <exception cref="ArgumentException">The mask is longer than 64 bytes.</exception>
    public static IObservable<CanFrame> Changes(
        this ICanBus can, CanFilter filter, ReadOnlySpan<byte> mask = default, ChangesOptions? options = null, IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        return Watch(can, new(filter, mask, options), scheduler);
    }

    private static IObservable<CanFrame> Watch(ICanBus can, ContentWatch watch, IScheduler? scheduler) =>
        Observable.Create<CanFrame>(observer => PortableBroadcastManager.Of(can, scheduler).Changes(watch, observer));
}
