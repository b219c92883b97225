using System.Reactive.Concurrency;

namespace RxCan;

public static partial class CyclicExtensions
{
    /// <summary>
    /// The changed frames of multiplexed content: a selector in the data says which of several pages a frame is, and each page is compared
    /// with the last one of its own. Frames of no page are left out.
    /// </summary>
    /// <param name="can">The bus.</param>
    /// <param name="filter">What to watch; each identifier for itself. Error frames are never reported.</param>
    /// <param name="multiplexer">The bits of the selector, within the first 8 bytes.</param>
    /// <param name="pages">1 to 256 masks of at most 64 bytes: the bits that count, and in the multiplexer's bits the selector's value.</param>
    /// <param name="options">Throttle and length; <see cref="ChangesOptions.Default"/> if null.</param>
    /// <param name="scheduler">If given, the portable engine watches, on this scheduler; by default the bus's own broadcast manager, or its scheduler.</param>
    /// <returns>A cold observable that ends as the bus's frame stream does.</returns>
    /// <remarks>Content is compared as by <see cref="Changes"/>.</remarks>
    /// <exception cref="ArgumentException">The multiplexer has no bit or too many bytes, there are no or too many pages, or two of one selector.</exception>
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
