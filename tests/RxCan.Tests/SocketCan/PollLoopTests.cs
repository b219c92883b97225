using RxCan.SocketCan.Interop;
using RxCan.SocketCan.Sockets;
using RxCan.Tests.Bus;
using static RxCan.Tests.Bus.ProcessState;

namespace RxCan.Tests.SocketCan;

/// <summary>The thread that waits for files, with an eventfd as each of them. No other tests run beside these, because they count the threads and files of the process.</summary>
[Collection(nameof(Alone))]
public sealed class PollLoopTests
{
    private readonly PollLoop _loop;
    private readonly int _descriptors;

    public PollLoopTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Eventually.True(() => Threads() == 0, "no thread of an earlier test is left");
        _descriptors = Descriptors();
        _loop = new("RxCan test");
    }

    [Fact]
    public void Its_thread_is_there_while_a_file_is_and_comes_again()
    {
        for (var i = 0; i < 3; i++)
        {
            using (var first = new Client(_loop))
            using (var second = new Client(_loop))
            {
                first.Event.Set();
                second.Event.Set();
                Eventually.True(() => first.Calls == 1 && second.Calls == 1, "both are called");
                Assert.Equal(1, Threads());
                _loop.Interrupt(second.Event.File);
                Eventually.True(() => second.Calls == 2, "as if there were something to read");
            }

            AssertNothingLeft();
        }
    }

    [Fact]
    public void Its_thread_waits_a_little_for_the_next_file()
    {
        Thread? Run()
        {
            Thread? thread = null;
            using var client = new Client(_loop) { Act = () => thread = Thread.CurrentThread };
            client.Event.Set();
            Eventually.True(() => thread is not null, "it is called");
            return thread;
        }

        Eventually.True(() => Run() == Run(), "the second one has the thread of the first");
        AssertNothingLeft();
    }

    [Fact]
    public void A_client_that_throws_is_closed_and_the_others_go_on()
    {
        using var bad = new Client(_loop) { Act = () => throw new InvalidTimeZoneException("on purpose") };
        using var good = new Client(_loop);
        bad.Event.Set();
        Eventually.True(() => bad.IsClosed, "it is told that it is closed");
        good.Event.Set();
        Eventually.True(() => good.Calls == 1, "the other one is called");
        bad.Event.Set();
        _loop.Interrupt(bad.Event.File);
        good.Event.Set();
        Eventually.True(() => good.Calls == 2, "still");
        Assert.Equal(1, bad.Calls);
    }

    [Fact]
    public void A_client_removed_on_its_thread_is_not_called_again()
    {
        var clients = new List<Client>();
        for (var i = 0; i < 8; i++)
        {
            clients.Add(new(_loop)
            {
                Act = () => // the first that is called removes all
                {
                    foreach (var client in clients)
                        _loop.Remove(client.Event.File);
                },
            });
        }

        using var hold = new Client(_loop);
        using var isHeld = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        hold.Act = () =>
        {
            isHeld.Set();
            goOn.Wait();
        };
        hold.Event.Set();
        isHeld.Wait(TestContext.Current.CancellationToken);
        foreach (var client in clients)
        {
            client.Event.Set(); // all are ready in one call
            _loop.Interrupt(client.Event.File);
        }

        goOn.Set();
        Eventually.True(() => clients.Any(client => client.Calls > 0), "one is called");
        hold.Act = null;
        hold.Event.Set();
        Eventually.True(() => hold.Calls > 1, "the thread went on");
        Assert.Equal(1, clients.Sum(client => client.Calls));
        clients.ForEach(client => client.Event.Dispose());
    }

    [Fact]
    public void Closing_tells_each_client_once_and_ends_the_thread()
    {
        var client = new Client(_loop);
        using var more = new WakeEvent();
        _loop.Add(more.File, client);
        _loop.Close();
        Eventually.True(() => client.IsClosed && Threads() == 0, "it is over");
        Assert.Equal(1, client.Closings);
        Assert.Throws<ObjectDisposedException>(() => _loop.Add(more.File, client));
        client.Dispose();
        more.Dispose();
        AssertNothingLeft();
    }

    [Fact]
    public void Clients_come_and_go_on_many_threads()
    {
        Parallel.For(0, 2000, _ =>
        {
            using var client = new Client(_loop);
            client.Event.Set();
        });

        AssertNothingLeft();
    }

    private void AssertNothingLeft() => Eventually.True(() => Threads() == 0 && Descriptors() <= _descriptors, "nothing is left");

    private sealed class Client : IPollClient, IDisposable
    {
        private readonly PollLoop _loop;
        private int _calls;
        private int _closings;

        public Client(PollLoop loop)
        {
            _loop = loop;
            loop.Add(Event.File, this);
        }

        public WakeEvent Event { get; } = new();

        public Action? Act { get; set; }

        public int Calls => Volatile.Read(ref _calls);

        public int Closings => Volatile.Read(ref _closings);

        public bool IsClosed => Closings > 0;

        public void OnReady(FileDescriptor file)
        {
            Interlocked.Increment(ref _calls);
            Event.Reset();
            Act?.Invoke();
        }

        public void OnClosed() => Interlocked.Increment(ref _closings);

        public void Dispose()
        {
            _loop.Remove(Event.File);
            Event.Dispose();
        }
    }
}
