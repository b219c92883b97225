namespace RxCan.IsoTp;

/// <summary>What a frame did to a receiver.</summary>
/// <param name="Result">Anything except <see cref="IsoTpResult.N_OK"/> ended the reception under way.</param>
/// <param name="Started">Whether it began a message of several frames.</param>
/// <param name="IsRefused">Whether it began a message that is too long.</param>
/// <param name="Message">The payload that it completed.</param>
internal readonly record struct IsoTpReception(IsoTpResult Result, bool Started = false, bool IsRefused = false, byte[]? Message = null);
