namespace RxCan.Bus;

/// <summary>Tasks that a token cancels.</summary>
internal static class Cancellation
{
    /// <summary>The task of what was begun; a token cancels it in the way given, until the task has ended.</summary>
    public static Task CancelledBy(this TaskCompletionSource completion, Action<CancellationToken> cancel, CancellationToken token)
    {
        if (token.CanBeCanceled && !completion.Task.IsCompleted)
        {
            var registration = token.UnsafeRegister(static (cancel, token) => ((Action<CancellationToken>)cancel!)(token), cancel);
            completion.Task.ContinueWith(
                static (_, registration) => ((CancellationTokenRegistration)registration!).Unregister(),
                registration,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return completion.Task;
    }
}
