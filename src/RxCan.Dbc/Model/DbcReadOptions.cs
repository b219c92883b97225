using System.Text;

namespace RxCan.Dbc;

/// <summary>How a database is read.</summary>
public sealed record DbcReadOptions
{
    /// <summary>Whether the first <see cref="DbcSeverity.Error"/> throws a <see cref="CanDatabaseException"/>; off by default.</summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// The encoding of the bytes. By default, it is what a byte order mark says, else UTF-8 if all of the content is valid UTF-8, else Windows-1252.
    /// </summary>
    public Encoding? Encoding { get; init; }
}
