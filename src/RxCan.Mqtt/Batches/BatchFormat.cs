namespace RxCan.Mqtt.Batches;

/// <summary>The numbers of the batch format, version 1, which the README describes. Heads, times and data are columns: they compress better apart.</summary>
internal static class BatchFormat
{
    public const byte Magic0 = (byte)'R';
    public const byte Magic1 = (byte)'X';
    public const byte Version = 1;

    public const int HeaderLength = 38; // magic 2, version 1, flags 1, stream 8, sequence 8, time 8, count 2, lengths of heads and times 4 each
    public const byte Deflated = 1; // flag of the header: the body is compressed, and data is combined with the previous data of its id

    public const int MaxEntries = 4096;
    public const int MaxBody = 128 * 1024; // uncompressed
    public const int MaxIds = 512; // in the table of a batch
    public const int MaxHeadLength = 1 + 1 + 4;
    public const int MaxTimeLength = 10;
    public const int MaxEntryLength = MaxHeadLength + MaxTimeLength + CanFrame.MaxFdLength;

    // The first byte of a head: the data length code, and
    public const byte HasFlags = 0x10; // a byte of flags follows
    public const byte NewId = 0x20; // the identifier follows, and enters the table; otherwise its index follows
    public const byte ExtendedId = 0x40; // 4 bytes instead of 2
    public const byte Control = 0x80; // an event, whose kind is in the low bits

    // The byte of flags.
    public const byte Fd = 0x01;
    public const byte BitRateSwitch = 0x02;
    public const byte ErrorStateIndicator = 0x04;
    public const byte Remote = 0x08;
    public const byte Error = 0x10;
    public const byte Local = 0x20;
    public const byte Own = 0x40;
    public const byte Earlier = 0x80; // the time difference is negative
}

/// <summary>What an entry of a batch is. The numbers are those of the format.</summary>
internal enum EntryKind : byte
{
    LinkUp = 1,
    LinkDown = 2,
    Frame = 255,
}

/// <summary>A frame, or something that happened between frames.</summary>
internal readonly record struct BatchEntry(EntryKind Kind, CanFrame Frame);
