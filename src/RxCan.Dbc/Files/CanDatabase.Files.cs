using System.Text;
using RxCan.Dbc;

namespace RxCan;

public sealed partial class CanDatabase
{
    /// <summary>Reads a DBC file. What is faulty in it is reported by <see cref="Diagnostics"/>, and everything else is loaded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="CanDatabaseException">The file has an error, and <see cref="DbcReadOptions.IsStrict"/> is set.</exception>
    public static CanDatabase Load(string path, DbcReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(DbcText.Decode(File.ReadAllBytes(path), options?.Encoding), options, path);
    }

    /// <summary>Reads the text of a DBC file, as <see cref="Load"/> does.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="CanDatabaseException">The text has an error, and <see cref="DbcReadOptions.IsStrict"/> is set.</exception>
    public static CanDatabase Parse(string text, DbcReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, options, null);
    }

    /// <summary>Reads the bytes of a DBC file, as <see cref="Load"/> does.</summary>
    /// <param name="bytes">The bytes, in the encoding of <see cref="DbcReadOptions.Encoding"/>.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="CanDatabaseException">The text has an error, and <see cref="DbcReadOptions.IsStrict"/> is set.</exception>
    public static CanDatabase Parse(ReadOnlySpan<byte> bytes, DbcReadOptions? options = null) =>
        Read(DbcText.Decode(bytes, options?.Encoding), options, null);

    private static CanDatabase Read(string text, DbcReadOptions? options, string? path) => DbcReader.Read(text, new(options?.IsStrict ?? false, path));
}
