namespace RxCan.Uds;

/// <summary>What RequestFileTransfer does with a file (modeOfOperation).</summary>
/// <remarks>Source: ISO 14229-1:2020, table G.1.</remarks>
public enum UdsFileOperation : byte
{
    /// <summary>Nothing; reserved.</summary>
    None = 0x00,

    /// <summary>Adds a file.</summary>
    Add = 0x01,

    /// <summary>Deletes a file.</summary>
    Delete = 0x02,

    /// <summary>Replaces a file, or adds it.</summary>
    Replace = 0x03,

    /// <summary>Reads a file.</summary>
    Read = 0x04,

    /// <summary>Reads a directory.</summary>
    ReadDirectory = 0x05,

    /// <summary>Continues adding or replacing a file.</summary>
    Resume = 0x06,
}
