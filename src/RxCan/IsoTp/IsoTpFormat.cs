namespace RxCan.IsoTp;

/// <summary>The format of the frames in one direction: identifier, first data byte, frame kind, length and padding.</summary>
internal sealed class IsoTpFormat(IsoTpAddress address, IsoTpOptions options)
{
    public const byte SingleFrame = 0x00; // protocol control information, high nibble (ISO 15765-2)
    public const byte FirstFrame = 0x10;
    public const byte ConsecutiveFrame = 0x20;
    public const byte FlowControl = 0x30;
    public const int FlowControlLength = 3;
    public const int MaxShortLength = 0xFFF;
    private const byte FdPadding = 0xCC; // CAN_ISOTP_DEFAULT_PAD_CONTENT

    private readonly CanId _id = address.TxId;
    private readonly bool _fd = options.Fd;
    private readonly bool _bitRateSwitch = options.BitRateSwitch;
    private readonly byte? _padding = options.Padding;

    /// <summary>The first data byte of each frame received; null for none.</summary>
    public byte? RxExtension { get; } = address.RxExtension;

    public IsoTpAddress Address { get; } = address;

    public int TxDataLength { get; } = options.TxDataLength;

    /// <summary>The position of the protocol control information in a frame that is sent.</summary>
    public int TxStart { get; } = address.TxExtension is null ? 0 : 1;

    /// <summary>The position of the protocol control information in a frame that is received.</summary>
    public int RxStart { get; } = address.RxExtension is null ? 0 : 1;

    /// <summary>The longest payload of a single frame that is sent.</summary>
    public int MaxInSingleFrame => MaxInSingle(TxDataLength, TxStart);

    /// <summary>The longest payload of a single frame: above 8 bytes, its length takes an extra byte.</summary>
    public static int MaxInSingle(int dataLength, int start) => dataLength - start - (dataLength > CanFrame.MaxLength ? 2 : 1);

    /// <summary>Whether a received frame is for this session.</summary>
    public bool IsFor(in CanFrame frame) => frame.IsFd == _fd && !frame.IsRemote && !frame.IsError && frame.Length >= RxStart &&
        (RxExtension is not { } own || frame.Data[0] == own);

    /// <summary>A received frame's data, from the protocol control information on; empty if it is not for this session.</summary>
    public ReadOnlySpan<byte> Open(in CanFrame frame) => IsFor(frame) ? frame.Data[RxStart..] : default;

    /// <summary>Makes a frame from the first bytes of a 64-byte buffer, and pads it.</summary>
    public CanFrame Make(Span<byte> buffer, int length)
    {
        if (Address.TxExtension is { } target)
            buffer[0] = target;
        var padded = length > CanFrame.MaxLength ? CanFrame.FdLength(length) : _padding is null ? length : CanFrame.MaxLength;
        buffer[length..padded].Fill(_padding ?? FdPadding);
        return _fd ? CanFrame.Fd(_id, buffer[..padded], _bitRateSwitch) : new CanFrame(_id, buffer[..padded]);
    }
}
