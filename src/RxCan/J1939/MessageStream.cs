using RxCan.Bus;

namespace RxCan.J1939;

/// <summary>The observers of a node's messages, each with a filter.</summary>
/// <param name="changed">Called when the union of the filters has changed.</param>
internal sealed class MessageStream(Action changed) : ObserverList<J1939Message>(changed, changed)
{
    /// <summary>The union of the filters.</summary>
    public IEnumerable<J1939Filter.Term> Wanted => Entries.Cast<Filtered>().SelectMany(entry => entry.Filter.Terms);

    public IObservable<J1939Message> Where(J1939Filter filter) => new FilteredMessages(this, filter);

    private sealed class FilteredMessages(MessageStream stream, J1939Filter filter) : IObservable<J1939Message>
    {
        public IDisposable Subscribe(IObserver<J1939Message> observer)
        {
            ArgumentNullException.ThrowIfNull(observer);
            return stream.Add(new Filtered(stream, filter, observer));
        }
    }

    private sealed class Filtered(MessageStream stream, J1939Filter filter, IObserver<J1939Message> observer) : Entry(stream, observer)
    {
        public J1939Filter Filter => filter;

        public override bool Wants(in J1939Message value) => filter.Matches(value);
    }
}
