namespace RxCan.Uds;

/// <summary>A routine of a server. What has no handler is not supported (12).</summary>
/// <param name="id">The routine identifier.</param>
public sealed class UdsRoutine(ushort id)
{
    /// <summary>The routine identifier.</summary>
    public ushort Id { get; } = id;

    /// <summary>Starts it with the options in <see cref="UdsRequest.Data"/>; the answer is its status record.</summary>
    public Func<UdsRequest, UdsReply>? Start { get; init; }

    /// <summary>Stops it; a routine that was not started gives requestSequenceError (24).</summary>
    public Func<UdsRequest, UdsReply>? Stop { get; init; }

    /// <summary>Gives its results; a routine that was not started gives requestSequenceError (24).</summary>
    public Func<UdsRequest, UdsReply>? Results { get; init; }

    /// <summary>The length of the options to start it, in bytes; null if it varies.</summary>
    public int? OptionLength { get; init; }

    /// <summary>When it exists and can be used.</summary>
    public UdsAccess Access { get; init; } = UdsAccess.Always;
}
