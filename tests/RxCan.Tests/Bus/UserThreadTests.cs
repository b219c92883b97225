using RxCan.IsoTp;
using RxCan.J1939;
using RxCan.Tests.IsoTp;

namespace RxCan.Tests.Bus;

/// <summary>A user's call never runs the code of an observer: threads that call in, and observers that know whether they are within a call.</summary>
public sealed class UserThreadTests : IDisposable
{
    private const int Threads = 4;
    private const int Rounds = 500;

    [ThreadStatic]
    private static bool t_isInCall;

    private readonly VirtualCanBus _bus = new();
    private readonly ICanBus _here;
    private readonly ICanBus _there;
    private int _delivered;
    private int _withinCall;

    public UserThreadTests() => (_here, _there) = (_bus.Connect(), _bus.Connect());

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public void No_call_to_an_ISO_TP_session_runs_an_observer()
    {
        var options = RealTimeIsoTpBench.Timed(new() { Requests = new() { LateWindow = TimeSpan.Zero } });
        using var ecu = _there.OpenIsoTp(0x7E8, 0x7E0, options);
        using var answers = ecu.Subscribe(ecu.SendBack);
        var session = _here.OpenIsoTp(0x7E0, 0x7E8, options);
        Watch(session, session.Messages, session.Errors);
        OnThreads((thread, round) =>
        {
            byte[] payload = [(byte)thread, .. Pattern.P(round % 12)];
            Call(() => session.Send(payload));
            var answered = Ask(session.Request(payload));
            var given = Call(() => session.Request(payload).Subscribe(Observer<byte[]>()));
            using var cancel = new CancellationTokenSource();
            var sent = Call(() => session.SendAsync(payload, cancel.Token));
            if (round % 2 == 0)
                Call(cancel.Cancel);
            Call(given.Dispose);
            Assert.True(answered.Wait(TimeSpan.FromSeconds(60)));
            Assert.True(Task.WhenAny(sent).Wait(TimeSpan.FromSeconds(60)));
        });
        Call(session.Dispose);
        AssertNone();
    }

    [Fact]
    public void No_call_to_a_J1939_node_runs_an_observer()
    {
        using var peer = _there.OpenJ1939(0x90);
        using var answers = peer.AnswerRequest(0xFEDA, _ => new byte[] { 1, 2, 3 }).Subscribe();
        var node = _here.OpenJ1939(0x80);
        Watch(node, node.Where(J1939Filter.Pgn(0xFEDA)), node.Errors);
        OnThreads((thread, round) =>
        {
            Call(() => node.Send(0xFEF1, [(byte)thread]));
            var answered = Ask(node.Request(0xFEDA, 0x90, TimeSpan.FromSeconds(60)));
            Call(() => node.Request(0xFEDA, 0x90).Subscribe(Observer<J1939Message>()).Dispose());
            var sent = Call(() => node.SendAsync(0xEF00, Pattern.P(round % 3), 0x90));
            Call(() => node.Subscribe(Observer<J1939Message>()).Dispose());
            Assert.True(answered.Wait(TimeSpan.FromSeconds(60)));
            Assert.True(sent.Wait(TimeSpan.FromSeconds(60)));
        });
        Call(node.Dispose);
        AssertNone();
    }

    private static void Call(Action call) => Call(() =>
    {
        call();
        return 0;
    });

    private static T Call<T>(Func<T> call)
    {
        t_isInCall = true;
        try
        {
            return call();
        }
        finally
        {
            t_isInCall = false;
        }
    }

    private static void OnThreads(Action<int, int> round)
    {
        var tasks = Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Rounds; i++)
                    round(thread, i);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        Task.WhenAll(tasks).GetAwaiter().GetResult();
    }

    private void Watch<T1, T2>(IObservable<T1> hot, IObservable<T2> filtered, IObservable<Exception> errors)
    {
        Call(() => hot.Subscribe(Observer<T1>()));
        Call(() => filtered.Subscribe(Observer<T2>()));
        Call(() => errors.Subscribe(Observer<Exception>()));
    }

    /// <summary>Subscribes to a request; a task that ends with it.</summary>
    private Task Ask<T>(IObservable<T> request)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Call(() => request.Subscribe(Observer<T>(ended)));
        return ended.Task;
    }

    private IObserver<T> Observer<T>(TaskCompletionSource? ended = null) => System.Reactive.Observer.Create<T>(
        _ => OnCalled(null),
        error => OnCalled(() => ended?.TrySetException(error)),
        () => OnCalled(() => ended?.TrySetResult()));

    private void OnCalled(Action? end)
    {
        Interlocked.Increment(ref _delivered);
        if (t_isInCall)
            Interlocked.Increment(ref _withinCall);
        end?.Invoke();
    }

    private void AssertNone()
    {
        Assert.True(_delivered > Threads * Rounds);
        Assert.Equal(0, _withinCall);
    }
}
