using System.IO.Compression;

namespace RxCan.Logs.Formats;

/// <summary>What goes wrong while compressed data is read.</summary>
internal static class Inflation
{
    /// <summary>
    /// Whether the compressed data is damaged, not the reading of it. What zlib does not call bad data, such as a header that asks for a
    /// dictionary, is an <see cref="IOException"/> of a type that the runtime does not publish.
    /// </summary>
    public static bool IsDamage(Exception exception) =>
        exception is InvalidDataException || (exception is IOException && exception.GetType().Assembly == typeof(ZLibStream).Assembly);
}
