using System.Reactive.Concurrency;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>
    /// The changed frames of multiplexed content. A selector in the data says which of several pages a frame is, and each page is compared
    /// with its own last content. Frames that match no page are dropped.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="filter">What to watch, each identifier separately. Error frames are never reported.</param>
    /// <param name="multiplexer">The bits of the selector, within the first 8 bytes.</param>
    /// <param name="pages">1 to 256 masks of at most 64 bytes: the bits to compare and, in the multiplexer's bits, the selector's value.</param>
    /// <param name="options">Throttle and length; <see cref="ChangesOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine watches on it. If null: the bus's broadcast manager, or the portable engine on the bus's scheduler.</param>
    /// <returns>A cold observable that ends like the bus's frame stream.</returns>
    /// <remarks>Content is compared as in <see cref="Changes"/>.</remarks>
    /// <exception cref="ArgumentException">The multiplexer has no bits or too many bytes, there are no pages or too many, or two pages have the same selector.</exception>
    public static IObservable<CanFrame> MultiplexedChanges(
        this ICanBus can,
        CanFilter filter,
        ReadOnlySpan<byte> multiplexer,
        IReadOnlyList<byte[]> pages,
        ChangesOptions? options = null,
        IScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(can);
        return Watch(can, new(filter, multiplexer, pages, options), scheduler);
    }
}
