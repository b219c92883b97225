namespace RxCan.Uds;

/// <content>
/// Upload and download (ISO 14229-1:2020, clause 15), message by message. Usually Download and <see cref="Upload"/> are what you want.
/// </content>
public static partial class UdsServices
{
    /// <summary>RequestDownload (0x34).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="memory">Where the data goes.</param>
    /// <param name="dataFormat">The compression method (upper four bits) and the encryption method (lower ones); 0 for none.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>maxNumberOfBlockLength: how long a TransferData message may be, in bytes, with its service identifier and counter.</returns>
    public static IUdsRequest<ulong> RequestDownload(
        this IUdsClient ecu, UdsMemory memory, byte dataFormat = 0, UdsRequestOptions? options = null) => ecu.Call(
        new RequestTransferRequest(UdsService.RequestDownload, dataFormat, memory), static r => Malformed.Read<RequestTransferResponse>(r).MaxBlockLength, options);

    /// <summary>RequestUpload (0x35).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="memory">Where the data comes from.</param>
    /// <param name="dataFormat">The compression method (upper four bits) and the encryption method (lower ones); 0 for none.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>maxNumberOfBlockLength: how long the response to TransferData may be, in bytes, with its service identifier and counter.</returns>
    public static IUdsRequest<ulong> RequestUpload(
        this IUdsClient ecu, UdsMemory memory, byte dataFormat = 0, UdsRequestOptions? options = null) => ecu.Call(
        new RequestTransferRequest(UdsService.RequestUpload, dataFormat, memory), static r => Malformed.Read<RequestTransferResponse>(r).MaxBlockLength, options);

    /// <summary>TransferData (0x36).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="counter">blockSequenceCounter: 1 for the first block, and 0 after 255.</param>
    /// <param name="data">The data of a download; empty for an upload.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>The data of an upload, or what the control unit says about the block.</returns>
    public static IUdsRequest<byte[]> TransferData(
        this IUdsClient ecu, byte counter, ReadOnlySpan<byte> data = default, UdsRequestOptions? options = null) =>
        ecu.Call(new TransferDataRequest(counter, data.ToArray()), static r => Malformed.Read<TransferDataResponse>(r).Data, options);

    /// <summary>RequestTransferExit (0x37).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="parameters">What the control unit needs to know, such as a checksum.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <returns>What the control unit says, such as a checksum.</returns>
    public static IUdsRequest<byte[]> TransferExit(
        this IUdsClient ecu, ReadOnlySpan<byte> parameters = default, UdsRequestOptions? options = null) =>
        ecu.Call(new TransferExitRequest(parameters.ToArray()), static r => Malformed.Read<TransferExitResponse>(r).Parameters, options);

    /// <summary>RequestFileTransfer (0x38).</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="path">The path of the file or directory, ASCII, 1 to 65535 characters.</param>
    /// <param name="dataFormat">The compression method (upper four bits) and the encryption method (lower ones); 0 for none.</param>
    /// <param name="size">The size of a file to add, replace or resume, in bytes.</param>
    /// <param name="compressedSize">Its size when it is compressed, in bytes; the same if null.</param>
    /// <param name="options">How it waits; those of the client if null.</param>
    /// <exception cref="ArgumentException">The path is empty or too long.</exception>
    public static IUdsRequest<UdsFileResponse> RequestFileTransfer(
        this IUdsClient ecu,
        UdsFileOperation operation,
        string path,
        byte dataFormat = 0,
        ulong size = 0,
        ulong? compressedSize = null,
        UdsRequestOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Length > ushort.MaxValue)
            throw new ArgumentException($"The path has {path.Length} characters, more than {ushort.MaxValue}.", nameof(path));
        return ecu.Call<FileTransferRequest, UdsFileResponse>(
            new(operation, path) { DataFormat = dataFormat, Size = size, CompressedSize = compressedSize ?? size }, options);
    }
}
