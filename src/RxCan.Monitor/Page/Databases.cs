using System.Diagnostics.CodeAnalysis;
using RxCan.Dbc;

namespace RxCan.Monitor;

/// <summary>A database and its place.</summary>
/// <param name="Content">What it says.</param>
/// <param name="File">Its file.</param>
/// <param name="Bus">The bus that it describes; empty for all.</param>
internal sealed record DatabaseFile(CanDatabase Content, string File = "", string Bus = "")
{
    /// <summary>Loads what the command line names: <c>vehicle.dbc</c>, or <c>can1=vehicle.dbc</c> for one bus.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CanDatabaseException">The file is not a database.</exception>
    public static DatabaseFile Load(string text)
    {
        var equals = System.IO.File.Exists(text) ? -1 : text.IndexOf('=');
        return Load(text[(equals + 1)..], equals > 0 ? text[..equals] : "");
    }

    /// <summary>Loads a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CanDatabaseException">The file is not a database.</exception>
    public static DatabaseFile Load(string file, string bus) => new(CanDatabase.Load(file), file, bus);
}

/// <summary>What the frames of the buses mean. Of several databases, that of the frame's bus comes first, and then the one that was named first.</summary>
internal sealed class Databases(IEnumerable<DatabaseFile> files)
{
    private readonly DatabaseFile[] _files = [.. files.OrderBy(file => file.Bus == "")];

    public IReadOnlyList<DatabaseFile> Files => _files;

    public IEnumerable<DbcMessage> Messages => _files.SelectMany(file => file.Content.Messages);

    /// <summary>What a frame says; null if no database has its message.</summary>
    public DecodedMessage? Decode(in CanFrame frame)
    {
        foreach (var (content, _, bus) in _files)
        {
            if ((bus == "" || bus == frame.Interface) && content.Decode(frame) is { } decoded)
                return decoded;
        }

        return null;
    }

    /// <summary>The message of a frame, by identifier or parameter group; null if there is none.</summary>
    public DbcMessage? MessageOf(in CanFrame frame) => Decode(frame) is { } decoded ? decoded.Message : null;

    /// <summary>The message of a name on a bus; on any if the bus is empty.</summary>
    public bool TryGet(string name, string bus, [NotNullWhen(true)] out DbcMessage? message)
    {
        foreach (var file in _files)
        {
            if ((file.Bus == "" || bus == "" || file.Bus == bus) && file.Content.TryGet(name, out message))
                return true;
        }

        message = null;
        return false;
    }
}
