using RxCan.J1939;

namespace RxCan.Dbc;

/// <summary>Decodes the frames of one message.</summary>
internal sealed class MessageStream<T>(IObservable<CanFrame> frames) : IObservable<T>
    where T : struct, ICanMessage<T>
{
    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return frames.Subscribe(new Decoder(observer));
    }

    private sealed class Decoder(IObserver<T> observer) : IObserver<CanFrame>
    {
        public void OnNext(CanFrame value)
        {
            if (T.TryDecode(value.Data, out var message))
                observer.OnNext(message);
        }

        public void OnError(Exception error) => observer.OnError(error);

        public void OnCompleted() => observer.OnCompleted();
    }
}

/// <summary>Decodes the frames of one message, and keeps them.</summary>
internal sealed class ReceivedMessageStream<T>(IObservable<CanFrame> frames) : IObservable<ReceivedMessage<T>>
    where T : struct, ICanMessage<T>
{
    public IDisposable Subscribe(IObserver<ReceivedMessage<T>> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return frames.Subscribe(new Decoder(observer));
    }

    private sealed class Decoder(IObserver<ReceivedMessage<T>> observer) : IObserver<CanFrame>
    {
        public void OnNext(CanFrame value)
        {
            if (T.TryDecode(value.Data, out var message))
                observer.OnNext(new(message, value));
        }

        public void OnError(Exception error) => observer.OnError(error);

        public void OnCompleted() => observer.OnCompleted();
    }
}

/// <summary>Decodes the messages of one parameter group.</summary>
internal sealed class J1939MessageStream<T>(IObservable<J1939Message> messages) : IObservable<T>
    where T : struct, ICanMessage<T>
{
    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        return messages.Subscribe(new Decoder(observer));
    }

    private sealed class Decoder(IObserver<T> observer) : IObserver<J1939Message>
    {
        public void OnNext(J1939Message value)
        {
            if (T.TryDecode(value.Data.Span, out var message))
                observer.OnNext(message);
        }

        public void OnError(Exception error) => observer.OnError(error);

        public void OnCompleted() => observer.OnCompleted();
    }
}
