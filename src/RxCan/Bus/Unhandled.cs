using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Runtime.ExceptionServices;

namespace RxCan.Bus;

/// <summary>Exceptions from observers, which no caller can catch.</summary>
internal static class Unhandled
{
    /// <summary>Throws an exception where Rx's task pool throws unhandled ones: on a task (<see cref="TaskScheduler.UnobservedTaskException"/>).</summary>
    public static void Throw(Exception failure) =>
        TaskPoolScheduler.Default.Schedule(ExceptionDispatchInfo.Capture(failure), static (_, info) =>
        {
            info.Throw();
            return Disposable.Empty;
        });
}
