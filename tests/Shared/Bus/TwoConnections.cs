using System.Reactive.Concurrency;

namespace RxCan.Tests.Bus;

/// <summary>Receives by one connection and sends by another, as the kernel's jobs do. It disposes both.</summary>
internal sealed class TwoConnections(ICanBus receiver, ICanBus sender) : ICanBus
{
    public string Name => receiver.Name;

    public CanBusOptions Options => receiver.Options;

    public IScheduler Scheduler => receiver.Scheduler;

    public IObservable<CanBusEvent> Events => receiver.Events;

    public CanBusState State => receiver.State;

    public IObservable<CanFrame> Where(CanFilter filter) => receiver.Where(filter);

    public IDisposable Subscribe(IObserver<CanFrame> observer) => receiver.Subscribe(observer);

    public void Send(in CanFrame frame) => sender.Send(frame);

    public ValueTask SendAsync(
        CanFrame frame, TimeSpan? timeout = null, IScheduler? scheduler = null, CancellationToken cancellationToken = default) =>
        sender.SendAsync(frame, timeout, scheduler, cancellationToken);

    public void Dispose()
    {
        receiver.Dispose();
        sender.Dispose();
    }
}
