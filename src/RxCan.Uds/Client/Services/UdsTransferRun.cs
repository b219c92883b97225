using System.Reactive.Disposables;
using RxCan.IsoTp;

namespace RxCan.Uds;

/// <summary>What downloads and uploads have in common: one step after another, blocks with a counter, retries, and the end.</summary>
internal abstract class UdsTransferRun(IUdsClient ecu, UdsTransferOptions options, IObserver<UdsTransferProgress> observer) : IDisposable
{
    private readonly SerialDisposable _step = new();
    private int _retries;
    private volatile bool _begun;
    private int _ended;

    protected IUdsClient Ecu => ecu;

    protected UdsTransferOptions Options => options;

    protected UdsRequestOptions Requests { get; } = (options.Requests ?? ecu.Options.Requests) with { SuppressPositiveResponse = false };

    /// <summary>blockSequenceCounter of the next block: 1 at first, and 0 after 255.</summary>
    protected byte Counter { get; set; }

    /// <summary>The longest TransferData message.</summary>
    protected int BlockLength { get; private set; }

    public IDisposable Start()
    {
        Begin();
        return this;
    }

    /// <summary>Stops, and returns to the default session if anything was sent.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        var begun = _begun || _step.Disposable is SingleAssignmentDisposable { Disposable: UdsCall { WasSent: true } };
        _step.Dispose();
        if (begun)
            ecu.SessionControl(UdsSession.Default).Subscribe(static _ => { }, static _ => { });
    }

    protected abstract void Begin();

    /// <summary>Sends a request, and goes on with its response.</summary>
    protected void Then<T>(IObservable<T> request, Action<T> next)
    {
        var step = new SingleAssignmentDisposable();
        _step.Disposable = step; // before the response, which may begin the next step
        step.Disposable = request.Subscribe(
            value =>
            {
                _begun = true;
                if (_ended == 0)
                    next(value);
            },
            Fail);
    }

    /// <summary>Sends a block, once more if it fails, and goes on with its response.</summary>
    protected void Block(ReadOnlyMemory<byte> message, Action<byte[]> next)
    {
        var step = new SingleAssignmentDisposable();
        _step.Disposable = step;
        step.Disposable = Unchecked(message).Subscribe(
            response =>
            {
                _retries = 0;
                Counter++;
                if (_ended == 0)
                    next(response);
            },
            error =>
            {
                if (error is not (TimeoutException or IsoTpException) || _retries++ >= options.BlockRetries)
                    Fail(error);
                else if (_ended == 0)
                    Block(message, next);
            });
    }

    /// <summary>Calls a function of the user, and fails with what it throws.</summary>
    protected bool TryCall<TArgument, T>(Func<TArgument, T> function, TArgument argument, out T? result)
    {
        try
        {
            result = function(argument);
            return true;
        }
        catch (Exception e)
        {
            result = default;
            Fail(e);
            return false;
        }
    }

    /// <summary>Ends the transfer on the wire, and goes on.</summary>
    protected void Exit(UdsSegment segment, Action next)
    {
        byte[]? parameters = null;
        if (options.ExitParameters is null || TryCall(options.ExitParameters, segment, out parameters))
            Then(ecu.TransferExit(parameters, Requests), _ => next());
    }

    /// <summary>Takes over how long a block may be; false if there can be none.</summary>
    protected bool TryTakeLength(UdsService service, ulong maxBlockLength)
    {
        BlockLength = (int)Math.Min(maxBlockLength, (ulong)Math.Min(options.MaxBlockLength, ecu.IsoTp.Options.MaxLength));
        if (BlockLength > TransferDataRequest.Overhead)
            return true;
        Fail(new UdsException(service, $"The control unit takes blocks of {maxBlockLength} bytes (maxNumberOfBlockLength): that has no room for data."));
        return false;
    }

    protected void Report(UdsTransferProgress progress)
    {
        if (_ended == 0)
            observer.OnNext(progress);
    }

    protected void Complete()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            observer.OnCompleted();
    }

    protected void Fail(Exception error)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            observer.OnError(error);
    }

    /// <summary>A request whose message is not copied: it is not changed until it is answered.</summary>
    private IUdsRequest<byte[]> Unchecked(ReadOnlyMemory<byte> message) => ecu is UdsClient client
        ? new UdsRequest<byte[]>(client, message, Requests, static response => response)
        : ecu.Request(message.Span, static response => response, Requests);
}
