using System.Collections.Immutable;

namespace RxCan.Monitor;

/// <summary>The last diagnostic requests of all pages; a page that is loaded again shows them.</summary>
internal sealed class Exchanges
{
    private const int Kept = 20;

    private ImmutableArray<Exchange> _all = [];

    /// <summary>The newest first.</summary>
    public ImmutableArray<Exchange> All => _all;

    public void Add(Exchange exchange) => ImmutableInterlocked.Update(ref _all, all => [exchange, .. all.Take(Kept - 1)]);
}
