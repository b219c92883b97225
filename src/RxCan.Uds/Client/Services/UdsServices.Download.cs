using System.Reactive.Linq;

namespace RxCan.Uds;

/// <content>Downloads and uploads as a whole.</content>
public static partial class UdsServices
{
    /// <summary>
    /// Downloads data (RequestDownload, TransferData, RequestTransferExit) in blocks as long as the control unit takes them. Enter the programming
    /// session and unlock the control unit before. Disposing of the subscription stops the download and returns to the default session.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="address">Where the data goes.</param>
    /// <param name="image">The data. Do not change it during the download.</param>
    /// <param name="options">How; <see cref="UdsTransferOptions.Default"/> if null.</param>
    /// <returns>
    /// The progress, from 0 to all of it, after each block; completes once the last routine has succeeded. Errors: as for a request, and
    /// <see cref="UdsException"/> if the checksum is wrong.
    /// </returns>
    public static IObservable<UdsTransferProgress> Download(
        this IUdsClient ecu, ulong address, ReadOnlyMemory<byte> image, UdsTransferOptions? options = null) =>
        ecu.Download([new(address, image)], options);

    /// <summary>Downloads several segments, one after another, each with its own request.</summary>
    /// <param name="ecu">The client.</param>
    /// <param name="segments">The segments. Do not change them during the download.</param>
    /// <param name="options">How; <see cref="UdsTransferOptions.Default"/> if null.</param>
    /// <returns>The progress of all of them together.</returns>
    public static IObservable<UdsTransferProgress> Download(
        this IUdsClient ecu, IReadOnlyList<UdsSegment> segments, UdsTransferOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        ArgumentNullException.ThrowIfNull(segments);
        options ??= UdsTransferOptions.Default;
        UdsSegment[] all = [.. segments];
        return Observable.Create<UdsTransferProgress>(observer => new UdsDownload(ecu, all, options, observer).Start());
    }

    /// <summary>
    /// Uploads data (RequestUpload, TransferData, RequestTransferExit). Disposing of the subscription stops the upload and returns to the
    /// default session.
    /// </summary>
    /// <param name="ecu">The client.</param>
    /// <param name="address">Where the data comes from.</param>
    /// <param name="size">How many bytes; that much memory is taken.</param>
    /// <param name="options">How; <see cref="UdsTransferOptions.Default"/> if null.</param>
    /// <returns>The progress, with the data so far: the last one has all of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public static IObservable<UdsTransferProgress> Upload(this IUdsClient ecu, ulong address, int size, UdsTransferOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ecu);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        options ??= UdsTransferOptions.Default;
        return Observable.Create<UdsTransferProgress>(observer => new UdsUpload(ecu, address, size, options, observer).Start());
    }
}
