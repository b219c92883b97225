using System.Reactive.Linq;

namespace RxCan.Uds;

/// <content>Security access as a whole.</content>
public static partial class UdsServices
{
    /// <summary>
    /// Unlocks a security level (SecurityAccess, 0x27): asks for a seed, and sends the key. The last value is
    /// <see cref="UdsUnlockState.Unlocked"/>; the others tell of invalid keys and delays. Enter a session before: the default session has no security.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="level">The level, odd.</param>
    /// <param name="key">The key of a seed. If it throws, unlocking fails with that.</param>
    /// <param name="options">How it deals with refusals; <see cref="UdsUnlockOptions.Default"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not an odd number up to 0x7D.</exception>
    public static IObservable<UdsUnlockStep> Unlock(this IUdsClient ecu, byte level, Func<byte[], byte[]> key, UdsUnlockOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        ArgumentNullException.ThrowIfNull(key);
        options ??= UdsUnlockOptions.Default;
        var requests = (options.Requests ?? ecu.Options.Requests) with { SuppressPositiveResponse = false };
        var seed = ecu.RequestSeed(level, options.Data.Span, requests);
        return Observable.Create<UdsUnlockStep>(observer => new UdsUnlock(ecu, seed, level, key, options, requests, observer).Start());
    }
}
