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

    /// <summary>
    /// Writes a DBC file, which reads as the same model: all but the diagnostics and what caused them. An existing file is replaced.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">The encoding, UTF-8 without a byte order mark by default. Some tools read only Windows-1252.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path, Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var writer = new StreamWriter(path, append: false, encoding ?? new UTF8Encoding(false)) { NewLine = "\r\n" };
        Save(writer);
    }

    /// <summary>Writes the text of a DBC file, as <see cref="Save(string, Encoding?)"/> does, with the writer's line ends.</summary>
    /// <param name="writer">The writer.</param>
    public void Save(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        new DbcWriter(this, writer).Write();
    }

    private static CanDatabase Read(string text, DbcReadOptions? options, string? path) => DbcReader.Read(text, new(options?.IsStrict ?? false, path));
}
