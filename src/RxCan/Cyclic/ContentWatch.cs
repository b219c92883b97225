using System.Runtime.InteropServices;

namespace RxCan.Cyclic;

/// <summary>What a watch for changed content compares, validated.</summary>
internal sealed class ContentWatch
{
    /// <summary>The 64-bit words of the longest payload: the broadcast manager compares word by word.</summary>
    public const int Words = CanFrame.MaxFdLength / sizeof(ulong);

    private readonly ulong[] _pages;

    /// <summary>A watch with one mask; an empty one compares every bit.</summary>
    public ContentWatch(CanFilter filter, ReadOnlySpan<byte> mask, ChangesOptions? options)
    {
        ArgumentNullException.ThrowIfNull(filter);
        (Filter, Options) = (filter, options ?? ChangesOptions.Default);
        _pages = mask.IsEmpty ? [.. Enumerable.Repeat(ulong.MaxValue, Words)] : Padded(mask, nameof(mask));
        Pages = 1;
    }

    /// <summary>A watch for multiplexed content: a page is a mask that holds the selector's value in the multiplexer's bits.</summary>
    public ContentWatch(CanFilter filter, ReadOnlySpan<byte> multiplexer, IReadOnlyList<byte[]> pages, ChangesOptions? options)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(pages);
        (Filter, Options) = (filter, options ?? ChangesOptions.Default);
        if (multiplexer.Length > sizeof(ulong) || multiplexer.IndexOfAnyExcept((byte)0) < 0)
            throw new ArgumentException("The multiplexer must be a mask of at most 8 bytes with at least one bit set.", nameof(multiplexer));
        if (pages.Count is 0 or > CyclicSetup.MaxFrames)
            throw new ArgumentException($"Multiplexed content must have 1 to {CyclicSetup.MaxFrames} pages, not {pages.Count}.", nameof(pages));
        Multiplexer = Padded(multiplexer, nameof(multiplexer))[0];
        _pages = new ulong[pages.Count * Words];
        var selectors = new HashSet<ulong>();
        foreach (var page in pages)
        {
            ArgumentNullException.ThrowIfNull(page, nameof(pages));
            var words = Padded(page, nameof(pages));
            words.CopyTo(_pages, Pages++ * Words);
            if (!selectors.Add(words[0] & Multiplexer))
            {
                throw new ArgumentException(
                    $"The page {Convert.ToHexString(page)} has the same selector as an earlier page: pages must differ in the multiplexer's bits.", nameof(pages));
            }
        }
    }

    public CanFilter Filter { get; }

    public ChangesOptions Options { get; }

    /// <summary>The bits that select the page; 0 without multiplexing.</summary>
    public ulong Multiplexer { get; }

    public int Pages { get; }

    /// <summary>The page of the content; negative if none.</summary>
    public int PageOf(ulong firstWord)
    {
        if (Multiplexer == 0)
            return 0;
        for (var page = 0; page < Pages; page++)
        {
            if (((firstWord ^ _pages[page * Words]) & Multiplexer) == 0)
                return page;
        }

        return -1;
    }

    public ReadOnlySpan<ulong> Mask(int page) => _pages.AsSpan(page * Words, Words);

    private static ulong[] Padded(ReadOnlySpan<byte> mask, string parameter)
    {
        if (mask.Length > CanFrame.MaxFdLength)
            throw new ArgumentException($"A mask has at most {CanFrame.MaxFdLength} bytes, as a frame has, not {mask.Length}.", parameter);
        var words = new ulong[Words];
        mask.CopyTo(MemoryMarshal.AsBytes(words.AsSpan()));
        return words;
    }
}
