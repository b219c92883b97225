using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RxCan;
using RxCan.Tests.Bus;

namespace RxCan.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_code_of_the_README_is_compiled_here() => ReadmeCode.AssertCompiled("src/RxCan.Hosting/README.md", "ReadmeTests.cs");

    [Fact]
    public async Task The_worker_of_the_README_gets_frames_and_stops()
    {
        var wire = new VirtualCanBus();
        var stored = new TaskCompletionSource<CanFrame>();
        Worker.Stored = frame => stored.TrySetResult(frame);
        using var peer = wire.Connect();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddCanBus("can0", bus => bus.Open = (_, options) => wire.Connect(options));
        builder.Services.AddHostedService<Worker>();                 // after its buses: it is stopped before them
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        Eventually.True(
            () =>
            {
                peer.Send(new CanFrame(0x1A0, [1])); // a worker starts on a thread of its own
                return stored.Task.IsCompleted;
            },
            "a frame is stored");

        Assert.Equal(new CanFrame(0x1A0, [1]), await stored.Task);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static void Shown(string[] args, IServiceCollection services, VirtualCanBus wire)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddCanBus("can0");                          // waits for its interface, which need not exist yet
        builder.Services.AddHealthChecks().AddCanBus("can0");
        services.AddCanBus("can0", bus => bus.Open = (_, options) => wire.Connect(options));
    }

#pragma warning disable IDE0040 // as the README has it
    sealed class Worker([FromKeyedServices("can0")] ICanBus can) : BackgroundService
    {
        public static Action<CanFrame>? Stored { get; set; }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (var (frame, dropped) in can.Where(CanFilter.Id(0x1A0)).ToAsyncEnumerable(capacity: 100).WithCancellation(stoppingToken))
                await Store(frame, dropped);
        }

        private static Task Store(CanFrame frame, long dropped)
        {
            Assert.Equal(0, dropped);
            Stored!(frame);
            return Task.CompletedTask;
        }
    }
}
