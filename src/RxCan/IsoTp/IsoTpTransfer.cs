using System.Buffers;

namespace RxCan.IsoTp;

/// <summary>A message in a session's queue: its payload, and what waits for its end.</summary>
internal sealed class IsoTpTransfer
{
    private byte[]? _rented;

    /// <summary>A message that is not a request. Its payload is copied.</summary>
    public IsoTpTransfer(ReadOnlySpan<byte> payload, TaskCompletionSource? completion)
    {
        _rented = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(_rented);
        Payload = _rented.AsMemory(0, payload.Length);
        Completion = completion;
    }

    /// <summary>The message of a request.</summary>
    public IsoTpTransfer(IsoTpRequest request)
    {
        Payload = request.Payload;
        Request = request;
    }

    public ReadOnlyMemory<byte> Payload { get; private set; }

    public IsoTpRequest? Request { get; }

    public TaskCompletionSource? Completion { get; }

    /// <summary>Whether it was cancelled before it was begun.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Returns the copy to the pool once no engine reads it any more. A copy that is not returned is left to the garbage collector.</summary>
    public void Release()
    {
        Payload = default;
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }
}
