namespace RxCan.IsoTp;

/// <summary>A message in the queue of a session: its payload, and who is waiting for its end.</summary>
internal sealed class IsoTpTransfer(byte[] payload, IsoTpRequest? request = null, TaskCompletionSource? completion = null)
{
    public byte[] Payload { get; } = payload;

    public IsoTpRequest? Request { get; } = request;

    public TaskCompletionSource? Completion { get; } = completion;

    /// <summary>Whether it was given up before it was begun.</summary>
    public bool IsCancelled { get; set; }
}
