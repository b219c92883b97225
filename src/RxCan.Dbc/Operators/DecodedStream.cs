namespace RxCan.Dbc.Operators;

/// <summary>What a decoder makes of the items of a stream. Items that it cannot decode are left out.</summary>
internal sealed class DecodedStream<TSource, T>(IObservable<TSource> source, DecodedStream<TSource, T>.Decoder decoder) : IObservable<T>
{
    public delegate bool Decoder(in TSource item, out T decoded);

    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return source.Subscribe(new Sink(observer, decoder));
    }

    private sealed class Sink(IObserver<T> observer, Decoder decoder) : IObserver<TSource>
    {
        public void OnNext(TSource value)
        {
            if (decoder(value, out var decoded))
                observer.OnNext(decoded);
        }

        public void OnError(Exception error) => observer.OnError(error);

        public void OnCompleted() => observer.OnCompleted();
    }
}
