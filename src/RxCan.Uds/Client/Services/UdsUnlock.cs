using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace RxCan.Uds;

/// <summary>One subscription to <see cref="UdsServices.Unlock"/>.</summary>
internal sealed class UdsUnlock(
    IUdsClient ecu,
    IObservable<byte[]> seed,
    byte level,
    Func<byte[], byte[]> key,
    UdsUnlockOptions options,
    UdsRequestOptions requests,
    IObserver<UdsUnlockStep> observer) : IDisposable
{
    private readonly SerialDisposable _step = new();
    private int _attempts;
    private int _delays;

    public IDisposable Start()
    {
        Ask();
        return this;
    }

    public void Dispose() => _step.Dispose();

    private void Ask() => Begin(seed, OnSeed, OnRefused);

    private void Begin<T>(IObservable<T> request, Action<T> next, Action<Exception> failed)
    {
        var step = new SingleAssignmentDisposable();
        _step.Disposable = step; // before the response, which may begin the next step
        step.Disposable = request.Subscribe(next, failed);
    }

    private void OnSeed(byte[] value)
    {
        if (!value.AsSpan().ContainsAnyExcept((byte)0))
        {
            Unlocked();
            return;
        }

        IObservable<Unit> sending;
        try
        {
            sending = ecu.SendKey(level, key(value), requests);
        }
        catch (Exception e)
        {
            observer.OnError(e);
            return;
        }

        _attempts++;
        observer.OnNext(new(UdsUnlockState.KeySent, _attempts));
        Begin(sending, _ => Unlocked(), OnInvalid);
    }

    private void Unlocked()
    {
        observer.OnNext(new(UdsUnlockState.Unlocked, _attempts));
        observer.OnCompleted();
    }

    private void OnInvalid(Exception error)
    {
        if (error is UdsNegativeResponseException { Code: UdsNegativeResponseCode.InvalidKey or UdsNegativeResponseCode.ExceededNumberOfAttempts } invalid)
        {
            observer.OnNext(new(UdsUnlockState.InvalidKey, _attempts));
            if (_attempts >= options.Attempts)
            {
                observer.OnError(error);
                return;
            }

            if (invalid.Code == UdsNegativeResponseCode.InvalidKey)
            {
                Ask();
                return;
            }
        }

        OnRefused(error);
    }

    private void OnRefused(Exception error)
    {
        if (error is not UdsNegativeResponseException
            {
                Code: UdsNegativeResponseCode.ExceededNumberOfAttempts or UdsNegativeResponseCode.RequiredTimeDelayNotExpired,
            } || options.Delay is not { } delay || _delays >= options.Delays)
        {
            observer.OnError(error);
            return;
        }

        _delays++;
        observer.OnNext(new(UdsUnlockState.Delayed, _attempts, delay));
        _step.Disposable = ecu.Scheduler.Schedule(delay, Ask);
    }
}
