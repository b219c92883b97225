namespace RxCan.IsoTp;

/// <summary>An ISO-TP transfer failed. The message says what happened and what to check.</summary>
/// <param name="result">How it ended (ISO 15765-2).</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class IsoTpException(IsoTpResult result, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>How the transfer ended (ISO 15765-2).</summary>
    public IsoTpResult Result { get; } = result;
}
