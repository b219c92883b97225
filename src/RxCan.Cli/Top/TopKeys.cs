using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace RxCan.Cli.Top;

/// <summary>The keys that are pressed in the terminal.</summary>
internal static class TopKeys
{
    /// <summary>The keys, on a thread that waits for them; none where the input is not a terminal.</summary>
    public static IObservable<ConsoleKeyInfo?> Pressed() => Console.IsInputRedirected
        ? Observable.Never<ConsoleKeyInfo?>()
        : Observable.Create<ConsoleKeyInfo?>(observer =>
        {
            var disposable = new BooleanDisposable();
            new Thread(() =>
            {
                // Nothing ends the wait for a key; the process does not wait for this thread.
                while (!disposable.IsDisposed)
                {
                    var key = Console.ReadKey(intercept: true);
                    if (!disposable.IsDisposed)
                        observer.OnNext(key);
                }
            })
            { IsBackground = true, Name = "rxcan keys" }.Start();
            return disposable;
        });
}
