namespace RxCan.Uds;

/// <summary>How data is downloaded or uploaded.</summary>
public sealed record UdsTransferOptions
{
    /// <summary>The defaults.</summary>
    public static UdsTransferOptions Default { get; } = new();

    /// <summary>dataFormatIdentifier: the compression method (upper four bits) and the encryption method (lower ones); 0 for none.</summary>
    public byte DataFormat { get; init; }

    /// <summary>How many bytes an address takes in the request, 1 to 8; 4 by default, or as many as it needs; 0 for as few as it needs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 8.</exception>
    public int AddressBytes
    {
        get;
        init => field = Checked(value);
    } = 4;

    /// <summary>How many bytes a size takes in the request, 1 to 8; 4 by default, or as many as it needs; 0 for as few as it needs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 8.</exception>
    public int SizeBytes
    {
        get;
        init => field = Checked(value);
    } = 4;

    /// <summary>
    /// The longest TransferData message, in bytes with its service identifier and counter, if it is to be shorter than the control unit and
    /// ISO-TP allow.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 3.</exception>
    public int MaxBlockLength
    {
        get;
        init => field = value > TransferDataRequest.Overhead
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A block has at least 3 bytes: service, counter, data.");
    } = int.MaxValue;

    /// <summary>
    /// How many times a block is sent again that is not answered, or whose transfer fails; 0 by default. The control unit knows by the
    /// counter what it already has.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int BlockRetries
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of retries cannot be negative.");
    }

    /// <summary>
    /// A routine that erases the memory before a download, started with the address format, the address and the size; null for none. Often FF00.
    /// </summary>
    public ushort? EraseRoutine { get; init; }

    /// <summary>A routine that checks the data after a download; null for none.</summary>
    public UdsChecksum? Checksum { get; init; }

    /// <summary>Makes the parameters of RequestTransferExit; null for none.</summary>
    public Func<UdsSegment, byte[]>? ExitParameters { get; init; }

    /// <summary>How the requests wait; as those of the client if null.</summary>
    public UdsRequestOptions? Requests { get; init; }

    internal UdsMemory Memory(ulong address, ulong size) => new(address, size)
    {
        AddressBytes = AddressBytes == 0 ? 0 : Math.Max(AddressBytes, UdsMemory.BytesOf(address)),
        SizeBytes = SizeBytes == 0 ? 0 : Math.Max(SizeBytes, UdsMemory.BytesOf(size)),
    };

    private static int Checked(int value) => value is >= 0 and <= sizeof(ulong)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "An address or a size takes 0 to 8 bytes.");
}
